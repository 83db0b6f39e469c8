"""ScriptedModel: a chat model for tests and demos that says what it is told to."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Sequence

from persona_sdk.errors import ContextOverflow, ModelError
from persona_sdk.models.reply_text import ReplyText
from persona_sdk.types import Completion, GenerationOptions, Turn

_WORD = re.compile(r"\s*\S+(?:\s+$)?|\s+")


class ScriptedModel:
    """Answers from a list or a function; deterministic, and a word is a token.

    A reply that begins with the assistant text to be continued is returned without it.

    Args:
        replies: One text, texts in the order in which they are given out, or a function from the
            messages to a text.
        cycle: Begin again after the last reply. Without it the model then raises.
        name: What the model is called.
        context_size: Words that prompt and completion share.

    Example:
        >>> from persona_sdk.types import GenerationOptions, Turn
        >>> model = ScriptedModel(["I keep bees.", "Since I was ten."])
        >>> list(model.stream([Turn("user", "What do you do?")], options=GenerationOptions()))
        ['I', ' keep', ' bees.']
        >>> model.prompts[0][-1].content
        'What do you do?'
    """

    def __init__(
        self,
        replies: str | Sequence[str] | Callable[[Sequence[Turn]], str],
        *,
        cycle: bool = False,
        name: str = "scripted",
        context_size: int = 4096,
    ) -> None:
        self._script: Callable[[Sequence[Turn]], str] | None = None
        self._replies: tuple[str, ...] = ()
        if callable(replies):
            self._script = replies
        else:
            self._replies = (replies,) if isinstance(replies, str) else tuple(replies)
        self._cycle = cycle
        self._name = name
        self._context_size = context_size
        self._next = 0
        self._lock = threading.Lock()
        self.prompts: list[tuple[Turn, ...]] = []
        """The messages of every call, oldest first."""
        self.options: list[GenerationOptions] = []
        """The options of every call, oldest first."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_size(self) -> int:
        return self._context_size

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return sum(len(turn.content.split()) for turn in messages)

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        used = self._admit(messages, options)
        room = min(options.max_tokens, self._context_size - used)
        return [self._complete(messages, options, used, room) for _ in range(options.n)]

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        if options.n != 1:
            raise ValueError(f"options.n must be 1 for a stream, was: {options.n}")
        text = self.generate(messages, options=options)[0].text
        return (word for word in _WORD.findall(text))

    def _admit(self, messages: Sequence[Turn], options: GenerationOptions) -> int:
        used = self.count_tokens(messages)
        if used >= self._context_size:
            raise ContextOverflow(
                f"the prompt has {used} tokens, the context of {self._name!r} holds "
                f"{self._context_size}: shorten the prompt or raise the context size"
            )
        with self._lock:
            self.prompts.append(tuple(messages))
            self.options.append(options)
        return used

    def _complete(
        self, messages: Sequence[Turn], options: GenerationOptions, used: int, room: int
    ) -> Completion:
        whole = self._draw(messages)
        if messages and messages[-1].role == "assistant":
            whole = whole.removeprefix(messages[-1].content)
        words = _WORD.findall(whole)
        shown = ReplyText(options.stop)
        text = shown.feed_text("".join(words[:room])) + shown.finish()
        cut = len(words) > room and not shown.stopped
        return Completion(text, "length" if cut else "stop", used, len(text.split()))

    def _draw(self, messages: Sequence[Turn]) -> str:
        if self._script is not None:
            return self._script(messages)
        with self._lock:
            at = self._next
            self._next += 1
        if self._replies and self._cycle:
            return self._replies[at % len(self._replies)]
        if at < len(self._replies):
            return self._replies[at]
        raise ModelError(
            f"{self._name!r} was asked for reply {at + 1} and has {len(self._replies)}: "
            "give it more, or cycle=True"
        )
