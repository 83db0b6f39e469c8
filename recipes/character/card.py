"""The model card of the tuned embedded character: figures, and what people say of these weights."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from persona_sdk.charts import Line, line_chart
from persona_sdk.cli.gate_sides import digest_of
from persona_sdk.errors import TrainingError
from persona_sdk.training.gate.document import read_verdict
from persona_sdk.training.gate.metrics import metric

Figures = Mapping[str, Any]

ADAPTER = "character.gguf"
"""The file that a card is of; lies beside it."""

FIGURES = "figures.json"
"""What the card is written from; lies beside it."""

REMARKS = "remarks.md"
"""What people read in the figures of these weights; beside them, and written by no program."""

TABLES = {
    "base": "against the plain model",
    "overlap": "against the trivial character",
    "dpo": "DPO on top of SFT",
}
"""The comparisons of the card: gates whose `after` is the shipped adapter, and the one that decided
whether the adapter after DPO is shipped or the one before it."""

KEPT = ("before", "after", "difference", "n", "state")


def check_gates(gates: Mapping[str, Path], adapter: Path) -> None:
    """Refuse a gate of another adapter than the card is of, such as one that an earlier run left.

    Args:
        gates: As `figures` takes them.
        adapter: The file that the card is of; in the gate `dpo` it may be either side.

    Raises:
        PersonaSDKError: A gate is none or of another adapter, or a file cannot be read.
    """
    wanted = digest_of(adapter)
    for key, folder in gates.items():
        settings = read_verdict(folder)["settings"]
        sides = ("before", "after") if key == "dpo" else ("after",)
        if wanted not in [settings[side].get("adapter_sha256") for side in sides]:
            raise TrainingError(
                f"{folder} was about another adapter than {adapter}: hold that gate again, or "
                "remove its folder"
            )


def figures(gates: Mapping[str, Path], trainings: Mapping[str, Path]) -> dict[str, Any]:
    """Collect what the card tells.

    Args:
        gates: A key of `TABLES` to the folder of the gate.
        trainings: `sft` and `dpo` to the folder of the adapter.

    Raises:
        PersonaSDKError: A gate is none, or cannot be read.
        OSError: A training's record cannot be read.
    """
    return {
        "gates": {key: _gate(read_verdict(folder)) for key, folder in gates.items()},
        "trainings": {
            key: _training(json.loads((p / "training.json").read_text()))
            for key, p in trainings.items()
        },
    }


def write_card(found: Figures, folder: Path) -> None:
    """Write the card, its curves and its figures into the folder of the weights.

    The remarks that lie there stand in the card behind the tables; new weights begin without.
    """
    remarks = folder / REMARKS
    text = (Path(__file__).parent / "card.md").read_text("utf-8")
    filled = Template(text).substitute(
        trainings="\n".join(_told(key, one) for key, one in found["trainings"].items()),
        tables="\n\n".join(
            f"### {title[0].upper()}{title[1:]}\n\n{_table(found['gates'][key])}"
            for key, title in TABLES.items()
            if key in found["gates"]
        ),
        remarks=f"{remarks.read_text('utf-8')}\n" if remarks.is_file() else "",
    )
    (folder / "README.md").write_text(filled, encoding="utf-8")
    (folder / "curves.svg").write_text(_curves(found), encoding="utf-8")
    (folder / FIGURES).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _gate(document: Figures) -> dict[str, Any]:
    return {
        "outcome": document["outcome"],
        "reasons": document["reasons"],
        "scope": document["scope"],
        "personas": document["settings"]["personas"],
        "judge": document["settings"]["guard"]["entailment"],
        "seed": document["settings"]["seed"],
        "metrics": {
            one["metric"]: {key: one[key] for key in KEPT}
            for one in document["metrics"]
            if one["difference"]
        },
    }


def _training(record: Figures) -> dict[str, Any]:
    kept = ("method", "rows", "pairs", "tokens", "learned_tokens", "seed", "steps", "minutes")
    return {
        **{key: record[key] for key in kept if key in record},
        "command": record.get("command", ""),
        "settings": record["settings"],
        "versions": record["versions"],
        "curve": [
            {key: float(point[key]) for key in ("step", "loss") if key in point}
            for point in record["curve"]
            if "loss" in point
        ],
    }


def _told(key: str, one: Figures) -> str:
    count = f"{one['pairs']} pairs" if "pairs" in one else f"{one['rows']} conversations"
    return (
        f"- **{key.upper()}**: {count}, {one['steps']} steps in {one['minutes']:.0f} minutes, "
        f"seed {one['seed']}: `{one['command']}`"
    )


def _table(gate: Figures) -> str:
    lines = ["| | before | after | difference, 95% | n |", "|---|---|---|---|---|"]
    for name, one in gate["metrics"].items():
        lines.append(f"| {metric(name).label} | {' | '.join(_cells(name, one))} | {one['n']} |")
    people = len(gate["personas"])
    verdict = (
        f"The gate's verdict on {people} personas, seed {gate['seed']}, judged by "
        f"`{gate['judge']}`: **{gate['outcome']}**."
    )
    return "\n".join([*lines, "", verdict, *(f"- {reason}" for reason in gate["reasons"])])


def _cells(name: str, one: Figures) -> Sequence[str]:
    unit, d = metric(name).unit, one["difference"]
    if unit == "nats":
        before, after = (f"{math.exp(one[side]):.1f}" for side in ("before", "after"))
        low, mean, high = (math.exp(d[key]) for key in ("low", "mean", "high"))
        return before, after, f"x{mean:.2f} [x{low:.2f}, x{high:.2f}]"
    factor, digits = (100, 1) if unit == "share" else (1, 2)
    low, mean, high = (factor * d[key] for key in ("low", "mean", "high"))
    mark = " %" if unit == "share" else ""
    before, after = (f"{factor * one[side]:.{digits}f}{mark}" for side in ("before", "after"))
    return before, after, f"{mean:+.{digits}f} [{low:+.{digits}f}, {high:+.{digits}f}]"


def _curves(found: Figures) -> str:
    lines = [
        Line(key.upper(), [p["step"] for p in one["curve"]], [p["loss"] for p in one["curve"]])
        for key, one in found["trainings"].items()
    ]
    return line_chart(lines, title="Training loss", x_label="step", y_label="loss")
