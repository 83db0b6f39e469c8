"""BaseFacts: what a conversion must know of the base model, from a GGUF header or a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_sdk.errors import AdapterError, ModelNotFound
from persona_sdk.models.adapter_name import home_path
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.gguf_header import GgufHeader, read_header

ARCHITECTURES = {
    "llama": "llama",
    "mistral": "llama",
    "qwen2": "qwen2",
    "gemma": "gemma",
    "gemma2": "gemma2",
    "gemma3": "gemma3",
    "gemma3_text": "gemma3",
}
"""What llama.cpp calls the architectures that transformers calls `model_type`."""

ROTATED = frozenset({"llama"})
"""Architectures whose query and key rows llama.cpp keeps in another order than transformers."""


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """A base model, as far as its adapters depend on it."""

    name: str
    """As it was asked for: `builtin`, `gguf:PATH` or `hf:DIR`."""
    path: Path
    """The GGUF file or the folder."""
    title: str
    """What the model calls itself."""
    architecture: str
    """As llama.cpp names it."""
    layers: int
    heads: int
    """Heads of the queries."""
    kv_heads: int
    """Heads of the keys and values."""
    maps: Mapping[str, tuple[int, int]]
    """Inputs and outputs of each linear map, by llama.cpp's name; empty where not known."""


def find_base_facts(name: str) -> BaseFacts:
    """Read what an adapter depends on; loads no weights.

    Args:
        name: `builtin` or `builtin:base`, `gguf:PATH`, or `hf:DIR`.

    Raises:
        ModelNotFound: There is no such model.
        AdapterError: Adapters of this architecture cannot be converted.
    """
    kind, _, rest = name.partition(":")
    if name in ("builtin", "builtin:base"):
        return _of_gguf(name, read_header(builtin_path()))
    if kind == "gguf" and rest:
        return _of_gguf(name, read_header(home_path(rest, name)))
    if kind == "hf" and rest:
        return _of_folder(name, home_path(rest, name))
    raise ModelNotFound(f"the base of an adapter is builtin, gguf:PATH or hf:DIR, was: {name!r}")


def _of_gguf(name: str, header: GgufHeader) -> BaseFacts:
    arch = header.architecture
    if arch not in ARCHITECTURES.values():
        _refuse_architecture(name, arch)
    heads = _int(header, f"{arch}.attention.head_count", name)
    return BaseFacts(
        name=name,
        path=header.path,
        title=str(header.values.get("general.name") or header.path.stem),
        architecture=arch,
        layers=_int(header, f"{arch}.block_count", name),
        heads=heads,
        kv_heads=int(header.values.get(f"{arch}.attention.head_count_kv", heads)),
        maps={k: (t.sizes[0], t.sizes[1]) for k, t in header.tensors.items() if len(t.sizes) == 2},
    )


def _of_folder(name: str, folder: Path) -> BaseFacts:
    file = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        kind = str(config.get("model_type", ""))
        config = config.get("text_config") or config
        if kind not in ARCHITECTURES:
            _refuse_architecture(name, kind)
        heads = int(config["num_attention_heads"])
        return BaseFacts(
            name=name,
            path=folder,
            title=folder.resolve().name,
            architecture=ARCHITECTURES[kind],
            layers=int(config["num_hidden_layers"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            maps={},
        )
    except OSError as error:
        raise ModelNotFound(
            f"{name!r}: cannot read {file} ({error.strerror}): name a folder of a model"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelNotFound(f"{name!r}: {file} is broken ({error!r}): get it again") from error


def _int(header: GgufHeader, key: str, name: str) -> int:
    if key not in header.values:
        raise AdapterError(f"{name!r}: {header.path} does not say its {key}: convert it again")
    return int(header.values[key])


def _refuse_architecture(name: str, found: str) -> None:
    known = ", ".join(dict.fromkeys(ARCHITECTURES.values()))
    raise AdapterError(
        f"{name!r} is of architecture {found!r}, adapters are converted for {known}: "
        "use llama.cpp's convert_lora_to_gguf.py for it"
    )
