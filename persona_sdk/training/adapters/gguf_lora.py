"""GgufLora: an adapter in llama.cpp's names and row order, from peft's folder or a GGUF file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError, MissingExtra
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.training.adapters.bases import ROTATED, BaseFacts
from persona_sdk.training.adapters.peft_folder import LoraFolder, LoraMap

try:
    import gguf
except ImportError as error:
    raise MissingExtra(error.name or "gguf", "train") from error


@dataclass(frozen=True, slots=True)
class GgufLora:
    """What llama.cpp adds to the weights of a base: `alpha / rank · b @ a` for each tensor."""

    architecture: str
    alpha: float
    factors: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    """By the base's tensor: a of shape (rank, inputs), b of shape (outputs, rank)."""

    def change(self, tensor: str) -> NDArray[np.float32] | None:
        """Return what is added to a weight, of shape (outputs, inputs); None for an untouched one.

        Example:
            >>> one = np.ones((1, 2), np.float32)
            >>> GgufLora("llama", 3.0, {"w": (one, one.T)}).change("w").tolist()
            [[3.0, 3.0], [3.0, 3.0]]
        """
        if tensor not in self.factors:
            return None
        a, b = self.factors[tensor]
        added: NDArray[np.float32] = np.float32(self.alpha / a.shape[0]) * (b @ a)
        return added


def lora_for(base: BaseFacts, folder: LoraFolder) -> GgufLora:
    """Bring a folder of peft into llama.cpp's form.

    Raises:
        AdapterError: A map does not belong to the base; names it.
    """
    architecture = next(k for k, v in gguf.MODEL_ARCH_NAMES.items() if v == base.architecture)
    names = gguf.get_tensor_name_map(architecture, base.layers)
    factors = {}
    for module, change in folder.maps.items():
        found = names.get_name(module)
        if found is None:
            raise AdapterError(
                f"{folder.path}: {module} is none of the {base.layers} layers of {base.name!r} "
                f"({base.architecture}): name the base that the adapter was trained on"
            )
        tensor = f"{found}.weight"
        _check_sizes(base, folder, module, tensor, change)
        factors[tensor] = (change.a, _b(base, tensor, change, folder.alpha))
    return GgufLora(base.architecture, folder.alpha, dict(sorted(factors.items(), key=_place)))


def load_gguf_lora(path: str | Path) -> GgufLora:
    """Read the factors of a GGUF adapter, as float32.

    Raises:
        AdapterError: It is missing, broken or no LoRA adapter.
    """
    file = read_adapter(path)
    try:
        tensors = {t.name: t for t in gguf.GGUFReader(str(path)).tensors}
    except (ValueError, OSError) as error:
        raise AdapterError(f"{path} is broken ({error}): convert it again") from error

    def numbers(name: str) -> NDArray[np.float32]:
        tensor = tensors[name]
        plain: NDArray[np.float32] = gguf.dequantize(tensor.data, tensor.tensor_type)
        return plain.astype(np.float32)

    alpha = file.alpha or float(file.ranks[0])
    factors = {}
    for name in file.maps:
        a, b = numbers(f"{name}.lora_a"), numbers(f"{name}.lora_b")
        # llama.cpp reads an alpha of 0, or none, as a scale of 1, whatever the rank of the map.
        factors[name] = a, b if file.alpha else b * np.float32(a.shape[0] / alpha)
    return GgufLora(file.architecture, alpha, factors)


def rotated(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Reorder the rows of a query or key map as llama.cpp wants them.

    transformers turns row i of a head with row i + half of it, llama.cpp neighbouring rows: the
    two halves of each head are interleaved.

    Args:
        rows: Of shape (heads * size of a head, n).
        heads: Heads that the rows belong to.

    Example:
        >>> rotated(np.array([[0.0], [1.0], [2.0], [3.0]]), 1).ravel().tolist()
        [0.0, 2.0, 1.0, 3.0]
    """
    outputs, inputs = rows.shape
    halves = rows.reshape(heads, 2, outputs // heads // 2, inputs)
    return np.ascontiguousarray(halves.swapaxes(1, 2)).reshape(outputs, inputs)


def _b(base: BaseFacts, tensor: str, change: LoraMap, alpha: float) -> NDArray[np.float32]:
    """Return b with what llama.cpp's `alpha / rank` does not say of the scale folded in."""
    rest = change.scale / (alpha / change.rank)
    b = change.b if rest == 1.0 else change.b * np.float32(rest)
    heads = {"attn_q": base.heads, "attn_k": base.kv_heads}.get(tensor.split(".")[-2])
    return rotated(b, heads) if heads and base.architecture in ROTATED else b


def _check_sizes(
    base: BaseFacts, folder: LoraFolder, module: str, tensor: str, change: LoraMap
) -> None:
    sizes = (change.a.shape[1], change.b.shape[0])
    if base.maps and base.maps.get(tensor) != sizes:
        has = base.maps.get(tensor, "no such tensor")
        raise AdapterError(
            f"{folder.path}: {module} maps {sizes[0]} inputs to {sizes[1]} outputs, {tensor} of "
            f"{base.name!r} has {has}: name the base that the adapter was trained on"
        )


def _place(item: tuple[str, object]) -> tuple[int, str]:
    """Order by layer, then name."""
    layer = item[0].split(".")[1]
    return (int(layer) if layer.isdigit() else -1, item[0])
