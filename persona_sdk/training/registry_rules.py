"""The rule of the registry: only what won a gate, on this very file, is installed."""

from __future__ import annotations

from persona_sdk.errors import AdapterError, TrainingError
from persona_sdk.models.catalog import builtin_path, shipped_adapter
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.document import Winner
from persona_sdk.training.registry_values import Entry


def refuse_loser(entry: Entry, winner: Winner, active: Entry | None) -> None:
    """Raise unless a gate allows an adapter to become active.

    Args:
        entry: The adapter.
        winner: What the gate said.
        active: What is active in its place.

    Raises:
        TrainingError: The verdict is not promote, is about another file or base, did not compare
            with what acts in its place now, or holds for other characters only.
    """
    told = f"{entry.name} ({entry.id}) is not installed"
    if winner.outcome != "promote":
        why = "; ".join(winner.reasons) or "no reason given"
        raise TrainingError(f"{told}: the gate says {winner.outcome}: {why}")
    if winner.adapter_sha256 != entry.sha256:
        raise TrainingError(
            f"{told}: the gate was about another file, with SHA-256 "
            f"{winner.adapter_sha256[:12] or 'of no adapter'}: gate this one"
        )
    if winner.adapter_scale != 1.0:
        raise TrainingError(
            f"{told}: the gate measured it at scale {winner.adapter_scale:g}, it would act at 1: "
            "gate it without a scale"
        )
    if {winner.model_sha256, winner.before_model_sha256} != {entry.base_sha256}:
        raise TrainingError(f"{told}: the gate was on another base model: gate it on {entry.base}")
    if active is not None and winner.beaten_sha256 != active.sha256:
        raise TrainingError(
            f"{told}: {active.name} ({active.id}) is active and the gate compared with something "
            f"else: gate with --before {entry.base}+adapter:{active.id}"
        )
    shipped = "" if active else shipped_beside(entry.base, entry.base_sha256)
    if shipped and winner.beaten_sha256 != shipped:
        raise TrainingError(
            f"{told}: the embedded model has an adapter of its own and the gate compared with "
            "something else: gate with --before builtin"
        )
    _check_scope(entry, winner, told)


def refuse_other_use(there: Entry, name: str, slot: tuple[str, str]) -> None:
    """Raise where a file that is there is added under another name or for another place.

    Args:
        there: What the registry has of that file.
        name: What it is to be called.
        slot: Its place, as `Entry.slot` tells it.

    Raises:
        AdapterError: It is.
    """
    if (there.name, there.slot) != (name, slot):
        raise AdapterError(
            f"the same file is there as {there.name} ({there.id}) for "
            f"{there.persona or 'all characters'} on {there.base}: remove that one first, or leave "
            "it so"
        )


def shipped_beside(base: str, base_sha256: str) -> str:
    """Return the SHA-256 of the adapter that acts where none is installed; empty without one.

    Args:
        base: Name of the model without an adapter.
        base_sha256: Of its file.
    """
    shipped = shipped_adapter() if base in ("builtin", "builtin:base") else None
    if shipped is None or sha256_of(builtin_path()) != base_sha256:
        return ""
    return sha256_of(shipped.path)


def _check_scope(entry: Entry, winner: Winner, told: str) -> None:
    if winner.is_general:
        return
    names = ", ".join(winner.personas) or "nobody"
    if not entry.persona:
        raise TrainingError(
            f"{told} for all characters: the gate was about {names} only: gate on more personas, "
            "or install it for one with --persona"
        )
    if entry.persona not in winner.personas:
        raise TrainingError(f"{told} for {entry.persona}: the gate was about {names}")
