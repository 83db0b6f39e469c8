"""The development sets: read, shaped like traffic, and split so that choosing is not reporting."""

import itertools
import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guards.formats import nli_premise, normalise, relevance_query
from guards.training.rows import Row, plain_row, read_jsonl
from guards.training.synthesize.lives import Life, lives
from guards.training.synthesize.persona_lines import PersonaText, changed_line, letters, spoken
from guards.training.synthesize.voice import negate, to_question, to_third

CONVAI2 = "convai2_valid_turns_entailidx.jsonl.gz"
SYNTHETIC_CHAT = "synthetic_persona_chat_valid.jsonl.gz"

NAME, PRONOUNS = "Nora", ("she", "her", "her")
"""The name under which nameless chat data is scored."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one speaker answered, with the persona lines it must agree with."""

    history: tuple[tuple[str, str], ...]
    query: str
    text: str
    statements: tuple[str, ...]
    """The persona lines, said of `NAME`."""
    labels: tuple[str, ...]
    """One a statement: `e` where an annotation says so, `c` where planted, else `n`."""

    @property
    def rows(self) -> list[Row]:
        """The whole reply against each statement."""
        return self.rows_of(self.text)

    def rows_of(self, said: str) -> list[Row]:
        """Return `said`, a part of the reply, against each statement."""
        premise = nli_premise(NAME, self.history, self.query, said)
        return [
            Row("nli", premise, normalise(statement), label, "traffic")
            for statement, label in zip(self.statements, self.labels, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Replies of one kind."""

    replies: tuple[Reply, ...]


def mnli(data: Path) -> list[Row]:
    """Return MultiNLI matched dev."""
    return [plain_row(raw, "mnli") for raw in read_jsonl(data / "nli" / "dev_mnli_m.jsonl.gz")]


def decode(data: Path) -> list[Row]:
    """Return DECODE dev, labels c and nc: two utterances of one speaker."""
    return [plain_row(raw, "decode") for raw in read_jsonl(data / "nli" / "dev_decode.jsonl.gz")]


def qnli(data: Path) -> list[Row]:
    """Return QNLI dev as relevance rows: does the sentence answer the question?"""
    rows = []
    for raw in read_jsonl(data / "nli" / "dev_qnli_relevance.jsonl.gz"):
        first = relevance_query(NAME, [], str(raw["p"]))
        label = "yes" if raw["y"] == "e" else "no"
        rows.append(Row("relevance", first, normalise(str(raw["h"])), label, "qnli"))
    return rows


def alice_nli(data: Path) -> list[Row]:
    """Return the paper's Alice rows: out of domain, looked at only to report."""
    letters = {"entailed": "e", "neutral": "n", "contradicted": "c"}
    rows = []
    for raw in json.loads((data / "persona/alice/Alice.nli.v2.json").read_text("utf-8")):
        premise = nli_premise(raw["character"], [], raw["query"], raw["response"])
        rows.append(Row("nli", premise, normalise(raw["statement"]), letters[raw["label"]], "a"))
    return rows


def alice_relevance(data: Path) -> list[Row]:
    """Return the paper's Alice relevance rows."""
    rows = []
    for raw in json.loads((data / "persona/alice/Alice.relevance.json").read_text("utf-8")):
        first = relevance_query(raw["character"], [], raw["query"])
        rows.append(Row("relevance", first, normalise(raw["statement"]), raw["relevant"], "a"))
    return rows


def convai2(data: Path, half: int, limit: int) -> Traffic:
    """Return gold replies of ConvAI2 validation against their own persona.

    Args:
        data: The data folder.
        half: 0 is for choosing thresholds, 1 for reporting; a persona is in one of them only.
        limit: Most replies, drawn with a fixed seed.
    """
    found = []
    for raw in read_jsonl(data / "persona" / CONVAI2):
        persona, history, said = _texts(raw["persona"]), _texts(raw["history"]), raw["entailed"]
        assert isinstance(said, list)
        if _half(data, persona) == half:
            query = history[-1] if history else ""
            earlier = _alternating(history[:-1])
            found.append(_checked(persona, earlier, query, str(raw["response"]), said))
    return Traffic(_some(found, limit))


def synthetic_chat(data: Path, half: int, limit: int) -> Traffic:
    """Return replies of Synthetic-Persona-Chat against their own persona, as in `convai2`."""
    found = []
    for raw in read_jsonl(data / "persona" / SYNTHETIC_CHAT):
        turns = [turn.split(": ", 1) for turn in _texts(raw["conv"]) if ": " in turn]
        for speaker, key in (("User 1", "user1"), ("User 2", "user2")):
            persona = _texts(raw[key])
            if _half(data, persona) != half:
                continue
            for (_, query), (who, reply) in itertools.pairwise(turns):
                if who == speaker:
                    found.append(_checked(persona, [], query, reply, []))
    return Traffic(_some(found, limit))


def planted(data: Path, half: int) -> Traffic:
    """Return validation persona lines, each answered by its denial or with another value."""
    lines = persona_lines(data, half)
    text = PersonaText(tuple(lines), ())
    rng = random.Random(f"planted-{half}")
    found = []
    for line in lines:
        question = to_question(line) or "Tell me about yourself."
        statement = to_third(line, NAME, PRONOUNS)
        for reply in (changed_line(rng, line, text), negate(line)):
            if reply is not None:
                found.append(Reply((), question, reply, (statement,), ("c",)))
    return Traffic(tuple(found))


def told_lives() -> Traffic:
    """Return what the people of `lives/dev` say of themselves, one fact or two in a reply."""
    found = []
    for life, statements in _lives():
        for place, told in enumerate(life):
            other = (place + 1) % len(life)
            for again in told.again:
                replies = {again: {place}, f"{again} {life[other].again[0]}": {place, other}}
                for text, said in replies.items():
                    labels = tuple("e" if at in said else "n" for at in range(len(life)))
                    found.append(Reply((), told.ask, text, statements, labels))
    return Traffic(tuple(found))


def denied_lives() -> Traffic:
    """Return what goes against one fact of the people of `lives/dev`."""
    found = []
    for life, statements in _lives():
        for place, told in enumerate(life):
            labels = tuple("c" if at == place else "n" for at in range(len(life)))
            found += [Reply((), told.ask, text, statements, labels) for text in told.against]
    return Traffic(tuple(found))


def _lives() -> Iterator[tuple[Life, tuple[str, ...]]]:
    for life in lives("dev"):
        yield life, tuple(to_third(told.say, NAME, PRONOUNS) for told in life)


def _checked(
    persona: list[str], earlier: list[tuple[str, str]], query: str, reply: str, said: list[object]
) -> Reply:
    return Reply(
        history=tuple(earlier),
        query=spoken(query) if query else "",
        text=spoken(reply),
        statements=tuple(to_third(spoken(line), NAME, PRONOUNS) for line in persona),
        labels=tuple("e" if place in said else "n" for place in range(len(persona))),
    )


def _alternating(turns: list[str]) -> list[tuple[str, str]]:
    """Return roles for the turns before the query, which is the user's."""
    roles = ("assistant", "user")
    return [(roles[place % 2], spoken(turn)) for place, turn in enumerate(reversed(turns))][::-1]


def persona_lines(data: Path, half: int) -> list[str]:
    """Return the validation persona lines of one half, each once."""
    found: dict[str, None] = {}
    for raw in read_jsonl(data / "persona" / CONVAI2):
        persona = _texts(raw["persona"])
        if _half(data, persona) == half:
            found.update(dict.fromkeys(spoken(line) for line in persona))
    return list(found)


def _half(data: Path, persona: list[str]) -> int:
    """Return the half of a persona: those that share a line, even through others, share a half."""
    return _halves(data)[letters(persona[0])]


@cache
def _halves(data: Path) -> dict[str, int]:
    """Return the half of every validation line, by its letters.

    Both data sets are cut together: their personas are the same lines, differently spaced.
    """
    leader: dict[str, str] = {}

    def first(line: str) -> str:
        while leader.setdefault(line, line) != line:
            line = leader[line]
        return line

    for persona in _personas(data):
        for line in persona:
            one, other = sorted((first(persona[0]), first(line)))
            leader[other] = one
    return {line: zlib.crc32(first(line).encode()) % 2 for line in list(leader)}


def _personas(data: Path) -> Iterator[list[str]]:
    for raw in read_jsonl(data / "persona" / CONVAI2):
        yield [letters(line) for line in _texts(raw["persona"])]
    if (data / "persona" / SYNTHETIC_CHAT).is_file():
        for raw in read_jsonl(data / "persona" / SYNTHETIC_CHAT):
            for key in ("user1", "user2"):
                yield [letters(line) for line in _texts(raw[key])]


def _some(found: list[Reply], limit: int) -> tuple[Reply, ...]:
    return tuple(random.Random(5).sample(found, min(limit, len(found))))


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(entry) for entry in value]
