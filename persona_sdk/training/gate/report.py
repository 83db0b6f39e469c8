"""The report of a gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from persona_sdk.training.gate.values import GateVerdict, Measurement
from persona_sdk.training.gate.wording import outcome_line, rows


def write_report(
    verdict: GateVerdict,
    measurements: Sequence[Measurement],
    document: Mapping[str, Any],
    folder: Path,
) -> Path:
    path = folder / "report.md"
    path.write_text(outcome_line(verdict) + "\n" + "\n".join(" | ".join(r) for r in rows(verdict)))
    return path
