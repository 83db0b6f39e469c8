"""What stands around a training on the command line: checks, a dev split, progress, the end."""

from __future__ import annotations

import hashlib
import math
import random
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from persona_sdk.cli.terminal import CHECK_FAILED, OK, USAGE, fail, note, out
from persona_sdk.seeds import derived

if TYPE_CHECKING:
    from persona_sdk.training.outcome import TrainingResult
    from persona_sdk.training.trainer import Progress

Row = TypeVar("Row")

FEWEST_EACH, TOGETHER = 20, 60
"""Known-answer items of each persona and of all: a gate tells nothing on fewer than 50."""


def refuse_used(folder: Path, resume: bool) -> None:
    """End the command where a training would overwrite another."""
    used = (folder / "adapter_model.safetensors").exists() or (folder / "checkpoints").exists()
    if used and not resume:
        fail(f"{folder} holds a training: add --resume, or choose another --out", USAGE)


def split_off(
    rows: Sequence[Row], dev: Sequence[Row], share: float, seed: int
) -> tuple[list[Row], list[Row]]:
    """Return what is trained on and the dev rows: those given, or a random share of the rows."""
    if dev or not share:
        return list(rows), list(dev)
    places = list(range(len(rows)))
    random.Random(derived(seed, "dev")).shuffle(places)
    held = set(places[: max(1, round(share * len(rows)))])
    return (
        [row for i, row in enumerate(rows) if i not in held],
        [row for i, row in enumerate(rows) if i in held],
    )


def lineage(data: Path, dev: Path | None) -> dict[str, Any]:
    """Return where an adapter comes from: its data and the command."""
    return {
        "data": data.name,
        "data_sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "dev_data": dev.name if dev else None,
        "command": shlex.join(["persona", *sys.argv[1:]]),
    }


def tell(progress: Progress) -> None:
    """Print one line of progress to standard error."""
    figures = progress.figures
    shown = [f"step {progress.step}/{progress.steps}", f"loss {figures['loss']:.3f}"]
    if "dev_loss" in figures:
        shown.append(f"dev {figures['dev_loss']:.3f}")
    if "rewards/margins" in figures:
        shown.append(f"margin {figures['rewards/margins']:.3f}")
        shown.append(f"accuracy {figures['rewards/accuracies']:.2f}")
    shown.append(f"rate {figures.get('learning_rate', 0.0):.1e}")
    shown.append(f"{progress.tokens_per_second:.0f} tokens/s")
    shown.append(f"{progress.minutes:.1f} min, {progress.minutes_left:.1f} left")
    note(" · ".join(shown))


def finish(result: TrainingResult) -> None:
    """Print where the adapter is and what should be known of it."""
    for remark in result.notes:
        note(remark)
    out.print(
        f"trained: {result.adapter} ({result.steps} steps, {result.minutes:.1f} minutes)",
        soft_wrap=True,
    )


def check_gate(base: str, personas: str | None, name: str | None, folder: Path) -> None:
    """End the command where `--gate` could not do its work behind the training.

    Raises:
        PersonaError: One of the personas is not there.
    """
    from persona_sdk.cli.gate_setup import listed, named_personas
    from persona_sdk.models.adapter_name import takes_adapter
    from persona_sdk.training.registry_values import check_name

    if not takes_adapter(base):
        fail(f"--gate needs a base that llama.cpp runs, builtin or gguf:PATH, was: {base}", USAGE)
    try:
        check_name(name or folder.resolve().name)
    except ValueError as error:
        fail(f"{error}: give one with --gate-name", USAGE)
    named_personas(listed(personas))


def gate_training(
    folder: Path,
    base: str,
    data: Sequence[Path | None],
    *,
    personas: str | None,
    name: str | None,
) -> NoReturn:
    """Convert and gate what a training left, show the verdict, and end the command.

    Args:
        folder: Of the training.
        base: What it began with.
        data: Its rows and those of the dev split, which chose the best check: neither is asked.
        personas: Whom to ask: names, files and folders, by commas; None takes the bundled ones.
        name: What the registry calls the adapter; None takes the folder's name.

    Raises:
        typer.Exit: With 0 where the adapter was installed, now or before, else with 1.
        PersonaSDKError: The gate could not be held; nothing is installed then.
    """
    from persona_sdk.cli.gate_after import FOLDER, Wanted, convert, gate_and_install
    from persona_sdk.cli.gate_setup import listed
    from persona_sdk.cli.gate_view import show

    whom = listed(personas)
    wanted = Wanted(name or folder.resolve().name, whom, _one_of(whom), items=_items(whom))
    adapter = convert(folder, base, wanted.name)
    seen = [file for file in data if file is not None]
    gated = gate_and_install(adapter, base, folder / FOLDER, wanted, trained_on=seen)
    if gated.held is not None:
        show(gated.held)
        note(f"report: {gated.held.report}")
    raise typer.Exit(OK if gated.entry.state == "active" else CHECK_FAILED)


def _items(personas: Sequence[str] | None) -> int:
    """Return how many known answers each is asked for: of few characters more, to tell anything."""
    from persona_sdk.cli.gate_setup import named_personas

    return max(FEWEST_EACH, math.ceil(TOGETHER / len(named_personas(personas))))


def _one_of(personas: Sequence[str] | None) -> str | None:
    """Return the character that the adapter is for, where just one is named."""
    from persona_sdk.cli.gate_setup import is_folder

    if personas is None or len(personas) != 1 or is_folder(personas[0]):
        return None
    return personas[0]
