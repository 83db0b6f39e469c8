"""`persona guards`: measure, train, export and describe the discriminators."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from guards.config import Precision
from guards.training.options import TEMPERATURE, WEIGHT, Distillation
from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import (
    STANDARD_STREAM,
    USAGE,
    fail,
    new_app,
    note,
    out,
    print_json,
    progress,
    working,
)
from persona_sdk.errors import MissingExtra

if TYPE_CHECKING:
    from guards.training.report.figures import Figures
    from guards.training.rows import Row

app = new_app("Measure, train, export and describe the guard's discriminators.")

Data = Annotated[
    Path | None,
    typer.Option(
        help="Folder of public rows, nli/ and persona/: docs/discriminators.md lists its files."
    ),
]

OnError = Annotated[
    Literal["refuse", "skip"],
    typer.Option(help="What to do about broken rows of your own: stop, or leave them out."),
]


@app.command("eval")
def evaluate(
    data: Data = None,
    weights: Annotated[
        str,
        typer.Option(
            "--weights",
            "--scorers",
            help="builtin, a folder of weights, hf:NAME_OR_PATH, apc:NAME_OR_PATH or judge:MODEL.",
            callback=utf8,
        ),
    ] = "builtin",
    rows: Annotated[
        list[Path] | None, typer.Option(help="Labelled rows of your own, JSONL; may be repeated.")
    ] = None,
    on_error: OnError = "refuse",
    sets: Annotated[
        str,
        typer.Option(
            help="Names of sets with commas, out of mnli_matched, decode, convai2_expressed, "
            "synthetic_nli, written_nli, synthetic_profiles, synthetic_lives, "
            "synthetic_quantities, synthetic_pairs, synthetic_relevance, qnli, alice_nli, "
            "alice_relevance, faithful_convai2, faithful_synthetic_chat, planted, lives_told, "
            "lives_denied; default: all."
        ),
    ] = "",
    replies: Annotated[int, typer.Option(min=1, help="Faithful replies of each kind.")] = 1000,
    json: Annotated[
        str | None, typer.Option(help="Write the figures here too; `-` is standard output alone.")
    ] = None,
    fresh: Annotated[bool, typer.Option(help="Score again what an earlier run has kept.")] = False,
    frozen: Annotated[bool, typer.Option(help="Add the frozen-embedding baseline.")] = True,
) -> None:
    """Print every figure of the discriminators beside the baselines that they must beat.

    Scores are kept: a run that was stopped goes on where it was. A set whose file the data folder
    lacks is named and left out; without --data the synthetic sets remain. With --rows alone, only
    rows of your own are measured.
    """
    from guards.training.report.judges import load_subject, measure
    from guards.training.report.report_sets import chosen

    try:
        names = chosen(tuple(name.strip() for name in sets.split(",") if name.strip()))
    except ValueError as error:
        fail(str(error), USAGE)
    if json is not None and json != STANDARD_STREAM:
        _refuse_unwritable(Path(json))
    own = _own_rows(rows, on_error) if rows else ()
    with working("Loading the discriminators"):
        subject = load_subject(weights)
    figures = measure(
        subject,
        data,
        watch=progress,
        sets=() if rows and data is None and not sets else names,
        replies=replies,
        own=own,
        keep=not fresh,
        frozen=frozen,
    )
    _show({**figures, "command": _command(data, sets, replies)}, json)


def _own_rows(files: list[Path], on_error: OnError) -> tuple[Row, ...]:
    from guards.training.own_rows import read_own_rows

    found = read_own_rows(files, on_error=on_error)
    for problem in found.problems:
        note(f"left out: {problem}")
    return found.rows


def _refuse_unwritable(path: Path) -> None:
    """Tell before the hours of measuring what would fail after them."""
    folder = path.resolve().parent
    if not folder.is_dir():
        fail(f"--json {path}: there is no folder {folder}", USAGE)
    if path.is_dir():
        fail(f"--json {path} is a folder: name a file in it", USAGE)
    if not os.access(path if path.exists() else folder, os.W_OK):
        fail(f"--json {path} cannot be written: choose another file", USAGE)


def _command(data: Path | None, sets: str, replies: int) -> str:
    """Return how the figures can be had again, without the folders of this machine."""
    given = " --data DATA" if data else ""
    chosen = f" --sets {sets}" if sets else ""
    return f"persona guards eval{given}{chosen} --replies {replies}"


@app.command()
def train(
    rows: Annotated[list[Path], typer.Option(help="Labelled rows, JSONL; may be repeated.")],
    out_folder: Annotated[Path, typer.Option("--out", help="Folder of the run.")],
    start: Annotated[
        str, typer.Option(help="`shipped`, `minilm`, or a folder of a run or of weights.")
    ] = "shipped",
    minutes: Annotated[float, typer.Option(help="Wall-clock budget, above 0.")] = 10.0,
    data: Data = None,
    synthetic: Annotated[bool, typer.Option(help="Mix in synthetic triples.")] = True,
    on_error: OnError = "refuse",
    resume: Annotated[bool, typer.Option(help="Go on from the checkpoint in --out.")] = False,
    seed: Annotated[
        int, typer.Option(help="Decides what is drawn, and the order of the rows.")
    ] = 17,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the CPU to train with.")] = 2,
    teacher: Annotated[
        Path | None, typer.Option(help="Folder of a larger classifier to learn from as well.")
    ] = None,
    teacher_weight: Annotated[
        float,
        typer.Option(
            help="Share of the teacher's labels in the loss, in (0, 1]; the rows' have the rest."
        ),
    ] = WEIGHT,
    teacher_temperature: Annotated[
        float, typer.Option(help="Softens what teacher and student say, above 0.")
    ] = TEMPERATURE,
) -> None:
    """Distil discriminators for a domain of your own from your own labelled rows.

    One statement in five is kept out of training with all its rows, to choose and to report on.
    A checkpoint is written on the way: add --resume after a kill. With --data public rows are
    mixed in. A GPU is used where there is one.
    """
    from guards.training.domain import Domain
    from guards.training.own_rows import read_own_rows

    if not (minutes > 0 and math.isfinite(minutes)):
        fail(f"--minutes must be above 0 and finite, was: {minutes:g}", USAGE)
    if (out_folder / "checkpoint.pt").is_file() and not resume:
        fail(f"{out_folder} holds a run: add --resume, or choose another --out", USAGE)
    try:
        lesson = Distillation(teacher, teacher_weight, teacher_temperature) if teacher else None
    except ValueError as error:
        fail(f"{error}", USAGE)
    read_own_rows(rows, on_error=on_error)  # a broken row is told before torch is loaded
    domain = Domain(
        files=tuple(rows),
        out=out_folder,
        start=start,
        minutes=minutes,
        on_error=on_error,
        synthetic=synthetic,
        data=data,
        seed=seed,
        threads=threads,
        resume=resume,
        distillation=lesson,
    )
    with _training_extra():
        from guards.training.domain_run import train_domain

        train_domain(domain, tell=note)
    out.print(f"trained: {out_folder}; next: persona guards export {out_folder} --out WEIGHTS")


@app.command()
def export(
    source: Annotated[
        str,
        typer.Argument(
            help="Folder of a run, or of exported weights; `builtin` is the shipped ones.",
            callback=utf8,
        ),
    ],
    weights: Annotated[Path, typer.Option("--out", help="Folder of weights to write.")],
    precision: Annotated[
        Precision, typer.Option(help="Of the weights: int8 for a CPU, float32 for a GPU.")
    ] = "int8",
    data: Data = None,
) -> None:
    """Write ONNX networks and their settings: temperatures, thresholds, digests.

    A run is one of `persona guards train` or of guards.training.train. Its temperatures and
    thresholds are set on rows that no report reads: with --data on public ones. Without, on the
    own rows that were kept out of training: under 100 of them, synthetic rows help to fit the
    temperatures; under 100 that contradict nothing, the shipped thresholds stay.

    Exported weights are written in the other precision. Nothing is calibrated: temperatures,
    thresholds and the relevance head stay theirs.
    """
    from guards.config import CONFIG_FILE
    from guards.load import SHIPPED

    folder = SHIPPED if source == "builtin" else Path(source).expanduser()
    if (folder / "checkpoint.pt").is_file():
        with _training_extra():
            _export_run(folder, weights, precision, data)
        return
    if not (folder / CONFIG_FILE).is_file():
        fail(
            f"no checkpoint.pt or {CONFIG_FILE} in {folder}: train first, or name a folder of "
            "weights",
            USAGE,
        )
    if data is not None:
        fail(f"--data {data}: exported weights are not calibrated anew, leave it out", USAGE)
    with _training_extra():
        _convert(folder, weights, precision)


def _export_run(run: Path, weights: Path, precision: Precision, data: Path | None) -> None:
    from guards.training.publish import publish

    found = publish(run, weights, data=data, watch=progress, precision=precision)
    out.print(f"{weights}: {found.thresholds}")
    out.print(f"thresholds: {found.chosen}", soft_wrap=True)


def _convert(source: Path, weights: Path, precision: Precision) -> None:
    from guards.training.convert import convert

    with working(f"Writing {precision} weights"):
        found = convert(source, weights, precision=precision)
    out.print(
        f"{weights}: {precision}, converted from {found.source} in {found.precision}; temperatures "
        "and thresholds are kept, nothing was calibrated",
        soft_wrap=True,
    )


@app.command()
def card(
    weights: Annotated[Path, typer.Argument(help="Folder of weights.")],
    figures: Annotated[
        Path | None,
        typer.Option(help="What `eval --json` wrote; default: figures.json in the folder."),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Text of your own around the tables.")
    ] = None,
) -> None:
    """Write README.md, the model card, and the reliability diagram beside the weights."""
    from guards.training.report.card import write_card

    path = write_card(weights, figures=figures, template=template)
    out.print(f"{path}")


@contextmanager
def _training_extra() -> Iterator[None]:
    """Name the extra that brings torch where it is missing."""
    try:
        yield
    except MissingExtra:
        raise
    except ImportError as error:
        cause = error.__cause__
        package = error.name or (cause.name if isinstance(cause, ImportError) else None)
        if package is not None and package.split(".")[0] in ("guards", "persona_sdk"):
            raise
        raise MissingExtra(package or "torch", "train") from error


def _show(figures: Figures, json: str | None) -> None:
    import json as encoder

    from persona_sdk.cli.guard_tables import tables

    if json == STANDARD_STREAM:
        print_json(figures)
        return
    for part in tables(figures):
        out.print(part, soft_wrap=True)
        out.print()
    if json is not None:
        Path(json).write_text(encoder.dumps(figures, indent=2) + "\n", encoding="utf-8")
        note(f"figures: {json}")
