"""Which model a persona speaks with: the adapter of its file, where the model takes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from persona_sdk.cli.terminal import note
from persona_sdk.models.adapter_name import MARK, split_name, takes_adapter
from persona_sdk.protocols import ChatModel
from persona_sdk.types import Persona


@runtime_checkable
class AdaptableModel(ChatModel, Protocol):
    """A chat model whose adapter can be changed without loading it again."""

    def with_adapter(
        self, path: str | Path, *, scale: float = 1.0, name: str | None = None
    ) -> ChatModel:
        """Return the model with another adapter.

        Raises:
            AdapterError: The adapter is missing, broken or made for another model.
        """


def name_for(persona: Persona, model: str, *, tell: Callable[[str], None] = note) -> str:
    """Return the name of a model with the persona's adapter behind it, and tell which speaks.

    An adapter that the name has already, and `builtin:base`, which wants none, go before.

    Example:
        >>> tess = Persona("Tess", (), adapter="/characters/tess.gguf")
        >>> name_for(tess, "builtin", tell=print)
        Tess speaks with the adapter /characters/tess.gguf
        'builtin+adapter:/characters/tess.gguf'
    """
    if not persona.adapter:
        return model
    if MARK in model or model == "builtin:base" or not takes_adapter(model):
        tell(f"{persona.name}'s adapter {persona.adapter} is not used: the model is {model}")
        return model
    tell(f"{persona.name} speaks with the adapter {persona.adapter}")
    return f"{model}{MARK}{persona.adapter}"


class Speakers:
    """The model of each persona, over one that is loaded.

    Args:
        model: What was loaded.
        name: What it was asked for as.
    """

    def __init__(self, model: ChatModel, name: str) -> None:
        self._model = model
        self._name = name
        self._adapted: dict[str, ChatModel] = {}

    def model_for(self, persona: Persona) -> ChatModel:
        """Return the model with the persona's adapter, if it has one and the model takes it.

        Raises:
            AdapterError: The adapter is missing, broken or made for another model.
        """
        if persona.adapter not in self._adapted:
            _, chosen = split_name(named := name_for(persona, self._name))
            model = self._model
            if named != self._name and chosen and isinstance(model, AdaptableModel):
                model = model.with_adapter(chosen.path, scale=chosen.scale, name=named)
            self._adapted[persona.adapter] = model
        return self._adapted[persona.adapter]
