"""Pairs in the formats of other trainers, there and back.

| format | a row | read by |
|---|---|---|
| `trl` | `prompt`, `chosen`, `rejected`: lists of messages | TRL's DPOTrainer; our own files |
| `kto` | `prompt`, `completion`, `label`: two rows a pair | TRL's KTOTrainer |
| `axolotl` | `messages`, and `chosen` and `rejected` as one message each | Axolotl, `rl: dpo` |
| `llamafactory` | `conversations`, `chosen`, `rejected` as `from` and `value` | LLaMA-Factory |

Axolotl reads such rows as `type: chat_template.default`, its only type of many turns, and
LLaMA-Factory needs the entry of `dataset_info`. Every row carries our optional fields too, so that
reading gives equal pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.files import trl_pairs, trl_row
from persona_sdk.training.preferences.kto import kto_pairs, kto_rows
from persona_sdk.training.preferences.lines import Line, read_lines, shown, write_lines
from persona_sdk.training.preferences.rows import (
    EXTRAS,
    PLAIN,
    Dialect,
    check_keys,
    checked_pair,
    extras_of,
    messages_of,
    reply_of,
    turns_of,
)
from persona_sdk.types import PreferencePair, Turn

Format = Literal["trl", "kto", "axolotl", "llamafactory"]

FORMATS: tuple[Format, ...] = get_args(Format)

SHAREGPT = Dialect("from", "value", {"system": "system", "user": "human", "assistant": "gpt"})
"""LLaMA-Factory's names for what is said and by whom."""


def write_as(pairs: Iterable[PreferencePair], path: str | Path, form: Format) -> int:
    """Write pairs in a format and return the number of rows; raises as `write_pairs` does."""
    rows = _CODECS[form].rows
    return write_lines(path, (row for pair in pairs for row in rows(pair)))


def read_as(path: str | Path, form: Format) -> list[PreferencePair]:
    """Read pairs of a format; raises as `read_pairs` does."""
    return list(_CODECS[form].pairs(read_lines(path)))


def dataset_info(name: str, file: str) -> dict[str, object]:
    """Return the entry of LLaMA-Factory's `dataset_info.json` for a file of pairs.

    Example:
        >>> dataset_info("pairs", "pairs.jsonl")["pairs"]["ranking"]
        True
    """
    columns = {"messages": "conversations", "system": "system"}
    return {
        name: {
            "file_name": file,
            "formatting": "sharegpt",
            "ranking": True,
            "columns": {**columns, "chosen": "chosen", "rejected": "rejected"},
        }
    }


def _trl_rows(pair: PreferencePair) -> Iterator[dict[str, object]]:
    yield trl_row(pair)


def _axolotl_rows(pair: PreferencePair) -> Iterator[dict[str, object]]:
    yield {
        "messages": messages_of(pair),
        "chosen": PLAIN.message("assistant", pair.chosen),
        "rejected": PLAIN.message("assistant", pair.rejected),
        **extras_of(pair),
    }


def _axolotl_pairs(lines: Iterable[Line]) -> Iterator[PreferencePair]:
    for line in lines:
        check_keys(line, ("messages", "chosen", "rejected"))
        yield checked_pair(
            line, turns_of(line, "messages"), reply_of(line, "chosen"), reply_of(line, "rejected")
        )


def _llamafactory_rows(pair: PreferencePair) -> Iterator[dict[str, object]]:
    has_system = pair.prompt[0].role == "system"
    yield {
        "conversations": messages_of(pair, SHAREGPT)[has_system:],
        "system": pair.prompt[0].content if has_system else "",
        "chosen": SHAREGPT.message("assistant", pair.chosen),
        "rejected": SHAREGPT.message("assistant", pair.rejected),
        **extras_of(pair),
    }


def _llamafactory_pairs(lines: Iterable[Line]) -> Iterator[PreferencePair]:
    for line in lines:
        check_keys(line, ("conversations", "chosen", "rejected"), ("system", *EXTRAS))
        system = line.fields.get("system", "")
        if not isinstance(system, str):
            raise RowError(f"{line.place}: system: must be a text, was: {shown(system)}")
        head = (Turn("system", system),) if system else ()
        yield checked_pair(
            line,
            (*head, *turns_of(line, "conversations", SHAREGPT)),
            reply_of(line, "chosen", SHAREGPT),
            reply_of(line, "rejected", SHAREGPT),
        )


class _Codec(NamedTuple):
    rows: Callable[[PreferencePair], Iterator[dict[str, object]]]
    pairs: Callable[[Iterable[Line]], Iterator[PreferencePair]]


_CODECS: dict[Format, _Codec] = {
    "trl": _Codec(_trl_rows, trl_pairs),
    "kto": _Codec(kto_rows, kto_pairs),
    "axolotl": _Codec(_axolotl_rows, _axolotl_pairs),
    "llamafactory": _Codec(_llamafactory_rows, _llamafactory_pairs),
}
