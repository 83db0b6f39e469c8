"""unconvert: a GGUF adapter becomes the LoRA folder of peft that a training can start from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError, MissingExtra
from persona_sdk.models.adapter_file import check_match, read_adapter
from persona_sdk.models.gguf_header import read_header
from persona_sdk.training.adapters.bases import ROTATED, BaseFacts, find_base_facts
from persona_sdk.training.adapters.gguf_lora import load_gguf_lora
from persona_sdk.training.adapters.peft_folder import WEIGHTS

try:
    import gguf
    from peft import LoraConfig
    from safetensors.numpy import save_file
except ImportError as error:
    raise MissingExtra(error.name or "peft", "train") from error

MAPS = (
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
)
"""The linear maps of a block, as transformers calls them."""


def unconvert_adapter(file: str | Path, out: str | Path, *, base: str = "builtin") -> Path:
    """Write the factors of a GGUF adapter as a LoRA folder, in fp32.

    Args:
        file: What `convert_adapter` wrote, or another LoRA adapter for llama.cpp.
        out: The folder; made where it is missing.
        base: `builtin` or `gguf:PATH`, the model that the adapter is for.

    Returns:
        The folder.

    Raises:
        AdapterError: The file is broken, for another base, or changes more than linear maps.
        ModelNotFound: There is no such base.

    Example:
        >>> unconvert_adapter("tess.gguf", "start")  # doctest: +SKIP
        PosixPath('start')
    """
    facts = find_base_facts(base)
    check_match(read_adapter(file), read_header(facts.path))
    lora = load_gguf_lora(file)
    modules = _modules(facts)
    if strange := [name for name in lora.factors if name not in modules]:
        raise AdapterError(
            f"{file} changes {strange[0]}, which is no linear map of a block: a training cannot "
            "start from it"
        )
    tensors: dict[str, NDArray[np.float32]] = {}
    ranks: dict[str, int] = {}
    for tensor, (a, b) in lora.factors.items():
        module = modules[tensor]
        ranks[module] = a.shape[0]
        stem = f"base_model.model.{module}"
        tensors[f"{stem}.lora_A.weight"] = np.ascontiguousarray(a)
        tensors[f"{stem}.lora_B.weight"] = _b(facts, tensor, b)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(folder / WEIGHTS), metadata={"format": "pt"})
    _config(ranks, lora.alpha, facts).save_pretrained(str(folder))
    return folder


def unrotated(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Undo `gguf_lora.rotated`.

    Args:
        rows: Of shape (heads * size of a head, n), in llama.cpp's order.
        heads: Heads that the rows belong to.

    Example:
        >>> unrotated(np.array([[0.0], [2.0], [1.0], [3.0]]), 1).ravel().tolist()
        [0.0, 1.0, 2.0, 3.0]
    """
    outputs, inputs = rows.shape
    neighbours = rows.reshape(heads, outputs // heads // 2, 2, inputs)
    return np.ascontiguousarray(neighbours.swapaxes(1, 2)).reshape(outputs, inputs)


def _modules(base: BaseFacts) -> dict[str, str]:
    """Return the module of transformers for each tensor of llama.cpp."""
    architecture = next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == base.architecture)
    names = gguf.get_tensor_name_map(architecture, base.layers)
    every = [f"model.layers.{layer}.{part}" for layer in range(base.layers) for part in MAPS]
    return {f"{names.get_name(module)}.weight": module for module in every}


def _b(base: BaseFacts, tensor: str, b: NDArray[np.float32]) -> NDArray[np.float32]:
    heads = {"attn_q": base.heads, "attn_k": base.kv_heads}.get(tensor.split(".")[-2])
    turned = heads and base.architecture in ROTATED
    return unrotated(b, heads) if heads and turned else np.ascontiguousarray(b)


def _config(ranks: dict[str, int], alpha: float, base: BaseFacts) -> LoraConfig:
    common = max(set(ranks.values()), key=list(ranks.values()).count)
    kinds = {name.rpartition(".")[2] for name in ranks}
    everywhere = len(ranks) == len(kinds) * base.layers
    return LoraConfig(
        r=common,
        lora_alpha=alpha,
        target_modules=sorted(kinds if everywhere else ranks),
        rank_pattern={name: rank for name, rank in ranks.items() if rank != common},
        task_type="CAUSAL_LM",
        base_model_name_or_path=base.name,
        inference_mode=True,
    )
