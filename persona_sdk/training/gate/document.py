"""What a gate leaves behind: settings, verdict and bars as one JSON object, and its way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from persona_sdk.errors import StoreError, TrainingError
from persona_sdk.store.export import replacing
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.gate.metrics import metric
from persona_sdk.training.gate.values import Finding, GateVerdict

FILE = "gate.json"
"""Name of the verdict in the folder of a gate."""

FORMAT, VERSION = "faithful-persona gate verdict", 1


@dataclass(frozen=True, slots=True)
class Winner:
    """As much of a gate's report as a registry has to know before it lets an adapter in."""

    outcome: str
    reasons: tuple[str, ...]
    adapter_sha256: str
    """Of the file that was measured as `after`; empty where that had none."""
    adapter_scale: float
    """How strongly it acted; 1 as trained."""
    model_sha256: str
    """Of the model that it was measured on."""
    beaten_sha256: str
    """Of the adapter that was measured as `before`; empty for the plain model."""
    before_model_sha256: str
    scope: str
    """For whom the verdict holds, in words."""
    personas: tuple[str, ...]
    """Names of the characters that were asked."""
    is_general: bool
    """Whether it holds for characters like them, and not for them alone."""


def as_json(
    verdict: GateVerdict, bars: Bars, settings: Mapping[str, Any], notes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all that a gate says.

    Args:
        verdict: What was decided.
        bars: By which rule.
        settings: What decided the measurements: both sides with the digests of their files.
        notes: Counts and times for people.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "outcome": verdict.outcome,
        "reasons": list(verdict.reasons),
        "scope": verdict.scope,
        "metrics": [_finding(found) for found in verdict.findings],
        "bars": asdict(bars),
        "settings": dict(settings),
        **notes,
    }


def write_verdict(document: Mapping[str, Any], folder: Path) -> Path:
    """Write the JSON object into the folder of a gate, whole or not at all.

    Raises:
        StoreError: The file cannot be written.
    """
    path = folder / FILE
    with replacing(path) as file:
        json.dump(document, file, indent=2, ensure_ascii=False, allow_nan=False)
        file.write("\n")
    return path


def read_verdict(place: Path) -> dict[str, Any]:
    """Read what `write_verdict` wrote, from its file or from the folder of its gate.

    Raises:
        StoreError: The file cannot be read.
        TrainingError: It is no verdict of a gate of this version.
    """
    path = place / FILE if place.is_dir() else place
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror or error}: name the --out of a finished `persona gate`"
        ) from error
    except ValueError as error:
        raise TrainingError(f"{path}: no JSON ({error}): run the gate again") from error
    winner_of(found, str(path))
    return dict(found)


def winner_of(found: Any, place: str) -> Winner:
    """Read the part of a verdict that a registry needs.

    Args:
        found: What `as_json` returned.
        place: Where it stands, for the error message.

    Raises:
        TrainingError: It is no verdict of a gate of this version.
    """
    try:
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise ValueError(f"{found['format']!r}, version {found['version']!r}")
        before, after = found["settings"]["before"], found["settings"]["after"]
        personas = tuple(found["settings"]["personas"])
        return Winner(
            outcome=str(found["outcome"]),
            reasons=tuple(found["reasons"]),
            adapter_sha256=str(after.get("adapter_sha256", "")),
            adapter_scale=float(after.get("adapter_scale", 0.0)),
            model_sha256=str(after.get("model_sha256", "")),
            beaten_sha256=str(before.get("adapter_sha256", "")),
            before_model_sha256=str(before.get("model_sha256", "")),
            scope=str(found["scope"]),
            personas=personas,
            is_general=len(personas) >= int(found["bars"]["fewest_personas"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrainingError(
            f"{place}: no verdict of a gate of version {VERSION} ({error!r}): run the gate again"
        ) from error


def summary_of(document: Mapping[str, Any], winner: Winner) -> dict[str, Any]:
    """Return what a list shows of a gate."""
    scores = {
        row["metric"]: {key: row[key] for key in ("before", "after", "difference", "state")}
        for row in document.get("metrics", ())
    }
    return {
        "outcome": winner.outcome,
        "reasons": list(winner.reasons),
        "scope": winner.scope,
        "scores": scores,
    }


def _finding(found: Finding) -> dict[str, Any]:
    difference = found.difference
    return {
        **asdict(found),
        "difference": None if difference is None else difference._asdict(),
        "better": metric(found.metric).better,
        "unit": metric(found.metric).unit,
    }
