"""The curves of a training as SVG: loss, and for pairs margin and accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from persona_sdk.charts.lines import line_chart
from persona_sdk.charts.series import Line
from persona_sdk.store.export import replacing

Point = Mapping[str, float]

_PLOTS = {
    "loss.svg": ("Loss", {"training": "loss", "dev": "eval_loss"}),
    "margins.svg": (
        "Reward margin",
        {"training": "rewards/margins", "dev": "eval_rewards/margins"},
    ),
    "accuracy.svg": (
        "Share of pairs whose chosen reply has the higher reward",
        {"training": "rewards/accuracies", "dev": "eval_rewards/accuracies"},
    ),
}


def write_curves(folder: Path, curve: Sequence[Point]) -> list[Path]:
    """Draw what the points of a training tell and return the files.

    Args:
        folder: Takes the files.
        curve: Points with `step` and any of `loss`, `eval_loss`, `rewards/margins`, ….

    Raises:
        StoreError: A file cannot be written.
    """
    files = []
    for name, (title, series) in _PLOTS.items():
        lines = [
            Line(label, [p["step"] for p in points], [p[key] for p in points])
            for label, key in series.items()
            if (points := [p for p in curve if key in p])
        ]
        if lines:
            with replacing(folder / name) as file:
                file.write(line_chart(lines, title=title, x_label="steps"))
            files.append(folder / name)
    return files
