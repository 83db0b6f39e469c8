"""Holds the gate that was asked for, from options to verdict and report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guards.catalog import load_named_guard, load_named_scorers
from persona_sdk.cli.gate import default_folder
from persona_sdk.cli.gate_probes import (
    probes_for,
    read_file,
    same_text,
    trained_personas,
    trained_texts,
)
from persona_sdk.cli.gate_run import Gate
from persona_sdk.cli.gate_setup import Setup, named_personas, settings
from persona_sdk.cli.gate_sides import Player, load_player
from persona_sdk.cli.terminal import note, progress, working
from persona_sdk.models.catalog import load_model
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.gate.decision import decide
from persona_sdk.training.gate.document import as_json, write_verdict
from persona_sdk.training.gate.echoes import with_echoes
from persona_sdk.training.gate.journal import Journal
from persona_sdk.training.gate.report import write_report
from persona_sdk.training.gate.values import GateVerdict, Measurement, Side
from persona_sdk.types import Persona

LoadSide = Callable[[Side, str], Player]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gate is asked to compare, and on what."""

    setup: Setup
    personas: tuple[str, ...] | None = None
    """Names, files and folders; None takes the bundled personas."""
    queries: Path | None = None
    trained_on: tuple[Path, ...] = ()
    """Rows of the training and of its dev split: what they ask is not asked, and of the fixed
    questions and chats not counted."""
    bars: Bars = field(default_factory=Bars)


@dataclass(frozen=True, slots=True)
class Held:
    """A finished gate."""

    verdict: GateVerdict
    document: Mapping[str, Any]
    """The content of `gate.json`."""
    measurements: list[Measurement]
    folder: Path
    report: Path


def hold(asked: Asked, out: Path | None = None, *, side: LoadSide = load_player) -> Held:
    """Measure what is missing, decide, and write verdict and report.

    Args:
        asked: What is compared.
        out: Folder of the gate; None names one below the working folder.
        side: Loads a model by its name, so that a gate can compare what no name stands for.

    Raises:
        PersonaSDKError: A persona, file or model cannot be had, or the journal is another gate's.
    """
    setup = asked.setup
    personas = named_personas(asked.personas)
    file, seen = read_file(asked.queries), trained_texts(asked.trained_on)
    probes = {p.name: probes_for(p, setup.items, file, seen, seed=setup.seed) for p in personas}
    with working("Loading the guard"):
        guard = load_named_guard(setup.scorers)
    decides = settings(setup, personas, probes, guard)
    if _files(decides["before"]) == _files(decides["after"]):
        note("both sides are the same files: neither can win")
    folder = out or default_folder(setup.after, _digest(decides))
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(folder, decides))
        with working("Loading the models"):
            players = [side("before", setup.before), side("after", setup.after)]
            plain = setup.base == setup.before
            base = players[0].model.inner if plain else load_model(setup.base)
        gate = Gate(
            setup,
            personas,
            probes,
            players,
            base,
            guard,
            load_named_scorers(setup.scorers).entailment,
            folder,
            {side: json.dumps(decides[side], sort_keys=True) for side in ("before", "after")},
        )
        try:
            with progress("Measuring", total=gate.total) as advance:
                gate.hold(journal, advance)
        except KeyboardInterrupt:
            note(f"all of it is kept in {folder}: the same command goes on")
            raise
        measurements = with_echoes(_unseen(journal.measurements, seen), personas)
    return _decided(asked, personas, decides, measurements, folder)


def _unseen(measurements: Iterable[Measurement], seen: Collection[str]) -> list[Measurement]:
    """Leave out the fixed questions and chats that a training saw: every gate asks the same."""
    fixed = ("chat", "ability")
    return [m for m in measurements if m.task not in fixed or same_text(m.query) not in seen]


def _decided(
    asked: Asked,
    personas: list[Persona],
    decides: Mapping[str, Any],
    measurements: list[Measurement],
    folder: Path,
) -> Held:
    waived = {}
    if not any(s.hard for persona in personas for s in persona.statements):
        waived["hard_contradiction"] = "none of the personas has a hard statement"
    with working("Comparing"):
        verdict = decide(measurements, asked.bars, waived=waived, seed=asked.setup.seed)
    known = trained_personas(asked.trained_on) & {persona.name for persona in personas}
    if known:
        note(f"the training knew {', '.join(sorted(known))}: the verdict is not about newcomers")
    notes = {
        "measurements": len(measurements),
        "errors": sum(bool(m.error) for m in measurements),
        "trained_personas": sorted(known),
    }
    document = as_json(verdict, asked.bars, decides, notes)
    report = write_report(verdict, measurements, document, folder)
    write_verdict(document, folder)
    return Held(verdict, document, measurements, folder, report)


def _files(side: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a side is apart from what it was called, if it has files."""
    has_files = "model_sha256" in side
    return {key: value for key, value in side.items() if key != "name" or not has_files}


def _digest(decides: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()
