"""Where a training computes, how precisely, and where its random numbers stand."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

import torch
from torch import Tensor


def best_device() -> torch.device:
    """Return the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> AbstractContextManager[object]:
    """Compute in bfloat16 there, where that can be; every CPU can, some of them slowly."""
    able = device.type == "cpu" or torch.cuda.is_bf16_supported()
    context: AbstractContextManager[object] = torch.autocast(
        device.type, torch.bfloat16, enabled=able
    )
    return context


def chance(device: torch.device) -> dict[str, Tensor]:
    """Return where the random numbers stand, which dropout draws."""
    state = {"cpu": torch.get_rng_state()}
    return state | ({"cuda": torch.cuda.get_rng_state(device)} if device.type == "cuda" else {})


def set_chance(state: Mapping[str, Tensor], device: torch.device) -> None:
    """Go on with the random numbers where `chance` found them."""
    torch.set_rng_state(state["cpu"])
    if device.type == "cuda" and "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"], device)
