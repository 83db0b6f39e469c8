"""The options that `persona train sft` and `persona train dpo` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.training.presets import Preset
from persona_sdk.training.settings import Optimiser, Precision

Out = Annotated[
    Path, typer.Option("--out", "-o", help="Folder of the adapter and its checkpoints.")
]
Base = Annotated[str, typer.Option(help="builtin, gguf:PATH or hf:DIR.", callback=utf8)]
Start = Annotated[
    Path | None,
    typer.Option(
        help="Adapter to go on from: the --out of a training, or a GGUF file.", show_default=False
    ),
]
Dev = Annotated[
    Path | None,
    typer.Option(
        help="File like DATA: training ends early without gain on it.", show_default=False
    ),
]
DevShare = Annotated[
    float, typer.Option(help="Without --dev, this share of DATA takes its place.", min=0, max=0.5)
]
PresetName = Annotated[
    Preset, typer.Option(help="small: ours for 135M to 500M parameters; paper: arXiv 2405.07726.")
]
Rank = Annotated[int | None, typer.Option(help="Of the adapter.", show_default="preset")]
Alpha = Annotated[int | None, typer.Option(help="Scale is alpha / rank.", show_default="preset")]
Dropout = Annotated[float | None, typer.Option(help="Of LoRA's inputs.", show_default="preset")]
Targets = Annotated[
    str | None,
    typer.Option(help="Linear layers by commas, e.g. q_proj,v_proj.", show_default="preset"),
]
Rate = Annotated[float | None, typer.Option(help="Highest learning rate.", show_default="preset")]
Epochs = Annotated[
    float | None, typer.Option(help="How often the data is seen.", show_default="preset")
]
Batch = Annotated[int | None, typer.Option(help="Rows a forward pass.", show_default="preset")]
Accumulation = Annotated[
    int | None, typer.Option(help="Forward passes a step.", show_default="preset")
]
MaxLength = Annotated[
    int | None, typer.Option(help="Longer rows, in tokens, are left out.", show_default="preset")
]
MaxMinutes = Annotated[float | None, typer.Option(help="Wall-clock budget.", show_default=False)]
Patience = Annotated[
    int | None,
    typer.Option(help="Checks without gain on the dev rows that end it.", show_default="preset"),
]
LogSteps = Annotated[
    int | None, typer.Option(help="Steps between points of a curve.", show_default="preset")
]
CheckpointMinutes = Annotated[
    float | None, typer.Option(help="Between two checkpoints.", show_default="preset")
]
PrecisionName = Annotated[Precision, typer.Option(help="auto: bf16 where the device has it.")]
FourBit = Annotated[
    bool | None,
    typer.Option("--four-bit/--no-four-bit", help="QLoRA, on a GPU.", show_default="preset"),
]
OptimiserName = Annotated[
    Optimiser | None,
    typer.Option(help="paged_adamw_8bit needs a GPU and bitsandbytes.", show_default="preset"),
]
Seed = Annotated[int, typer.Option(help="Of the adapter and of the order of the data.")]
Resume = Annotated[bool, typer.Option(help="Go on from the newest checkpoint in --out.")]
Gate = Annotated[
    bool, typer.Option("--gate", help="Then gate it, and install it only if the gate promotes.")
]
GatePersonas = Annotated[
    str | None,
    typer.Option(
        help="Whom --gate asks: names, files and folders, by commas.",
        show_default="all bundled ones",
        callback=utf8,
    ),
]
GateName = Annotated[
    str | None,
    typer.Option(help="What the registry calls it, with --gate.", show_default="--out's name"),
]
