"""What one person says of themselves: facts near each other, none of which contradicts another.

A folder `lives/train` and a folder `lives/dev` hold the lives of different people by different
writers. Within a life facts share a relative, a time, a thing or a verb on purpose ("I am sixty-one
years old." and "I ran away to sea at fourteen."), for there a small network cries contradiction.
"""

import tomllib
from dataclasses import dataclass
from functools import cache

from guards.training.synthesize.material import HERE, Split

FOLDER = HERE / "lives"


@dataclass(frozen=True, slots=True)
class Told:
    """One fact, in the person's own words."""

    ask: str
    say: str
    """As a statement would put it; rules put it into the third person."""
    again: tuple[str, ...]
    """Other sentences from which it follows."""
    against: tuple[str, ...]
    """Sentences that cannot be true beside it."""

    @property
    def ways(self) -> tuple[str, ...]:
        """Every sentence that tells it."""
        return (self.say, *self.again)


Life = tuple[Told, ...]


@cache
def lives(split: Split) -> tuple[Life, ...]:
    """Return the lives of one split, in the order of files and lines.

    Raises:
        ValueError: A life has fewer than four facts, or a fact lacks a text; file and place are
            named.
    """
    return tuple(
        _life(raw["facts"], f"{path.name}, life {place}")
        for path in sorted((FOLDER / split).glob("*.toml"))
        for place, raw in enumerate(tomllib.loads(path.read_text("utf-8"))["life"], start=1)
    )


def _life(facts: list[dict[str, object]], where: str) -> Life:
    if len(facts) < 4:
        raise ValueError(f"{where}: needs at least four facts, has {len(facts)}")
    return tuple(_told(raw, f"{where}, fact {place}") for place, raw in enumerate(facts, start=1))


def _told(raw: dict[str, object], where: str) -> Told:
    again, against = raw.get("again"), raw.get("against")
    texts = [raw.get("ask"), raw.get("say")]
    if not (isinstance(again, list) and isinstance(against, list) and again and against):
        raise ValueError(f"{where}: again and against must be lists of texts")
    if not all(isinstance(text, str) and text for text in (*texts, *again, *against)):
        raise ValueError(f"{where}: ask, say, again and against must be texts, none of them empty")
    return Told(str(texts[0]), str(texts[1]), tuple(again), tuple(against))
