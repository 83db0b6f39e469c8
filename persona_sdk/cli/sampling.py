"""The options that say how a character's model is asked, the same for every command."""

from __future__ import annotations

from typing import Annotated

import typer

from persona_sdk.prompts import Strategy

PromptOption = Annotated[
    Strategy, typer.Option(help="Which statements the model sees; the guard sees all.")
]
"""Default `long-context`."""

MaxTokensOption = Annotated[int, typer.Option(help="Longest reply in tokens.", min=1)]

TemperatureOption = Annotated[
    float, typer.Option(help="0 takes the likeliest token.", min=0.0, max=5.0)
]

GpuLayersOption = Annotated[
    int, typer.Option(help="Layers of a GGUF on the GPU; -1 is all.", min=-1)
]
