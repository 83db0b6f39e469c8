"""convert: the LoRA folder that a training left becomes one GGUF file for llama.cpp."""

from __future__ import annotations

from pathlib import Path

from persona_sdk.models.adapter_file import AdapterFile, read_adapter
from persona_sdk.training.adapters.bases import BaseFacts, find_base_facts
from persona_sdk.training.adapters.gguf_lora import lora_for
from persona_sdk.training.adapters.lineage import read_lineage, sha256_of
from persona_sdk.training.adapters.peft_folder import WEIGHTS, read_lora
from persona_sdk.training.adapters.writing import Kind, check_kind, write_adapter

DEFAULT_BASE = "builtin"
"""The base where neither the caller nor the training names one."""


def convert_adapter(
    folder: str | Path,
    out: str | Path,
    *,
    base: str | None = None,
    kind: Kind = "f16",
    name: str | None = None,
) -> AdapterFile:
    """Write a LoRA folder of peft as a GGUF adapter, whole or not at all.

    Args:
        folder: With `adapter_config.json` and `adapter_model.safetensors`; the lineage comes from
            its `training.json`, if there is one.
        out: The file to write.
        base: `builtin`, `gguf:PATH` or `hf:DIR`; None takes what `training.json` names.
        kind: Of its numbers.
        name: What the adapter is called; None takes the folder's name.

    Returns:
        What the file says of itself.

    Raises:
        AdapterError: The folder is broken, no LoRA, for another base, or holds what llama.cpp
            cannot apply.
        ModelNotFound: There is no such base.
        MissingExtra: gguf, safetensors or torch is not installed.

    Example:
        >>> convert_adapter("runs/tess", "tess.gguf", base="builtin").ranks  # doctest: +SKIP
        (16,)
    """
    check_kind(kind)
    lora = read_lora(folder)
    lineage = read_lineage(folder)
    facts = find_base_facts(base or lineage.get("base") or DEFAULT_BASE)
    written = lora_for(facts, lora)
    lineage |= {"weights_sha256": sha256_of(lora.path / WEIGHTS), **_digest(facts, lineage)}
    title, out = name or Path(folder).resolve().name, Path(out).expanduser()
    write_adapter(out, written, base=facts, name=title, lineage=lineage, kind=kind)
    return read_adapter(out)


def _digest(base: BaseFacts, lineage: dict[str, str]) -> dict[str, str]:
    """Return the base and its digest, if the training did not record them."""
    if "base_sha256" in lineage or not base.path.is_file():
        return {"base": lineage.get("base", base.name)}
    return {"base": base.name, "base_sha256": sha256_of(base.path)}
