"""WrapperModel: a chat model that does what the one inside does; subclasses change a part."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from persona_sdk.protocols import ChatModel
from persona_sdk.types import Completion, GenerationOptions, Turn


class WrapperModel:
    """Passes every call on; to be subclassed by what counts, limits or remembers calls.

    Args:
        inner: The model that speaks.

    Example:
        >>> from persona_sdk.models.scripted import ScriptedModel
        >>> WrapperModel(ScriptedModel("I keep bees.")).name
        'scripted'
    """

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def context_size(self) -> int:
        return self._inner.context_size

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return self._inner.count_tokens(messages)

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        return self._inner.generate(messages, options=options)

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        return self._inner.stream(messages, options=options)
