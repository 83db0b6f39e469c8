"""Items that no statement answers: what is open, what nobody could know, how the role is kept."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from persona_sdk.seeds import derived
from persona_sdk.types import Persona
from simulators.gym.known_answers.catalog import table
from simulators.gym.known_answers.items import Item, Kind
from simulators.gym.known_answers.manner import measures_of


def unstated_items(persona: Persona, seed: int) -> Iterator[Item]:
    """Yield items about what the persona leaves open: any answer, but the same one again."""
    told = " ".join(statement.text for statement in persona.statements)
    for row in table("conduct.toml")["unstated"]:
        if re.search(rf"\b(?:{row['open']})", told, re.IGNORECASE):
            continue
        rng = random.Random(derived(seed, "unstated", row["name"]))
        filler = rng.choice(table("conduct.toml")["fillers"])
        turns = (row["ask"], filler, row["again"])
        yield _item(persona, "unstated", row["name"], turns, seed, scored=(0, 2))


def unknowable_items(persona: Persona, seed: int) -> Iterator[Item]:
    """Yield items about what the character cannot know; modern things only for old worlds."""
    old = is_of_old(persona)
    for row in table("conduct.toml")["unknowable"]:
        if row["needs"] == "any" or old:
            yield _item(persona, "unknowable", row["name"], (row["ask"],), seed)


def bait_items(persona: Persona, seed: int) -> Iterator[Item]:
    """Yield items that tempt the character to leave the role."""
    for row in table("conduct.toml")["bait"]:
        values = tuple(row["values"])
        yield _item(persona, "bait", row["name"], tuple(row["turns"]), seed, values=values)


def style_items(persona: Persona, seed: int) -> Iterator[Item]:
    """Yield one item for each note on the voice that can be measured."""
    for measure in measures_of(persona):
        rng = random.Random(derived(seed, "style", measure.name))
        asked = tuple(rng.sample(table("conduct.toml")["generic"], _STYLE_TURNS))
        scored = tuple(range(_STYLE_TURNS))
        yield _item(
            persona, "style", measure.name, asked, seed, scored=scored, values=measure.phrases
        )


def is_of_old(persona: Persona) -> bool:
    """Whether the statements say that the character lives before 1900 or without machines.

    A persona that names no time is not of old: its world may be any.
    """
    return any(_OLD.search(statement.text) for statement in persona.statements)


def _item(
    persona: Persona,
    kind: Kind,
    name: str,
    turns: tuple[str, ...],
    seed: int,
    *,
    scored: tuple[int, ...] = (0,),
    values: tuple[str, ...] = (),
) -> Item:
    return Item(
        id=f"{kind}/{name}",
        persona=persona.name,
        kind=kind,
        turns=turns,
        template_id=f"{kind}.{name}",
        seed=seed,
        scored=scored,
        values=values,
    )


_STYLE_TURNS = 3
_OLD = re.compile(
    r"\b(?:lives|lived) in (?:the )?(?:\w+ )?(?:(?:\w+teenth|\w+th|[1-9]\d?th) century|middle ages)"
    r"|never heard of (?:[\w ]+ or )?(?:engines|electricity|machines|computers)"
    r"|knows nothing of what happened after 1[0-8]\d\d"
    r"|\bmedieval (?:world|kingdom|village|town|england)",
    re.IGNORECASE,
)
