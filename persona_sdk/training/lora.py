"""Put a LoRA adapter on a base model, new or the one of an earlier training."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from persona_sdk.errors import AdapterError, MissingExtra, TrainingError
from persona_sdk.training.settings import LINEAR_LAYERS, Settings

try:
    import torch
    from peft import LoraConfig, PeftModel, get_peft_model
    from safetensors import SafetensorError
    from transformers import PreTrainedModel

    from persona_sdk.training.silence import silence
except ImportError as error:
    raise MissingExtra(error.name or "peft", "train") from error


def new_adapter(model: PreTrainedModel, settings: Settings, *, base: str) -> PeftModel:
    """Return the model with a fresh adapter, which changes nothing yet.

    Args:
        model: The base.
        settings: Rank, alpha, dropout, layers and seed are taken.
        base: What the adapter is said to be made for.

    Raises:
        TrainingError: The model has none of the layers.
    """
    linear = {n.rpartition(".")[2] for n, m in model.named_modules() if _is_linear(m)}
    missing = [name for name in settings.targets if name not in linear]
    if missing:
        raise TrainingError(
            f"{base!r} has no linear layers called {', '.join(missing)}: choose targets among "
            f"{', '.join(sorted(linear - {'lm_head'})) or 'none'}"
        )
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets),
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(settings.seed)
    with silence():
        adapted = get_peft_model(model, config)
    adapted.peft_config["default"].base_model_name_or_path = base
    return adapted


def started_adapter(model: PreTrainedModel, start: Path, *, base: str) -> PeftModel:
    """Return the model with the adapter of an earlier training, to be trained on.

    Args:
        model: The base.
        start: The folder that a training left, or a GGUF adapter.
        base: Name of the base.

    Raises:
        AdapterError: There is none, or it was made for a model of other shapes.
    """
    if not start.is_file():
        return _opened(model, start, base)
    from persona_sdk.training.adapters.unconvert import unconvert_adapter

    with tempfile.TemporaryDirectory(prefix="start-") as folder:
        return _opened(model, unconvert_adapter(start, folder, base=base), base)


def shape_of(model: PeftModel) -> dict[str, Any]:
    """Return what of the settings an adapter brings with it, by their names.

    The layers are in the order of the settings, or the pattern that names them.
    """
    config = model.peft_config["default"]
    named = config.target_modules
    known = [name for name in LINEAR_LAYERS if name in named]
    return {
        "rank": config.r,
        "alpha": config.lora_alpha,
        "dropout": config.lora_dropout,
        "targets": named if isinstance(named, str) else (*known, *sorted(set(named) - set(known))),
    }


def _opened(model: PreTrainedModel, folder: Path, base: str) -> PeftModel:
    if not (folder / "adapter_config.json").is_file():
        raise AdapterError(f"{folder} holds no adapter_config.json: name the --out of a training")
    try:
        adapted = PeftModel.from_pretrained(model, str(folder), is_trainable=True)
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        reason = str(error).strip().replace("\n", " ")[:300]
        raise AdapterError(f"the adapter in {folder} does not fit {base!r}: {reason}") from error
    adapted.peft_config["default"].base_model_name_or_path = base
    return adapted


def _is_linear(module: torch.nn.Module) -> bool:
    return isinstance(module, torch.nn.Linear)
