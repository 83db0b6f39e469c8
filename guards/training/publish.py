"""From a run folder to weights that the guard can load: exported, calibrated, measured."""

import json
from pathlib import Path

from guards.config import CONFIG_FILE, Precision
from guards.load import SHIPPED
from guards.training.calibrate import Calibrated, calibrate
from guards.training.domain import kept_split
from guards.training.export import RELEVANCE, export, write_config
from guards.training.report import devsets
from guards.training.report.card import FIGURES
from guards.training.report.judges import load_subject, measure
from guards.training.scorer import Watch
from guards.training.synthesize import triples

COMPARED_ROWS = 1500
"""Rows on which int8 is set beside float32."""


def publish(
    run: Path, weights: Path, *, data: Path | None, watch: Watch, precision: Precision = "int8"
) -> Calibrated:
    """Export, calibrate and, for a run on own rows, measure on the rows kept for that.

    The relevance head is that of the run, else the shipped one, whatever lay in `weights`.

    Args:
        run: Folder with a checkpoint.
        weights: Folder to write.
        data: The public data to calibrate on; None uses synthetic and own rows.
        watch: Shows the progress.
        precision: int8 is for CPUs, float32 for GPUs.

    Raises:
        ImportError: The extra `train` is not installed.
        FileNotFoundError: The data folder lacks a file.
        WeightsError: The exported weights fail a probe.
    """
    weights.mkdir(parents=True, exist_ok=True)
    head = run / RELEVANCE if (run / RELEVANCE).is_file() else SHIPPED / RELEVANCE
    # Not `copyfile`, which refuses to write the shipped head upon itself.
    (weights / RELEVANCE).write_bytes(head.read_bytes())
    export(run, weights, precision=precision)
    split = kept_split(run)
    found = calibrate(weights, data, own=split.dev if split else (), watch=watch)
    if precision == "int8":
        _note_rounding(run, weights, data, found.temperature["nli"], watch)
    if split:
        subject = load_subject(str(weights))
        figures = measure(subject, None, watch=watch, own=split.test, keep=False)
        text = json.dumps(figures, indent=2) + "\n"
        (weights / FIGURES).write_text(text, encoding="utf-8")
    return found


def _note_rounding(
    run: Path, weights: Path, data: Path | None, temperature: float, watch: Watch
) -> None:
    """Write what int8 costs into `config.json`."""
    from guards.training.report.rounding import deviation

    rows = devsets.mnli(data) if data else list(triples.nli_triples(1, COMPARED_ROWS, "dev"))
    found = deviation(run, weights, rows[:COMPARED_ROWS], temperature, watch=watch)
    config = json.loads((weights / CONFIG_FILE).read_text("utf-8"))
    write_config(weights, config | {"int8_against_float32": found})
