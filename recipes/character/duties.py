"""Facts of made-up characters that are on duty: assistants, machines, keepers of a house."""

from __future__ import annotations

import random
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from recipes.character.points import Draw, Drawn, Point, of_line

KINDS = {"can": 5, "cannot": 3, "never": 3, "tell": 6}
"""Kinds of duties with their weights."""

AT_WORK = 0.75
"""Share of the facts that are duties."""


def on_duty(rng: random.Random, others: Draw) -> Draw:
    """Return what draws the statements of one character: what it is comes first, then its duties.

    Args:
        rng: Decides which house it works for.
        others: Draws facts of another kind, which every fourth of the later ones is.
    """
    house, goods = rng.choice(_lines("house")), rng.choice(_lines("goods"))
    opened = False

    def draw(rng: random.Random) -> Drawn | None:
        nonlocal opened
        if opened and rng.random() >= AT_WORK:
            return others(rng)
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0] if opened else "being"
        opened = True
        line = rng.choice(_lines(kind)).format(house=house, goods=goods)
        point = of_line(line)
        return Drawn((_asked(point, kind),)) if point else None

    return draw


def _asked(point: Point, kind: str) -> Point:
    asks = () if kind == "tell" else _lines(f"{kind}_asks")
    return replace(point, asks=asks, core=kind == "being")


@cache
def _lines(kind: str) -> tuple[str, ...]:
    text = (Path(__file__).parent / "duties.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)[kind])
