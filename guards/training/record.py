"""The record of a run, kept beside its weights: which run it is, and what it and those before read.

It is plain JSON, and names no folder of the machine but by its last part.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from guards.config import CONFIG_FILE
from guards.training.rows import Sources
from persona_sdk.errors import TrainingError, WeightsError

RECORD = "run.json"
"""Its file in the run's folder."""

Record = Mapping[str, object]

DECISIVE = (
    "seed",
    "batch",
    "sources",
    "without",
    "data_sha256",
    "synthetic",
    "public",
    "start_sha256",
    "start",
    "distillation",
)
"""Entries that a resumed run must share: where it stands, and its record, mean nothing without."""


def read_record(folder: Path) -> Record | None:
    """Return the record of the run in `folder`, or of that behind exported weights; None: neither.

    Raises:
        WeightsError: The file is broken.
    """
    if (folder / RECORD).is_file():
        return _read(folder / RECORD)
    if not (folder / CONFIG_FILE).is_file():
        return None
    training = _read(folder / CONFIG_FILE).get("training")
    return training if isinstance(training, dict) else None


def _read(path: Path) -> Record:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{path} is no record of a run ({error})") from error
    if not isinstance(found, dict):
        raise WeightsError(f"{path} is no record of a run, but holds: {str(found)[:60]}")
    return found


def decisive(record: Record) -> dict[str, object]:
    """Return what tells a run from another, None for what it does not know."""
    named = {name: record.get(name) for name in DECISIVE}
    found: dict[str, object] = json.loads(json.dumps(named))
    return found


def check_same(before: Record, now: Record, out: Path) -> None:
    """Compare what `decisive` found of the checkpoint in `out` and of the run that goes on.

    Raises:
        TrainingError: They differ in an entry that the checkpoint knows.
    """
    other = [name for name in before if before[name] != now.get(name)]
    if other:
        told = ", ".join(f"{n} {_short(before[n])} (now {_short(now.get(n))})" for n in other)
        raise TrainingError(
            f"{out} holds a run of other settings: {told}; give the same, or choose another --out"
        )


def stages(record: Record) -> list[Record]:
    """Return the records of a run and of all that it started from, the earliest first."""
    start = record.get("start")
    before = stages(cast(Record, start)) if isinstance(start, Mapping) else []
    return [*before, record]


def lessons(record: Record) -> list[Record]:
    """Return what the stages tell of their teachers."""
    return [cast(Record, stage["distillation"]) for stage in stages(record) if _taught(stage)]


def sources(record: Record) -> Sources | None:
    """Return `all` if a stage or its teacher read rows under unknown licences; None: not told."""
    told = [stage.get("sources") for stage in stages(record)]
    told += [lesson.get("teacher_sources") for lesson in lessons(record)]
    if "all" in told:
        return "all"
    return "cleared" if set(told) == {"cleared"} else None


def _taught(stage: Record) -> bool:
    return bool(stage.get("distillation"))


def _short(value: object) -> object:
    """Return the name alone of an earlier run."""
    return value["out"] if isinstance(value, Mapping) and "out" in value else value
