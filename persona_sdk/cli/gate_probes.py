"""What `persona gate` asks a character: generic queries, known-answer items, queries of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.files import read_pairs
from persona_sdk.training.preferences.lines import Line, read_lines
from persona_sdk.training.preferences.queries import read_queries
from persona_sdk.types import Conversation, Persona, PreferencePair, Turn
from simulators.gym.known_answers.contest import queries
from simulators.gym.known_answers.generate import make_items
from simulators.gym.known_answers.items import Item


@dataclass(frozen=True, slots=True)
class Probe:
    """One held-out thing to ask."""

    id: str
    turns: tuple[str, ...]
    """What the user says, in order."""
    history: tuple[Turn, ...] = ()
    """What was said before the first of them."""
    item: Item | None = None
    """The known-answer item; None where no answer is known."""


@dataclass(frozen=True, slots=True)
class FileQueries:
    """Queries of a file; those of pairs are for the character that the pair names."""

    pairs: tuple[PreferencePair, ...] = ()
    general: tuple[Conversation, ...] = ()

    def for_persona(self, persona: Persona) -> Iterator[Conversation]:
        """Yield what this character is asked."""
        yield from self.general
        for pair in self.pairs:
            if not pair.persona or pair.persona == persona.name:
                turns = tuple(turn for turn in pair.prompt if turn.role != "system")
                yield Conversation(turns)


def read_file(path: Path | None) -> FileQueries:
    """Read queries, or the prompts of preference pairs such as a split that was held out.

    Raises:
        RowError: A line is neither.
    """
    if path is None:
        return FileQueries()
    if str(path).removesuffix(".gz").endswith(".jsonl"):
        first = next(iter(read_lines(path)), None)
        if first is not None and "chosen" in first.fields:
            return FileQueries(pairs=tuple(read_pairs(path)))
    return FileQueries(general=tuple(read_queries(path)))


def trained_texts(paths: Iterable[Path]) -> frozenset[str]:
    """Return what the user says in the rows of a training, to leave it out here.

    Raises:
        RowError: A line holds neither messages nor a prompt.
    """
    found: set[str] = set()
    for line in _lines(paths):
        turns = line.fields.get("messages", line.fields.get("prompt"))
        if not isinstance(turns, list):
            raise RowError(f"{line.place}: a row of a training has `messages` or a `prompt`")
        said = [turn for turn in turns if isinstance(turn, dict) and turn.get("role") == "user"]
        found.update(same_text(str(turn.get("content", ""))) for turn in said)
    return frozenset(found)


def trained_personas(paths: Iterable[Path]) -> frozenset[str]:
    """Return the characters that the rows of a training name."""
    named = (line.fields.get("persona") for line in _lines(paths))
    return frozenset(str(name) for name in named if name)


def probes_for(
    persona: Persona, items: int, file: FileQueries, seen: Collection[str], *, seed: int
) -> list[Probe]:
    """Return what is asked of one character, each text once.

    Args:
        persona: Whom.
        items: Known-answer items at most; 0 leaves them out.
        file: Queries of the user's own.
        seen: Texts that a training saw, as `trained_texts` gives them.
        seed: Chooses among items and wordings.
    """
    asked = [Probe(key, (text,)) for key, text in queries().items()]
    asked += [_of_file(talk) for talk in file.for_persona(persona)]
    if items and (made := make_items(persona, seed=seed)).items:
        chosen = made.sample(len(made.items), seed=seed).items
        unseen = [item for item in chosen if not _was_seen(item.turns, seen)]
        asked += [Probe(f"known/{item.id}", item.turns, item=item) for item in unseen[:items]]
    return _unique(probe for probe in asked if not _was_seen(probe.turns, seen))


def _lines(paths: Iterable[Path]) -> Iterator[Line]:
    return (line for path in paths for line in read_lines(path))


def _of_file(talk: Conversation) -> Probe:
    text = "\n".join(turn.content for turn in talk)
    name = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Probe(f"file/{name}", (talk.query,), talk.before_query)


def _was_seen(turns: Sequence[str], seen: Collection[str]) -> bool:
    return any(same_text(turn) in seen for turn in turns)


def same_text(text: str) -> str:
    """Return a text without what case and spaces make of it: how `trained_texts` keeps it."""
    return " ".join(text.casefold().split())


def _unique(probes: Iterable[Probe]) -> list[Probe]:
    found: dict[tuple[tuple[str, ...], tuple[Turn, ...]], Probe] = {}
    for probe in probes:
        found.setdefault((probe.turns, probe.history), probe)
    return list(found.values())
