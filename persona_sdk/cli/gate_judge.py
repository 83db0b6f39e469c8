"""Which judge a gate has: the names of both discriminators, their files and the thresholds."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from guards.apc import APCGuard
from guards.catalog import RELEVANCE
from guards.config import CONFIG_FILE, digest, read_config
from persona_sdk.cli.gate_sides import files_of, folder_digest


def judge_of(scorers: str, guard: APCGuard) -> dict[str, Any]:
    """Return what tells one judge from another, as JSON values.

    Names alone do not: other weights may lie in the same folder tomorrow. Names on the hub have
    no files here and count as they are written.

    Args:
        scorers: One of the forms in `guards.catalog.FORMS`.
        guard: Loaded by that name.

    Raises:
        WeightsError: The configuration of a folder of weights cannot be read.
        ModelNotFound: The chat model of a judge is missing.
    """
    return {
        "scorers": scorers,
        "relevance": guard.relevance.name,
        "entailment": guard.entailment.name,
        "thresholds": asdict(guard.thresholds),
        "files": _files(scorers),
    }


def _files(scorers: str) -> dict[str, Any]:
    kind, _, rest = scorers.partition(":")
    # Beside these the built-in vectors choose which statements of a large persona are judged.
    if kind == "judge" and rest:
        return {"model": files_of(rest), "builtin": _weights(None)}
    if kind in ("hf", "apc") and rest:
        return {**_classifiers(*rest.partition(RELEVANCE)[::2]), "builtin": _weights(None)}
    return _weights(None if scorers == "builtin" else Path(os.path.expanduser(scorers)))


def _classifiers(entailment: str, relevance: str) -> dict[str, str]:
    named = {"entailment": entailment, "relevance": relevance}
    return {part: folder_digest(Path(at)) for part, at in named.items() if Path(at).is_dir()}


def _weights(folder: Path | None) -> dict[str, str]:
    from guards.load import SHIPPED

    place = folder or SHIPPED
    names = {"config": CONFIG_FILE, **asdict(read_config(place).files)}
    return {part: digest(place / name) for part, name in names.items()}
