"""LoraFolder: the adapter that peft saved; what llama.cpp cannot apply is refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError, MissingExtra

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"

_FACTOR = re.compile(r"^(?:base_model\.model\.)?(?P<map>.+)\.lora_(?P<side>[AB])\.weight$")
_EDGE = re.compile(r"embed_tokens|lm_head|embed_out|wte|lora_embedding")


@dataclass(frozen=True, slots=True)
class LoraMap:
    """The change of one linear map: `scale · b @ a` is added to its weight."""

    a: NDArray[np.float32]
    """Of shape (rank, inputs)."""
    b: NDArray[np.float32]
    """Of shape (outputs, rank), its rows in transformers' order."""
    scale: float
    """As peft applies it: alpha / rank, or alpha / √rank with rsLoRA."""

    @property
    def rank(self) -> int:
        return int(self.a.shape[0])


@dataclass(frozen=True, slots=True)
class LoraFolder:
    """What a folder of peft holds."""

    path: Path
    alpha: float
    """The common alpha of the config."""
    maps: Mapping[str, LoraMap]
    """By the name of the module, e.g. `model.layers.0.self_attn.q_proj`."""


def read_lora(folder: str | Path) -> LoraFolder:
    """Read a LoRA folder of peft.

    Raises:
        AdapterError: It is missing, broken, no LoRA, or holds what llama.cpp cannot apply; names
            the tensor or the setting.
        MissingExtra: Torch or safetensors is not installed.
    """
    path = Path(folder)
    config = _config(path / CONFIG)
    _check_config(config, path / CONFIG)
    sides: dict[str, dict[str, NDArray[np.float32]]] = {}
    for name, tensor in _tensors(path / WEIGHTS):
        module, side = _factor(name, path / WEIGHTS)
        sides.setdefault(module, {})[side] = _checked(tensor, name, path / WEIGHTS)
    maps = {name: _map(name, found, config, path) for name, found in sorted(sides.items())}
    if not maps:
        raise AdapterError(
            f"{path / WEIGHTS} holds no LoRA tensor: train with target_modules that the base has"
        )
    return LoraFolder(path, float(config["lora_alpha"]), maps)


def _config(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AdapterError(
            f"{file.parent} is no LoRA folder of peft: cannot read {file.name} ({error.strerror}); "
            "name the folder that `persona train` or peft's save_pretrained wrote"
        ) from error
    except ValueError as error:
        raise AdapterError(f"{file} is broken JSON ({error}): save the adapter again") from error
    if not isinstance(config, dict):
        raise AdapterError(f"{file} must hold an object, was: {type(config).__name__}")
    return config


def _check_config(config: dict[str, Any], file: Path) -> None:
    if config.get("peft_type") != "LORA":
        raise AdapterError(
            f"{file}: peft_type must be LORA, was: {config.get('peft_type')!r}: llama.cpp applies "
            "LoRA adapters only"
        )
    for key in ("r", "lora_alpha"):
        if not _is_positive(config.get(key)):
            raise AdapterError(f"{file}: {key} must be a number above 0, was: {config.get(key)!r}")
    if config.get("bias", "none") != "none":
        _refuse(file, "bias", config["bias"], "train with bias='none'")
    for key, mend in _UNSUPPORTED.items():
        if config.get(key):
            _refuse(file, key, config[key], mend)
    _check_patterns(config.get("alpha_pattern") or {}, file)
    start = config.get("init_lora_weights")
    if isinstance(start, str) and start.startswith(_CHANGING_STARTS):
        mend = "save it with path_initial_model_for_weight_conversion, which gives a plain LoRA"
        _refuse(file, "init_lora_weights", start, mend)


def _check_patterns(patterns: object, file: Path) -> None:
    if not isinstance(patterns, dict):
        raise AdapterError(f"{file}: alpha_pattern must hold an object, was: {patterns!r}")
    for pattern, value in patterns.items():
        try:
            re.compile(pattern)
        except re.error as error:
            raise AdapterError(
                f"{file}: alpha_pattern: {pattern!r} is no pattern ({error}): save the adapter "
                "again"
            ) from error
        if not _is_positive(value):
            raise AdapterError(
                f"{file}: alpha_pattern: {pattern} must be a number above 0, was: {value!r}"
            )


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value > 0


def _refuse(file: Path, key: str, value: object, mend: str) -> None:
    raise AdapterError(f"{file}: llama.cpp cannot apply an adapter with {key}={value!r}: {mend}")


def _tensors(file: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    try:
        import torch
        from safetensors import SafetensorError, safe_open
    except ImportError as error:
        raise MissingExtra(error.name or "safetensors", "train") from error
    if not file.is_file():
        other = " (adapter_model.bin can run code: save it with safe_serialization=True)"
        raise AdapterError(
            f"{file} is missing: name the folder of a finished training"
            + (other if file.with_suffix(".bin").exists() else "")
        )
    try:
        with safe_open(str(file), framework="pt") as opened:
            for name in sorted(opened.keys()):
                yield name, opened.get_tensor(name).to(torch.float32).numpy()
    except (SafetensorError, OSError) as error:
        raise AdapterError(f"{file} is broken ({error}): train or copy it again") from error


def _factor(name: str, file: Path) -> tuple[str, str]:
    """Return the module and the side of a factor."""
    if _EDGE.search(name):
        raise AdapterError(
            f"{file}: {name} belongs to the embedding or the head, which adapters for llama.cpp "
            "leave as they are: train without embed_tokens and lm_head, with no new tokens"
        )
    found = _FACTOR.match(name)
    if found is None:
        mend = next((m for part, m in _STRANGE.items() if part in name), "train a plain LoRA")
        raise AdapterError(f"{file}: llama.cpp cannot apply the tensor {name}: {mend}")
    return found["map"], found["side"]


def _checked(tensor: NDArray[np.float32], name: str, file: Path) -> NDArray[np.float32]:
    if tensor.ndim != 2:
        raise AdapterError(
            f"{file}: {name} must have two sizes, has {tensor.shape}: only linear "
            "layers can be adapted"
        )
    if not np.isfinite(tensor).all():
        raise AdapterError(
            f"{file}: {name} holds numbers that are not finite: the training diverged, lower its "
            "learning rate"
        )
    return tensor


def _map(
    name: str, sides: Mapping[str, NDArray[np.float32]], config: dict[str, Any], folder: Path
) -> LoraMap:
    if set(sides) != {"A", "B"} or sides["A"].shape[0] != sides["B"].shape[1]:
        shapes = {f"lora_{side}": tensor.shape for side, tensor in sorted(sides.items())}
        raise AdapterError(
            f"{folder / WEIGHTS}: {name} needs lora_A of (rank, inputs) and lora_B of (outputs, "
            f"rank), has {shapes}: save the adapter again"
        )
    rank = sides["A"].shape[0]
    alpha = _of_pattern(config.get("alpha_pattern") or {}, name, float(config["lora_alpha"]))
    root = math.sqrt(rank) if config.get("use_rslora") else rank
    return LoraMap(sides["A"], sides["B"], alpha / root)


def _of_pattern(patterns: Mapping[str, float], module: str, default: float) -> float:
    """Return the value of the first pattern that the end of a module's name fits."""
    fits = (value for pattern, value in patterns.items() if _ends(module, pattern))
    return float(next(fits, default))


def _ends(module: str, pattern: str) -> bool:
    return re.match(rf"(.*\.)?({pattern})$", module) is not None


_UNSUPPORTED = {
    "use_dora": "train with use_dora=False",
    "modules_to_save": "train without modules_to_save",
    "trainable_token_indices": "train without new or changed tokens",
    "lora_bias": "train with lora_bias=False",
    "fan_in_fan_out": "train a base whose layers are plain linear ones",
    "layer_replication": "train without layer_replication",
    "target_parameters": "adapt linear layers only",
    "alora_invocation_tokens": "train a plain LoRA",
    "use_qalora": "train with use_qalora=False",
    "use_bdlora": "train with use_bdlora=False",
    "arrow_config": "convert each of the mixed adapters by itself",
    "kasa_config": "train a plain LoRA",
}
"""Settings of peft that go beyond `scale · b @ a`, with the mend."""

_CHANGING_STARTS = ("pissa", "olora", "corda", "loftq", "lora_ga")
"""Ways to begin that change the weights of the base."""

_STRANGE = {
    "lora_magnitude_vector": "it comes from DoRA; train with use_dora=False",
    "bias": "train with bias='none'",
    "modules_to_save": "train without modules_to_save",
    "base_layer": "train without modules_to_save and new tokens",
    "norm": "norms stay as they are; leave them out of target_modules and modules_to_save",
}
