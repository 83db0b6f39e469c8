"""Our settings in the words of TRL."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch

from persona_sdk.training.device import computes_in_bf16
from persona_sdk.training.settings import Settings


def planned_steps(settings: Settings, batches: int) -> int:
    """Return how many steps of the optimiser see all batches as often as the settings say."""
    return math.ceil(settings.epochs * math.ceil(batches / settings.accumulation))


def common_arguments(settings: Settings, folder: Path, rows: int, *, dev: bool) -> dict[str, Any]:
    """Return the arguments that both of TRL's trainers take alike.

    Args:
        settings: How to train.
        folder: Of the checkpoints.
        rows: How many rows or pairs there are.
        dev: Whether there are dev rows.
    """
    steps = planned_steps(settings, math.ceil(rows / settings.batch))
    gpu = torch.cuda.is_available()
    checks = {"eval_strategy": "steps", "eval_steps": max(1, steps // settings.dev_checks)}
    return {
        "output_dir": str(folder),
        "max_length": None,
        "per_device_train_batch_size": settings.batch,
        "per_device_eval_batch_size": settings.batch,
        "gradient_accumulation_steps": settings.accumulation,
        "max_steps": steps,
        "learning_rate": settings.learning_rate,
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.max_gradient,
        "optim": "adamw_torch" if settings.optimiser == "adamw" else "paged_adamw_8bit",
        "use_cpu": not gpu,
        "bf16": computes_in_bf16(settings),
        "gradient_checkpointing": False,
        "seed": settings.seed,
        "logging_first_step": True,
        "logging_steps": settings.log_steps,
        "logging_nan_inf_filter": False,
        "save_strategy": "no",
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": gpu,
        **(checks if dev else {}),
    }
