"""`persona train`: make an adapter from rows or pairs."""

from __future__ import annotations

import hashlib
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import USAGE, fail, new_app, note, out

if TYPE_CHECKING:
    from persona_sdk.training.trainer import Progress

app = new_app("Train an adapter: imitate conversations (sft), or prefer replies (dpo).")

Base = Annotated[str, typer.Option(help="builtin, gguf:PATH or hf:DIR.", callback=utf8)]
Out = Annotated[Path, typer.Option("--out", help="Folder of the adapter and its checkpoints.")]
Start = Annotated[Path | None, typer.Option(help="Adapter to go on from: the --out of a training.")]
Resume = Annotated[bool, typer.Option(help="Go on from the newest checkpoint in --out.")]


@app.command()
def sft(
    data: Annotated[Path, typer.Argument(help="Rows with `messages`, JSON lines.")],
    folder: Out,
    base: Base = "builtin",
    start: Start = None,
    rank: Annotated[int, typer.Option(help="Of the adapter.")] = 16,
    alpha: Annotated[int, typer.Option(help="Its scale is alpha / rank.")] = 32,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 2e-4,
    epochs: Annotated[float, typer.Option(help="How often the rows are seen.")] = 1.0,
    batch: Annotated[int, typer.Option(help="Rows in one forward pass.")] = 4,
    accumulation: Annotated[int, typer.Option(help="Forward passes in one step.")] = 2,
    max_length: Annotated[int, typer.Option(help="Longer rows, in tokens, are left out.")] = 1024,
    max_minutes: Annotated[
        float | None, typer.Option(help="Wall-clock budget.", show_default=False)
    ] = None,
    precision: Annotated[str, typer.Option(help="auto, fp32 or bf16.")] = "auto",
    log_steps: Annotated[int, typer.Option(help="Steps between two points of a curve.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the adapter and the order of the rows.")] = 17,
    resume: Resume = False,
) -> None:
    """Learn the assistant's turns of conversations.

    The model's own chat template is applied here: rows hold plain texts.
    """
    from persona_sdk.training.settings import Settings
    from persona_sdk.training.sft_rows import read_sft_rows

    try:
        settings = Settings(
            rank=rank,
            alpha=alpha,
            learning_rate=rate,
            epochs=epochs,
            batch=batch,
            accumulation=accumulation,
            max_length=max_length,
            max_minutes=max_minutes,
            precision=precision,  # type: ignore[arg-type]
            log_steps=log_steps,
            seed=seed,
        )
    except ValueError as error:
        fail(str(error), USAGE)
    _refuse_used(folder, resume)
    rows = read_sft_rows(data)
    from persona_sdk.training.sft import train_sft

    result = train_sft(
        rows,
        settings,
        folder,
        base=base,
        start=start,
        resume=resume,
        report=tell,
        lineage=lineage(data),
    )
    for remark in result.notes:
        note(remark)
    out.print(
        f"trained: {folder} ({result.steps} steps, {result.minutes:.1f} minutes)", soft_wrap=True
    )


def tell(progress: Progress) -> None:
    """Print one line of progress to standard error."""
    figures = progress.figures
    shown = [f"step {progress.step}/{progress.steps}", f"loss {figures['loss']:.3f}"]
    if "rewards/margins" in figures:
        shown.append(f"margin {figures['rewards/margins']:.3f}")
        shown.append(f"accuracy {figures['rewards/accuracies']:.2f}")
    shown.append(f"rate {figures.get('learning_rate', 0.0):.1e}")
    shown.append(f"{progress.tokens_per_second:.0f} tokens/s")
    shown.append(f"{progress.minutes:.1f} min, {progress.minutes_left:.1f} left")
    note(" · ".join(shown))


def lineage(data: Path) -> dict[str, Any]:
    """Return where an adapter comes from: its data and the command."""
    return {
        "data": data.name,
        "data_sha256": hashlib.sha256(data.read_bytes()).hexdigest(),
        "command": shlex.join(["persona", *sys.argv[1:]]),
    }


def _refuse_used(folder: Path, resume: bool) -> None:
    used = (folder / "adapter_model.safetensors").exists() or (folder / "checkpoints").exists()
    if used and not resume:
        fail(f"{folder} holds a training: add --resume, or choose another --out", USAGE)
