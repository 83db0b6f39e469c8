"""`+adapter:PATH@SCALE`: the part of a model's name that chooses a LoRA adapter."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from persona_sdk.errors import ModelNotFound
from persona_sdk.models.adapters_home import adapter_named

MARK = "+adapter:"
"""Stands between the name of a model and its adapter."""

TAKES_ADAPTER = ("builtin", "gguf")
"""Kinds of models that an adapter can be named for."""


@dataclass(frozen=True, slots=True)
class AdapterChoice:
    """An adapter, and how strongly it acts."""

    path: Path
    scale: float = 1.0
    """1 as trained, 0 not at all."""


def split_name(name: str) -> tuple[str, AdapterChoice | None]:
    """Split the name of a model from its adapter.

    A path that ends in `@` and a number is followed by a scale: rename a file that is called so.
    Where no such file is, the name or id of an adapter in the user's registry stands for its file.

    Raises:
        ModelNotFound: The adapter has no path, or its scale is not finite.
        AdapterError: The registry is broken.

    Example:
        >>> split_name("builtin+adapter:tess.gguf@0.5")
        ('builtin', AdapterChoice(path=PosixPath('tess.gguf'), scale=0.5))
    """
    plain, marked, rest = name.partition(MARK)
    if not marked:
        return plain, None
    found = re.fullmatch(r"(?P<path>.*?)(?:@(?P<scale>[-+]?[\d.]+(?:e[-+]?\d+)?|nan|inf))?", rest)
    path, scale = (found["path"], found["scale"]) if found else (rest, None)
    return plain, AdapterChoice(_adapter_path(path, name), _scale(scale, name))


def takes_adapter(name: str) -> bool:
    """Whether an adapter can be named for a model of this name.

    Example:
        >>> takes_adapter("gguf:tess.gguf"), takes_adapter("openai:m@http://localhost/v1")
        (True, False)
    """
    return name.partition(":")[0].partition("+")[0] in TAKES_ADAPTER


def plain_base(name: str) -> str:
    """Return the name of the same model without an adapter.

    Example:
        >>> plain_base("builtin+adapter:tess.gguf"), plain_base("gguf:a.gguf")
        ('builtin:base', 'gguf:a.gguf')
    """
    plain = name.partition(MARK)[0]
    return "builtin:base" if plain == "builtin" else plain


def home_path(path: str | Path, name: str) -> Path:
    """Return the path that a model name holds, with `~` replaced by the home folder.

    Raises:
        ModelNotFound: There is no path, or no home folder.
    """
    if not str(path):
        raise ModelNotFound(f"{name!r} names no adapter: write +adapter:PATH, or leave it out")
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ModelNotFound(
            f"cannot find the home folder that {str(path)!r} begins with: write the whole path"
        ) from error


def _adapter_path(text: str, name: str) -> Path:
    """Return the file that is named, or the one that the registry knows by that name."""
    path = home_path(text, name)
    if path.name != text or path.suffix == ".gguf" or path.exists():
        return path
    return adapter_named(text) or path


def _scale(text: str | None, name: str) -> float:
    try:
        scale = 1.0 if text is None else float(text)
    except ValueError:
        scale = math.nan
    if not math.isfinite(scale):
        raise ModelNotFound(
            f"the scale behind @ must be a finite number, was: {text!r} in {name!r}"
        )
    return scale
