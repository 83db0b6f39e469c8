"""The two models that `persona gate` compares: which files they are, and the loaded models."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persona_sdk.errors import ModelNotFound
from persona_sdk.models.adapter_name import home_path, split_name
from persona_sdk.models.catalog import builtin_path, load_model, shipped_adapter
from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.protocols import ChatModel
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.likelihood import Likelihood
from persona_sdk.training.gate.values import Side
from persona_sdk.types import Completion, GenerationOptions, Turn


@dataclass(frozen=True, slots=True)
class Player:
    """One side, loaded."""

    side: Side
    model: Recorded
    likelihood: Likelihood | None
    """None where the engine tells no probabilities."""


class Recorded(WrapperModel):
    """Remembers how long the completions were; a guard's repairs come behind the first draft."""

    def __init__(self, inner: ChatModel) -> None:
        super().__init__(inner)
        self.lengths: list[int] = []
        """Completion tokens, oldest first; 0 where the engine does not report them."""

    @property
    def inner(self) -> ChatModel:
        """The model that speaks."""
        return self._inner

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        found = self._inner.generate(messages, options=options)
        self.lengths += [one.completion_tokens for one in found]
        return found


def files_of(name: str) -> dict[str, Any]:
    """Return what a model name stands for: its files by their digests, as JSON values.

    Names without files, such as endpoints, have the name alone; a folder of transformers is told
    by its files' names, sizes and times.

    Raises:
        ModelNotFound: A file or a home folder is missing.
    """
    plain, chosen = split_name(name)
    kind, _, rest = plain.partition(":")
    if plain == "builtin" and chosen is None:
        chosen = shipped_adapter()
    if plain in ("builtin", "builtin:base"):
        base = builtin_path()
    elif kind == "gguf" and rest:
        base = home_path(rest, name)
    elif kind == "hf" and rest and home_path(rest, name).is_dir():
        return {"name": name, "folder": folder_digest(home_path(rest, name))}
    else:
        return {"name": name}
    return {
        "name": name,
        "model_sha256": digest_of(base),
        "adapter_sha256": digest_of(chosen.path) if chosen and chosen.scale else "",
        "adapter_scale": chosen.scale if chosen else 0.0,
    }


def load_player(side: Side, name: str) -> Player:
    """Load the model of one side."""
    model = load_model(name)
    return Player(side, Recorded(model), likelihood_of(model))


def likelihood_of(model: ChatModel) -> Likelihood | None:
    """Return the model where it tells how likely a text is."""
    return model if isinstance(model, Likelihood) else None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        ModelNotFound: It cannot be read.
    """
    try:
        return sha256_of(path)
    except OSError as error:
        raise ModelNotFound(f"cannot read {path} ({error.strerror}): name a GGUF file") from error


def folder_digest(folder: Path) -> str:
    """Return what changes with the files of a folder; reading gigabytes would take too long."""
    found = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(folder.iterdir())]
    return hashlib.sha256(repr(found).encode()).hexdigest()
