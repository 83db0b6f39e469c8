"""What a finished loop tells: its steps, the gate's verdict, replies side by side, how to talk."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_sdk.cli.loop_gate import GATE, REGISTRY, read_document
from persona_sdk.cli.loop_ledger import Entry
from persona_sdk.cli.loop_plan import Loop
from persona_sdk.cli.loop_training import DPO, SFT
from persona_sdk.models.adapter_name import MARK
from persona_sdk.models.adapters_home import adapters_home
from persona_sdk.statistics import Estimate
from persona_sdk.training.gate.extremes import Contrast, contrasts
from persona_sdk.training.gate.journal import read_journal
from persona_sdk.training.gate.metrics import metric
from persona_sdk.training.gate.values import Finding, GateVerdict
from persona_sdk.training.gate.wording import interval, value
from persona_sdk.training.registry import Registry


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that terminal, JSON and report say of a loop."""

    names: tuple[str, ...]
    """Of the characters."""
    folder: Path
    steps: Mapping[str, Entry]
    """How each step stands, in their order."""
    document: Mapping[str, Any]
    """What the gate left."""
    verdict: GateVerdict
    contrasts: tuple[Contrast, ...]
    """Held-out queries with both replies, the worst loss in the primary metric first."""
    trainings: Mapping[str, Mapping[str, Any]]
    """The records of the trainings, by method."""
    adapter: Path
    commands: tuple[str, ...]
    """How to talk to each character now."""

    @property
    def primary(self) -> str:
        """Name of the metric that has to rise."""
        return str(self.document["bars"]["primary"])

    @property
    def installed(self) -> bool:
        """Whether the registry made the adapter active."""
        return bool(self.steps[REGISTRY].figures["state"] == "active")

    @property
    def seconds(self) -> float:
        """Wall-clock seconds that the steps took."""
        return sum(entry.seconds for entry in self.steps.values())


def told_of(loop: Loop, folder: Path, steps: Mapping[str, Entry]) -> Told:
    """Gather what the steps left behind.

    Raises:
        StoreError: A file of the gate is gone or broken.
    """
    document = read_document(folder)
    _, measurements = read_journal(folder / GATE)
    trainings = {
        method: json.loads((folder / method / "training.json").read_text(encoding="utf-8"))
        for method in (SFT, DPO)
        if method in steps
    }
    model = loop.tuned(folder)
    findable = Registry(loop.plan.registry).folder == adapters_home()
    if steps[REGISTRY].figures["state"] == "active" and findable:
        model = f"{model.partition(MARK)[0]}{MARK}{loop.plan.name}"
    return Told(
        tuple(persona.name for persona in loop.personas),
        folder,
        steps,
        document,
        verdict_of(document),
        tuple(contrasts(measurements, document["bars"]["primary"])),
        trainings,
        loop.adapter(folder),
        tuple(shlex.join(["persona", "chat", n, "--model", model]) for n in loop.plan.personas),
    )


def verdict_of(document: Mapping[str, Any]) -> GateVerdict:
    """Return the verdict that `gate.json` holds as a value."""
    findings = []
    for row in document["metrics"]:
        known = {k: v for k, v in row.items() if k not in ("difference", "better", "unit")}
        difference = row["difference"]
        findings.append(
            Finding(**known, difference=None if difference is None else Estimate(**difference))
        )
    return GateVerdict(
        document["outcome"], tuple(document["reasons"]), tuple(findings), document["scope"]
    )


def facts(told: Told) -> list[tuple[str, str]]:
    """Return the figures of the steps as lines for people."""
    steps = told.steps
    drafts, pairs, adapter = (steps[name].figures for name in ("drafts", "pairs", "adapter"))
    rows = [
        (
            "drafts",
            f"{drafts['drafts']} to {drafts['queries']} queries, {drafts['passed']} passed the "
            f"guard, mean ΔAPC {_number(drafts['delta_apc'])}",
        ),
        (
            "pairs",
            f"{pairs['pairs']} of {pairs['queries']} queries, median margin "
            f"{pairs['median_margin']:.2f}, words {pairs['words']['chosen']:.1f} chosen and "
            f"{pairs['words']['rejected']:.1f} rejected; {_surface(pairs['surface'])}",
        ),
    ]
    rows += [(name.upper(), _training(steps[name].figures)) for name in told.trainings]
    same, effect = adapter["same_weights"]["adapted"], adapter["effect"]
    rows.append(
        (
            "adapter",
            f"{adapter['bytes'] / 1e6:.1f} MB, logits of llama.cpp within {same:.2g} of the "
            f"trained model's on {adapter['prompts']} prompts; it changes them by {effect:.2g}",
        )
    )
    registered = steps[REGISTRY].figures
    state = "active" if told.installed else f"not installed: {registered['not_installed']}"
    rows.append(("registry", f"{registered['id']}, {state}"))
    rows.append(("time", f"{told.seconds / 60:.1f} min in all, the gate {_minutes(steps[GATE])}"))
    return rows


def headline(told: Told) -> str:
    """Return the primary metric before and after in one line."""
    found = told.verdict.finding(told.primary)
    one = metric(told.primary)
    if found is None or found.difference is None:
        return f"{one.label}: not measured"
    before, after = value(found.before, one.unit), value(found.after, one.unit)
    change = interval(found.difference, one.unit)
    return f"{one.label} {before} → {after}, {change} over {found.n} held-out replies"


def _training(figures: Mapping[str, Any]) -> str:
    first, last = figures["first"], figures["last"]
    told = f"{figures['steps']} steps in {figures['minutes']:.1f} min"
    for name, label in _CURVES.items():
        if name in first and name in last:
            told += f", {label} {first[name]:.3f} → {last[name]:.3f}"
    return told


def _surface(check: Mapping[str, Any] | None) -> str:
    if check is None:
        return "too few to say what style alone predicts"
    return (
        f"style alone predicts {check['all']['mean']:.0%} of them (chance: {check['chance']:.0%})"
    )


def _minutes(entry: Entry) -> str:
    return f"{entry.seconds / 60:.1f}"


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


_CURVES = {"loss": "loss", "rewards/margins": "margin", "rewards/accuracies": "accuracy"}
