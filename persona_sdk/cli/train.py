"""`persona train`: make an adapter from conversations or from pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from persona_sdk.cli import train_options as given
from persona_sdk.cli.terminal import USAGE, fail, new_app, note
from persona_sdk.cli.train_run import (
    check_gate,
    finish,
    gate_training,
    lineage,
    refuse_used,
    split_off,
    tell,
)
from persona_sdk.training.presets import Method, Preset, preset
from persona_sdk.training.settings import Loss, Objective, Settings

app = new_app("Train an adapter: imitate conversations (sft), or prefer replies (dpo).")


@app.command()
def sft(
    data: Annotated[Path, typer.Argument(help="Rows with `messages`, JSON lines.")],
    folder: given.Out,
    base: given.Base = "builtin",
    start: given.Start = None,
    dev: given.Dev = None,
    dev_share: given.DevShare = 0.0,
    preset: given.PresetName = "small",
    rank: given.Rank = None,
    alpha: given.Alpha = None,
    dropout: given.Dropout = None,
    targets: given.Targets = None,
    rate: given.Rate = None,
    epochs: given.Epochs = None,
    batch: given.Batch = None,
    accumulation: given.Accumulation = None,
    max_length: given.MaxLength = None,
    max_minutes: given.MaxMinutes = None,
    patience: given.Patience = None,
    log_steps: given.LogSteps = None,
    checkpoint_minutes: given.CheckpointMinutes = None,
    precision: given.PrecisionName = "auto",
    four_bit: given.FourBit = None,
    optimiser: given.OptimiserName = None,
    seed: given.Seed = 17,
    resume: given.Resume = False,
    gate: given.Gate = False,
    gate_personas: given.GatePersonas = None,
    gate_name: given.GateName = None,
) -> None:
    """Learn the assistant's turns of conversations.

    The model's own chat template is applied here: rows hold plain texts.
    """
    from persona_sdk.training.sft_rows import read_sft_rows

    settings = _settings(
        preset,
        "sft",
        rank=rank,
        alpha=alpha,
        dropout=dropout,
        targets=_names(targets),
        learning_rate=rate,
        epochs=epochs,
        batch=batch,
        accumulation=accumulation,
        max_length=max_length,
        max_minutes=max_minutes,
        patience=patience,
        log_steps=log_steps,
        checkpoint_minutes=checkpoint_minutes,
        precision=precision,
        four_bit=four_bit,
        optimiser=optimiser,
        seed=seed,
    )
    refuse_used(folder, resume)
    if gate:
        check_gate(base, gate_personas, gate_name, folder)
    rows = read_sft_rows(data)
    rows, held = split_off(rows, read_sft_rows(dev) if dev else [], dev_share, seed)
    from persona_sdk.training.sft import train_sft

    finish(
        train_sft(
            rows,
            settings,
            folder,
            dev=held,
            base=base,
            start=start,
            resume=resume,
            report=tell,
            tell=note,
            lineage=lineage(data, dev),
        )
    )
    if gate:
        gate_training(folder, base, (data, dev), personas=gate_personas, name=gate_name)


@app.command()
def dpo(
    data: Annotated[Path, typer.Argument(help="Pairs as `persona pairs build` writes them.")],
    folder: given.Out,
    base: given.Base = "builtin",
    start: given.Start = None,
    reference: Annotated[
        Literal["start", "base"], typer.Option(help="What the model must stay near.")
    ] = "start",
    objective: Annotated[
        Objective, typer.Option(help="dpo, or weighted: each statement counts for its side.")
    ] = "dpo",
    loss: Annotated[Loss, typer.Option(help="Of a pair.")] = "sigmoid",
    beta: Annotated[
        float | None, typer.Option(help="Cost of leaving the reference.", show_default="preset")
    ] = None,
    label_smoothing: Annotated[
        float, typer.Option(help="Share of wrong pairs that --loss robust expects.")
    ] = 0.0,
    dev: given.Dev = None,
    dev_share: given.DevShare = 0.0,
    preset: given.PresetName = "small",
    rank: given.Rank = None,
    alpha: given.Alpha = None,
    dropout: given.Dropout = None,
    targets: given.Targets = None,
    rate: given.Rate = None,
    epochs: given.Epochs = None,
    batch: given.Batch = None,
    accumulation: given.Accumulation = None,
    max_length: given.MaxLength = None,
    max_minutes: given.MaxMinutes = None,
    patience: given.Patience = None,
    log_steps: given.LogSteps = None,
    checkpoint_minutes: given.CheckpointMinutes = None,
    precision: given.PrecisionName = "auto",
    four_bit: given.FourBit = None,
    optimiser: given.OptimiserName = None,
    seed: given.Seed = 17,
    resume: given.Resume = False,
    gate: given.Gate = False,
    gate_personas: given.GatePersonas = None,
    gate_name: given.GateName = None,
) -> None:
    """Learn to prefer the chosen replies of pairs.

    With --start the training goes on from an adapter, which is then the reference too.
    """
    from persona_sdk.training.preferences.files import read_pairs

    settings = _settings(
        preset,
        "dpo",
        rank=rank,
        alpha=alpha,
        dropout=dropout,
        targets=_names(targets),
        learning_rate=rate,
        epochs=epochs,
        batch=batch,
        accumulation=accumulation,
        max_length=max_length,
        max_minutes=max_minutes,
        patience=patience,
        log_steps=log_steps,
        checkpoint_minutes=checkpoint_minutes,
        precision=precision,
        four_bit=four_bit,
        optimiser=optimiser,
        seed=seed,
        objective=objective,
        loss=loss,
        beta=beta,
        label_smoothing=label_smoothing,
    )
    refuse_used(folder, resume)
    if gate:
        check_gate(base, gate_personas, gate_name, folder)
    pairs = read_pairs(data)
    pairs, held = split_off(pairs, read_pairs(dev) if dev else [], dev_share, seed)
    from persona_sdk.training.dpo import train_dpo

    finish(
        train_dpo(
            pairs,
            settings,
            folder,
            dev=held,
            base=base,
            start=start,
            reference=reference,
            resume=resume,
            report=tell,
            tell=note,
            lineage=lineage(data, dev),
        )
    )
    if gate:
        gate_training(folder, base, (data, dev), personas=gate_personas, name=gate_name)


def _settings(name: Preset, method: Method, **changes: Any) -> Settings:
    try:
        return preset(name, method, changes)
    except ValueError as error:
        fail(str(error), USAGE)


def _names(targets: str | None) -> tuple[str, ...] | None:
    return None if targets is None else tuple(n.strip() for n in targets.split(",") if n.strip())
