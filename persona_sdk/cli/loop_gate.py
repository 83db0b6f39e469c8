"""The last steps of a loop: the gate on what was held out, and the registry."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from persona_sdk.cli.gate_hold import Asked, hold
from persona_sdk.cli.loop_drafts import ASKED, DRAFTS, HELD
from persona_sdk.cli.loop_ledger import Figures
from persona_sdk.cli.loop_plan import Loop
from persona_sdk.cli.loop_run import Step
from persona_sdk.cli.loop_training import ADAPTER
from persona_sdk.cli.terminal import note
from persona_sdk.errors import StoreError, TrainingError
from persona_sdk.store.export import replacing
from persona_sdk.training.gate.document import FILE
from persona_sdk.training.registry import Registry

GATE, REGISTRY = "gate", "registry"
ENTRY = "entry.json"
"""What the registry says of the adapter."""


def gate_step(loop: Loop) -> Step:
    """Return the step that compares before and after."""
    size = loop.plan.size
    return Step(
        name=GATE,
        says="Comparing before and after on held-out queries and simulated users (the gate)",
        given={
            "personas": loop.who(),
            "before": dict(loop.speaks),
            "scorers": loop.plan.scorers,
            "items": size.items,
            "users": size.users,
            "turns": size.turns,
            "max_tokens": loop.plan.max_tokens,
            "seed": loop.plan.seed,
        },
        needs=(DRAFTS, ADAPTER),
        makes=(FILE,),
        run=lambda folder: _hold(loop, folder),
    )


def registry_step(loop: Loop) -> Step:
    """Return the step that keeps the adapter, and installs it if it won."""
    plan = loop.plan
    return Step(
        name=REGISTRY,
        says="Keeping the adapter in the registry, and installing it if the gate says promote",
        given={
            "name": plan.name,
            "install": plan.install,
            "registry": str(Registry(plan.registry).folder),
        },
        needs=(ADAPTER, GATE),
        makes=(ENTRY,),
        run=lambda folder: _register(loop, folder),
    )


def read_document(folder: Path) -> dict[str, Any]:
    """Return what the gate of a loop left.

    Raises:
        StoreError: It is gone or broken.
    """
    path = folder / GATE / FILE
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{path}: {error}: remove it, and the same command makes it anew"
        ) from error
    return found


def _hold(loop: Loop, folder: Path) -> Figures:
    asked = Asked(
        loop.gate(folder),
        personas=loop.plan.personas,
        queries=folder / DRAFTS / HELD if loop.dealt.held else None,
        trained_on=(folder / DRAFTS / ASKED,),
    )
    held = hold(asked, folder / GATE)
    primary = held.verdict.finding("delta_apc")
    return {
        "outcome": held.verdict.outcome,
        "reasons": list(held.verdict.reasons),
        "scope": held.verdict.scope,
        "items": primary.n if primary else 0,
        "report": held.report.name,
    }


def _register(loop: Loop, folder: Path) -> Figures:
    plan, document = loop.plan, read_document(folder)
    registry = Registry(plan.registry)
    entry = registry.add(
        loop.adapter(folder),
        name=plan.name,
        base=loop.base,
        base_sha256=str(loop.speaks["model_sha256"]),
        persona=loop.persona,
    )
    why = f"the gate says {document['outcome']}" if plan.install else "--no-install"
    if document["outcome"] == "promote" and plan.install:
        try:
            entry = registry.install(entry.id, document)
        except TrainingError as error:  # it won, but not for all whom it was made for
            why = str(error)
            note(why)
    if entry.state != "active":
        entry = registry.keep_gate(entry.id, document)
    told = asdict(entry)
    with replacing(folder / REGISTRY / ENTRY) as out:
        json.dump(told, out, indent=2, ensure_ascii=False)
        out.write("\n")
    active = entry.state == "active"
    return {"id": entry.id, "state": entry.state, "not_installed": "" if active else why}
