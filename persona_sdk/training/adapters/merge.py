"""merge: a base and an adapter become one GGUF file, with the base's tokenizer and template."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError, MissingExtra, ModelNotFound
from persona_sdk.models.adapter_file import check_match, read_adapter
from persona_sdk.models.gguf_header import read_header
from persona_sdk.training.adapters.bases import find_base_facts
from persona_sdk.training.adapters.gguf_lora import GgufLora, load_gguf_lora, lora_for
from persona_sdk.training.adapters.peft_folder import read_lora
from persona_sdk.training.adapters.whole_file import whole_file
from persona_sdk.training.adapters.writing import TYPES, Kind, check_kind, encoded, kind_of

try:
    import gguf
except ImportError as error:
    raise MissingExtra(error.name or "gguf", "train") from error

_FILE_TYPES: dict[Kind, int] = {"f32": 0, "f16": 1, "q8_0": 7}  # LLAMA_FTYPE of llama.cpp
_QUANTISATION = 2  # GGML_QNT_VERSION


def merge_adapter(
    out: str | Path,
    *,
    base: str,
    adapter: str | Path | None = None,
    scale: float = 1.0,
    kind: Kind = "f16",
    name: str | None = None,
) -> Path:
    """Write base and adapter as one GGUF model, whole or not at all.

    Args:
        out: The file to write.
        base: `builtin` or `gguf:PATH`: its metadata, tokenizer and chat template are copied.
        adapter: A LoRA folder of peft or a GGUF adapter; None writes the base alone.
        scale: How strongly the adapter acts; 1 as trained.
        kind: Of the weights; vectors stay in f32.
        name: What the model is called; None takes the base's name, with `merged` behind it.

    Returns:
        The path of the file.

    Raises:
        AdapterError: The adapter is broken or for another base, or the base is no GGUF file.
        ModelNotFound: There is no such base, or it is of a quantisation that cannot be read.

    Example:
        >>> merge_adapter("tess-model.gguf", base="builtin", adapter="tess.gguf")  # doctest: +SKIP
        PosixPath('tess-model.gguf')
    """
    check_kind(kind)
    if base.startswith("hf:"):
        raise AdapterError(
            f"{base!r} has no GGUF tokenizer to copy: convert the folder with llama.cpp's "
            "convert_hf_to_gguf.py and name the result as gguf:PATH"
        )
    facts = find_base_facts(base)
    lora = None if adapter is None else _lora(adapter, base)
    if Path(out).expanduser().resolve() == facts.path.resolve():
        raise AdapterError(f"{out} is the base itself: write to another file")
    try:
        reader = gguf.GGUFReader(str(facts.path))
    except (ValueError, OSError) as error:
        raise ModelNotFound(f"{facts.path} is broken ({error}): get it again") from error
    with whole_file(out) as beside:
        writer = gguf.GGUFWriter(str(beside), facts.architecture)
        _copy_values(reader, writer)
        writer.add_name(name or (f"{facts.title} merged" if lora else facts.title))
        writer.add_file_type(_FILE_TYPES[kind])
        writer.add_quantization_version(_QUANTISATION)
        _write(writer, reader, lora, scale, kind)
    return Path(out).expanduser()


def _lora(adapter: str | Path, base: str) -> GgufLora:
    facts = find_base_facts(base)
    if Path(adapter).is_dir():
        return lora_for(facts, read_lora(adapter))
    check_match(read_adapter(adapter), read_header(facts.path))
    return load_gguf_lora(adapter)


def _copy_values(reader: Any, writer: Any) -> None:
    written = {"general.architecture", "general.name", "general.file_type"}
    for key, field in reader.fields.items():
        if key.startswith("GGUF.") or key in written | {"general.quantization_version"}:
            continue
        inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), field.types[0], sub_type=inner)


def _write(writer: Any, reader: Any, lora: GgufLora | None, scale: float, kind: Kind) -> None:
    """Write the tensors one after the other, so that one at a time is in memory."""
    used = {t.name: kind_of(t.shape[::-1].tolist(), kind) for t in reader.tensors}
    for tensor in reader.tensors:
        shape = tensor.shape[::-1].tolist()
        size = gguf.quant_shape_to_byte_shape(shape, TYPES[used[tensor.name]])
        writer.add_tensor_info(
            tensor.name, shape, np.dtype(np.float32), int(np.prod(size)), TYPES[used[tensor.name]]
        )
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for name, numbers in _merged(reader, lora, scale):
            writer.write_tensor_data(encoded(name, numbers, used[name]))
    finally:
        writer.close()


def _merged(
    reader: Any, lora: GgufLora | None, scale: float
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for tensor in reader.tensors:
        try:
            numbers = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        except NotImplementedError as error:
            raise ModelNotFound(
                f"{tensor.name} is written as {tensor.tensor_type.name}, which cannot be read "
                "back: take the base in f16 or q8_0"
            ) from error
        change = lora.change(tensor.name) if lora else None
        yield tensor.name, numbers if change is None else numbers + np.float32(scale) * change
