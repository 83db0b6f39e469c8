"""Labelled rows of one's own: read, checked, and split so that no statement is on both sides.

| field | entailment row | relevance row |
|---|---|---|
| `statement` | the persona's statement | the same |
| `reply` (or `response`) | what the character said | absent |
| `query` | the user turn before it, optional | the user turn |
| `history` | turns before, `{"role", "content"}` each, optional | the same |
| `character` | name of who speaks, optional | the same |
| `label` | `entailment`, `neutral`, `contradiction`, or `e`, `n`, `c`, `nc`, `ne` | `yes`, `no` |

`null` in an optional field counts as absent; a `reply` of `null` is an empty reply.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from tokenizers import Tokenizer

from guards.config import read_config
from guards.formats import normalise, relevance_query
from guards.load import SHIPPED
from guards.training.premises import premise
from guards.training.rows import Row
from persona_sdk.errors import RowError

OnError = Literal["refuse", "skip"]

SHOWN = 10
"""Broken rows that an error lists."""

KEPT_OUT = 0.1
"""Share of the statements for `Split.dev`, and again for `Split.test`."""

KIND = "own"
"""Kind of every row that is read here."""

LONGEST_STATEMENT = 100
"""Word pieces of a statement at most: a pair has 128, and the reply needs room beside it."""

SPEAKER = "Character"
"""Who speaks where no row says it."""

ENTAILMENT = {
    "entailment": "e",
    "entailed": "e",
    "neutral": "n",
    "contradiction": "c",
    "contradicted": "c",
    **{letter: letter for letter in ("e", "n", "c", "nc", "ne")},
}
RELEVANCE = {"yes": "yes", "no": "no", "1": "yes", "0": "no", "true": "yes", "false": "no"}


@dataclass(frozen=True, slots=True)
class OwnRows:
    """What was read from the files."""

    rows: tuple[Row, ...]
    problems: tuple[str, ...]
    """Place and fault of each row that was left out."""
    sha256: str
    """Of the files, in order."""


class Split(NamedTuple):
    """Rows that share no statement."""

    train: list[Row]
    dev: list[Row]
    """Watched while training runs, and calibrated on."""
    test: list[Row]
    """Reported, and nothing else."""


def read_own_rows(files: Sequence[Path], *, on_error: OnError = "refuse") -> OwnRows:
    """Read labelled rows from JSONL files, gzipped if they end in `.gz`.

    Args:
        files: At least one.
        on_error: `refuse` raises if any row is broken, `skip` leaves broken rows out.

    Raises:
        RowError: A row is broken and `on_error` is `refuse`, or no row is whole; the message
            lists the first broken ones with file and line.
        OSError: A file cannot be read.
    """
    rows: list[Row] = []
    problems: list[str] = []
    digest = hashlib.sha256()
    for path in files:
        data = _bytes(path)
        digest.update(data)
        for place, line in _lines(path, data):
            try:
                rows.append(_row(line))
            except ValueError as error:
                problems.append(f"{place}: {error}")
    if problems and (on_error == "refuse" or not rows):
        raise RowError(_told(problems, len(rows)))
    if not rows:
        raise RowError(f"{', '.join(map(str, files))}: no rows: one JSON object a line is expected")
    return OwnRows(tuple(rows), tuple(problems), digest.hexdigest())


def split_by_statement(rows: Sequence[Row]) -> Split:
    """Split so that every statement is on one side only; the same rows always split alike.

    Statements that differ in case or punctuation alone stay together.

    Raises:
        RowError: The rows are about fewer than three statements.
    """
    statements = {statement_key(row.second) for row in rows}
    if len(statements) < 3:
        raise RowError(
            f"{len(rows)} rows are about {len(statements)} statements: three or more are needed, "
            "to keep some out of training for choosing and for reporting"
        )
    ordered = sorted(statements, key=lambda text: (zlib.crc32(text.encode()), text))
    count = max(1, round(KEPT_OUT * len(ordered)))
    dev, test = set(ordered[:count]), set(ordered[count : 2 * count])
    split = Split([], [], [])
    for row in rows:
        text = statement_key(row.second)
        side = split.dev if text in dev else split.test if text in test else split.train
        side.append(row)
    return split


def statement_key(statement: str) -> str:
    """Return what two statements share that differ in case, spaces or punctuation alone.

    Example:
        >>> statement_key("Ann likes tea.") == statement_key("ann likes  TEA")
        True
    """
    folded = statement.casefold()
    return re.sub(r"[\W_]+", " ", folded).strip() or folded


def _row(line: bytes) -> Row:
    raw = _parsed(line)
    character = _text(raw, "character", default=SPEAKER)
    statement = _statement(raw)
    history = _history(raw)
    spoken = next((name for name in ("reply", "response") if name in raw), None)
    if spoken is None:
        label = _label(raw, RELEVANCE)
        first = relevance_query(character, history, _text(raw, "query"))
        return Row("relevance", first, statement, label, KIND)
    reply = raw[spoken]
    if not isinstance(reply, str) or not normalise(reply):
        raise ValueError(f"{spoken!r} must be a text that is not empty, was: {reply!r}")
    query = _text(raw, "query", default="")
    label = _label(raw, ENTAILMENT)
    return Row("nli", premise(character, history, query, reply), statement, label, KIND)


def _statement(raw: Mapping[str, object]) -> str:
    statement = normalise(_text(raw, "statement"))
    pieces = len(_tokenizer().encode(statement, add_special_tokens=False).ids)
    if pieces > LONGEST_STATEMENT:
        raise ValueError(
            f"'statement' has {pieces} word pieces, at most {LONGEST_STATEMENT} are read: "
            "cut it into several"
        )
    return statement


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(SHIPPED / read_config(SHIPPED).files.tokenizer))
    tokenizer.no_truncation()
    return tokenizer


def _parsed(line: bytes) -> Mapping[str, object]:
    try:
        raw = json.loads(line.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from error
    if not isinstance(raw, dict):
        raise ValueError(f"must be a JSON object, was: {type(raw).__name__}")
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start : error.end]
        raise ValueError(f"holds half a character, {half!a}: write both surrogates") from error
    return raw


def _label(raw: Mapping[str, object], known: Mapping[str, str]) -> str:
    if raw.get("label") is None:
        raise ValueError(f"has no label: one of {', '.join(known)} is expected")
    label = str(raw["label"]).strip().lower()
    if label not in known:
        raise ValueError(f"label must be one of {', '.join(known)}, was: {raw['label']!r}")
    return known[label]


def _text(raw: Mapping[str, object], name: str, *, default: str | None = None) -> str:
    value = default if raw.get(name) is None else raw[name]
    if value is None:
        raise ValueError(f"field {name!r} is missing; found: {', '.join(raw) or 'none'}")
    if not isinstance(value, str) or not (normalise(value) or value == default):
        raise ValueError(f"{name!r} must be a text that is not empty, was: {value!r}")
    return value


def _history(raw: Mapping[str, object]) -> list[tuple[str, str]]:
    value = [] if raw.get("history") is None else raw["history"]
    if not isinstance(value, list):
        raise ValueError(f"'history' must be a list of turns, was: {value!r}")
    turns = []
    for turn in value:
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ("user", "assistant") or not isinstance(turn.get("content"), str):
            raise ValueError(
                "a turn of 'history' must hold a role, user or assistant, and a content, "
                f"was: {turn!r}"
            )
        turns.append((role, turn["content"]))
    return turns


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix != ".gz":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise RowError(f"{path}: is not a whole gzip file ({error}): fetch it again") from error


def _lines(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line


def _told(problems: Sequence[str], whole: int) -> str:
    shown = "; ".join(problems[:SHOWN])
    more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    return (
        f"{len(problems)} of {len(problems) + whole} rows are broken: {shown}{more}. "
        "Mend them, or leave them out with --on-error skip"
    )
