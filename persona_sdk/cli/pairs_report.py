"""What `persona pairs build` keeps beside the pairs: what was left out, and style unmatched."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from persona_sdk.store.export import replacing
from persona_sdk.training.preferences.surface import SurfaceCheck, surface_check

if TYPE_CHECKING:
    from persona_sdk.training.preferences.choosing import Chosen, Rules

Report = dict[str, Any]
"""`rules`, `dropped`, `unmatched_pairs`, `surface_before_matching` and the hash of the pairs."""

CHANCE = 0.5
"""Share of pairs that guessing gets right."""


def write_report(chosen: Chosen, rules: Rules, target: Path) -> Report:
    """Write what became of the candidates beside the pairs at `target`, and return it."""
    report: Report = {
        "pairs_sha256": _digest(target),
        "rules": asdict(rules),
        "dropped": dict(sorted(chosen.dropped.items())),
        "unmatched_pairs": len(chosen.unmatched),
        "surface_before_matching": surface_json(surface_check(chosen.unmatched, seed=rules.seed)),
    }
    with replacing(_path(target)) as file:
        file.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return report


def read_report(pairs: Path) -> Report:
    """Return the report of a file of pairs; empty if there is none, or it is of other pairs."""
    try:
        found = json.loads(_path(pairs).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    mine = isinstance(found, dict) and found.get("pairs_sha256") == _digest(pairs)
    return found if mine else {}


def surface_json(check: SurfaceCheck | None) -> dict[str, Any] | None:
    """Return what style alone predicts as JSON values, None if nobody can say."""
    if check is None:
        return None
    rules = {name: found._asdict() for name, found in check.rules.items()}
    return {"chance": CHANCE, "all": check.all_features._asdict(), "rules": rules}


def _path(pairs: Path) -> Path:
    return pairs.with_suffix(".report.json")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
