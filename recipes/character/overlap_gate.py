"""The gate that asks whether a model beats the trivial character."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from persona_sdk.cli.gate_hold import Asked, Held, hold
from persona_sdk.cli.gate_setup import setup_of
from persona_sdk.cli.gate_sides import Player, Recorded, load_player
from persona_sdk.training.gate.values import Side
from recipes.character.overlap import NAME, overlap_model


def overlap_gate(after: str, out: Path, **options: object) -> Held:
    """Hold the gate that asks whether a model beats the trivial character.

    Args:
        after: The model's name.
        out: Folder of the gate.
        options: Those of `persona gate`.

    Raises:
        PersonaSDKError: A model cannot be had, or the folder is another gate's.
    """
    setup = replace(setup_of(NAME, after, **options), base="builtin:base")
    return hold(Asked(setup), out, side=_side)


def _side(side: Side, name: str) -> Player:
    if name == NAME:
        return Player(side, Recorded(overlap_model()), None)
    return load_player(side, name)
