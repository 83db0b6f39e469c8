"""Write a LoRA adapter with its lineage as a GGUF file, its numbers in one of three kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError, MissingExtra
from persona_sdk.models.adapter_file import LINEAGE
from persona_sdk.training.adapters.bases import BaseFacts
from persona_sdk.training.adapters.gguf_lora import GgufLora
from persona_sdk.training.adapters.whole_file import whole_file

try:
    import gguf
except ImportError as error:
    raise MissingExtra(error.name or "gguf", "train") from error

Kind = Literal["f32", "f16", "q8_0"]
"""How numbers are written: 4, 2 or about 1 byte each."""

TYPES: Mapping[Kind, Any] = {
    "f32": gguf.GGMLQuantizationType.F32,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
}
"""What gguf calls the kinds."""

_QUANTISED_ROW = 32  # numbers of a row that q8_0 takes together
_LARGEST_F16 = 65504.0


def check_kind(kind: str) -> Kind:
    """Return the kind.

    Raises:
        AdapterError: There is no such kind.
    """
    for known in get_args(Kind):
        if kind == known:
            found: Kind = known
            return found
    raise AdapterError(f"the type must be one of {', '.join(get_args(Kind))}, was: {kind!r}")


def write_adapter(
    path: str | Path,
    lora: GgufLora,
    *,
    base: BaseFacts,
    name: str,
    lineage: Mapping[str, str],
    kind: Kind = "f16",
) -> None:
    """Write a GGUF adapter whole, or leave what was there.

    Args:
        path: Where.
        lora: The factors.
        base: What the adapter was trained on.
        name: What the adapter is called.
        lineage: Where it comes from; kept under `faithful_persona.`.
        kind: Of its numbers; q8_0 leaves factors whose rows are too short in f16.

    Raises:
        AdapterError: It cannot be written, or a number is too large for the kind.
    """
    with whole_file(path) as beside:
        writer = gguf.GGUFWriter(str(beside), lora.architecture)
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", lora.alpha)
        writer.add_name(name)
        writer.add_base_model_count(1)
        writer.add_base_model_name(0, base.title)
        # llama.cpp leaves this unread: it tells an adapter for the first layers of a deeper base.
        writer.add_block_count(base.layers)
        for key, value in sorted(lineage.items()):
            writer.add_string(LINEAGE + key, value)
        for tensor, (a, b) in lora.factors.items():
            _add(writer, f"{tensor}.lora_a", a, kind)
            _add(writer, f"{tensor}.lora_b", b, kind)
        _finish(writer)


def kind_of(sizes: Sequence[int], kind: Kind) -> Kind:
    """Return how a tensor of these sizes, the innermost last, is written in a file of a kind.

    Vectors stay in f32, and q8_0 leaves rows that it cannot cut into blocks in f16.

    Example:
        >>> kind_of((64, 16), "q8_0"), kind_of((16, 64), "q8_0"), kind_of((64,), "f16")
        ('f16', 'q8_0', 'f32')
    """
    if len(sizes) < 2 or kind == "f32":
        return "f32"
    return "f16" if kind == "q8_0" and sizes[-1] % _QUANTISED_ROW else kind


def encoded(name: str, numbers: NDArray[np.float32], kind: Kind) -> NDArray[Any]:
    """Return the bytes of a tensor in the kind that `kind_of` gave.

    Raises:
        AdapterError: A number is too large for f16.
    """
    if kind == "q8_0":
        blocks: NDArray[Any] = gguf.quantize(np.ascontiguousarray(numbers), TYPES[kind])
        return blocks
    if kind == "f32":
        return np.ascontiguousarray(numbers, np.float32)
    largest = float(np.abs(numbers).max(initial=0.0))
    if largest > _LARGEST_F16:
        raise AdapterError(f"{name} holds {largest:g}, too large for f16: write f32")
    return np.ascontiguousarray(numbers, np.float16)


def _add(writer: Any, name: str, numbers: NDArray[np.float32], kind: Kind) -> None:
    used = kind_of(numbers.shape, kind)
    writer.add_tensor(name, encoded(name, numbers, used), raw_dtype=TYPES[used])


def _finish(writer: Any) -> None:
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
