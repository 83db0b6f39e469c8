"""AdapterFile: what a GGUF adapter is made for and where it comes from, without loading it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from persona_sdk.errors import AdapterError, ModelNotFound
from persona_sdk.models.gguf_header import GgufHeader, read_header

LINEAGE = "faithful_persona."
"""What the keys of an adapter's lineage begin with."""

_log = logging.getLogger(__name__)

_A, _B = ".lora_a", ".lora_b"
_KINDS = {0: "f32", 1: "f16", 8: "q8_0", 30: "bf16"}


@dataclass(frozen=True, slots=True)
class AdapterFile:
    """The header of a LoRA adapter for llama.cpp."""

    path: Path
    architecture: str
    """Of the base, e.g. `llama`."""
    layers: int | None
    """Of the base; None where the file does not say."""
    alpha: float
    """Numerator of the scale: each map acts with `alpha / rank`; with 0, or none, each with 1."""
    ranks: tuple[int, ...]
    """The ranks that occur, smallest first."""
    maps: Mapping[str, tuple[int, int]]
    """Inputs and outputs of each map of the base that is changed, by its tensor's name."""
    kinds: tuple[str, ...]
    """How its numbers are written, e.g. `f16`."""
    size: int
    """Bytes of the file."""
    name: str = ""
    base: str = ""
    """Name of the base model, as the file tells it."""
    lineage: Mapping[str, str] = field(default_factory=dict)
    """Where it comes from: the values under `faithful_persona.`, without that prefix."""


def read_adapter(path: str | Path) -> AdapterFile:
    """Read the header of a GGUF adapter.

    Raises:
        AdapterError: The file is missing, broken or no LoRA adapter.

    Example:
        >>> read_adapter("character.gguf").architecture  # doctest: +SKIP
        'llama'
    """
    try:
        header = read_header(path)
    except ModelNotFound as error:
        raise AdapterError(str(error)) from error
    values = header.values
    for key, wanted in (("general.type", "adapter"), ("adapter.type", "lora")):
        if values.get(key) != wanted:
            raise AdapterError(
                f"{path} is no LoRA adapter: its {key} must be {wanted!r}, was: "
                f"{values.get(key, 'missing')!r}; name a file that `persona adapters convert` wrote"
            )
    maps, ranks = _maps(header)
    return AdapterFile(
        path=Path(path),
        architecture=header.architecture,
        layers=header.layers,
        alpha=float(values.get("adapter.lora.alpha", 0.0)),
        ranks=ranks,
        maps=maps,
        kinds=tuple(sorted({_KINDS.get(t.kind, str(t.kind)) for t in header.tensors.values()})),
        size=Path(path).stat().st_size,
        name=str(values.get("general.name", "")),
        base=str(values.get("general.base_model.0.name", "")),
        lineage={
            k.removeprefix(LINEAGE): str(v) for k, v in values.items() if k.startswith(LINEAGE)
        },
    )


def check_match(adapter: AdapterFile, base: GgufHeader) -> None:
    """Compare an adapter with the base that it is to act on.

    Logs a warning where it was trained on a model of another name.

    Raises:
        AdapterError: Another architecture, number of layers, or shape; says which.
    """
    if adapter.architecture != base.architecture:
        _refuse(adapter, base, f"{adapter.architecture!r}", f"{base.architecture!r}")
    if adapter.layers not in (None, base.layers):
        _refuse(adapter, base, f"{adapter.layers} layers", f"{base.layers}")
    for name, sizes in adapter.maps.items():
        found = base.tensors.get(name)
        if found is None:
            _refuse(adapter, base, f"a tensor {name}", "none")
        elif found.sizes != sizes:
            _refuse(adapter, base, f"{name} of shape {sizes}", f"{found.sizes}")
    warn_of_stranger(adapter, str(base.values.get("general.name", "")), base.path)


def warn_of_stranger(adapter: AdapterFile, name: str, path: str | Path) -> None:
    """Log a warning where an adapter was trained on a GGUF file that calls itself otherwise.

    A fine-tune that kept the name of its base is not noticed. Digests are not compared: an adapter
    that was trained on f16 weights is used on the quantised file of the same model, which keeps
    the name. A folder of transformers has none of the kind.

    Args:
        adapter: Of shapes that the base has.
        name: What the base calls itself; empty if it does not.
        path: Of the base, for the message.
    """
    trained = adapter.lineage.get("base", "").partition(":")[0]
    if trained in ("builtin", "gguf") and adapter.base and name not in ("", adapter.base):
        _log.warning(
            "%s was trained on %r, %s is %r: it may be another model of the same shapes; compare "
            "replies with and without the adapter",
            adapter.path,
            adapter.base,
            path,
            name,
        )


def _refuse(adapter: AdapterFile, base: GgufHeader, wants: str, has: str) -> None:
    made_for = f" ({adapter.base})" if adapter.base else ""
    raise AdapterError(
        f"{adapter.path} was made for another model{made_for}: it wants {wants}, {base.path} has "
        f"{has}; name an adapter that was made for this model"
    )


def _maps(header: GgufHeader) -> tuple[dict[str, tuple[int, int]], tuple[int, ...]]:
    """Return inputs and outputs of each changed map, and the ranks that occur."""
    maps: dict[str, tuple[int, int]] = {}
    ranks: set[int] = set()
    for name, first in header.tensors.items():
        if not name.endswith(_A):
            continue
        second = header.tensors.get(name.removesuffix(_A) + _B)
        if second is None or len(first.sizes) != 2 or len(second.sizes) != 2:
            raise AdapterError(
                f"{header.path}: {name} has no {_B} of two sizes beside it: convert it again"
            )
        if first.sizes[1] != second.sizes[0]:
            raise AdapterError(
                f"{header.path}: {name} is of rank {first.sizes[1]}, the {_B} beside it of rank "
                f"{second.sizes[0]}: convert it again"
            )
        maps[name.removesuffix(_A)] = (first.sizes[0], second.sizes[1])
        ranks.add(second.sizes[0])
    if not maps:
        raise AdapterError(f"{header.path} changes no tensor: name an adapter that was trained")
    return maps, tuple(sorted(ranks))
