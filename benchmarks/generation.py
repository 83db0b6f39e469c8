"""What the house costs a local model: decoding speed, and time to the first token of a persona."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from llama_cpp import Llama

from benchmarks.conversations import FACTS, QUESTIONS
from benchmarks.conversations import PLACES as ALL_PLACES
from benchmarks.rows import Row
from persona_sdk.agent import PersonaAgent
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.gguf import load_gguf
from persona_sdk.models.llama_cpp import LlamaCppModel
from persona_sdk.models.wrapper import WrapperModel
from persona_sdk.prompts import PromptBuilder
from persona_sdk.types import (
    Completion,
    Conversation,
    GenerationOptions,
    Persona,
    Turn,
    as_statements,
)

T = TypeVar("T")

COMMAND = "python -m benchmarks generation"

ROUNDS = 5
"""Timed replies of each kind; the median counts."""

REPLY_TOKENS = 64
CONTEXT = 2048
PLACES = ALL_PLACES[:4]
SIZE = len(FACTS) * len(PLACES)
"""Statements of the persona."""
SAMPLING = GenerationOptions(max_tokens=REPLY_TOKENS, seed=5)


def run() -> list[Row]:
    """Time replies of the built-in model, ours beside raw llama-cpp-python on the same prompts."""
    ours = load_gguf(builtin_path(), context_size=CONTEXT)
    raw = Llama(str(builtin_path()), n_ctx=CONTEXT, verbose=False)
    agent_speed, raw_speed = _speeds(ours, raw)
    cold, warm, back = _first_tokens(ours)
    raw_back = _raw_first_token(ours, raw)
    prompt = PromptBuilder().build(_persona(0), _asked(0), ours, reserve=1).messages
    size = f"prompt of {ours.count_tokens(prompt)} tokens"
    return [
        Row("tokens per second, agent with the guard off", agent_speed, "tokens/s", "", COMMAND),
        Row("tokens per second, raw llama-cpp-python", raw_speed, "tokens/s", "", COMMAND),
        Row("agent / raw", agent_speed / raw_speed, "", ">= 0.97", COMMAND),
        Row(f"first token, {size}, cold", cold, "ms", "", COMMAND),
        Row("first token, warm", warm, "ms", "", COMMAND),
        Row("first token, back from another persona", back, "ms", "", COMMAND),
        Row("first token, back, raw llama-cpp-python", raw_back, "ms", "", COMMAND),
        Row("warm / cold", warm / cold, "", "<= 0.12", COMMAND),
        Row("back / cold", back / cold, "", "<= 0.12", COMMAND),
    ]


def _speeds(ours: LlamaCppModel, raw: Llama) -> tuple[float, float]:
    """Return tokens per second of whole replies to new questions, ours and raw, in turn."""
    model = _Counted(ours)
    agent = PersonaAgent(_persona(0), model, None, mode="off", options=SAMPLING)
    agent_speeds, raw_speeds = [], []
    for i in range(ROUNDS + 1):
        seconds, _ = _timed(partial(agent.reply, _asked(i)))
        agent_speeds.append(model.tokens / seconds)
        seconds, usage = _timed(partial(_raw_reply, raw, model.messages))
        assert usage["prompt_tokens"] == model.prompt_tokens, "not the same prompt"
        raw_speeds.append(usage["completion_tokens"] / seconds)
    # The first round evaluates the persona.
    return statistics.median(agent_speeds[1:]), statistics.median(raw_speeds[1:])


def _first_tokens(model: LlamaCppModel) -> tuple[float, float, float]:
    """Return milliseconds to the first piece: cold, warm, and back from another persona."""
    agents = [PersonaAgent(_persona(i), model, None, mode="off") for i in range(1, ROUNDS + 1)]
    cold = [_first_piece(agent, i) for i, agent in enumerate(agents)]
    back = [_first_piece(agent, i + 1) for i, agent in enumerate(agents)]
    warm = [_first_piece(agents[-1], i + ROUNDS + 1) for i in range(ROUNDS)]
    return statistics.median(cold), statistics.median(warm), statistics.median(back)


def _first_piece(agent: PersonaAgent, number: int) -> float:
    stream = agent.stream(_asked(number))
    seconds, _ = _timed(partial(next, stream))
    stream.close()
    return 1000 * seconds


def _raw_first_token(model: LlamaCppModel, raw: Llama) -> float:
    """Return milliseconds to the first token of raw llama-cpp-python, back from another persona."""
    times = []
    for i in range(3):
        messages = PromptBuilder().build(_persona(i % 2), _asked(i), model, reserve=1).messages
        seconds, _ = _timed(partial(next, _raw_stream(raw, messages)))
        times.append(seconds)
    return 1000 * statistics.median(times)


def _raw_reply(raw: Llama, messages: Sequence[Turn]) -> dict[str, int]:
    answer = raw.create_chat_completion(
        [{"role": turn.role, "content": turn.content} for turn in messages],
        max_tokens=SAMPLING.max_tokens,
        temperature=SAMPLING.temperature,
        top_p=SAMPLING.top_p,
        min_p=SAMPLING.min_p,
        repeat_penalty=SAMPLING.repeat_penalty,
        seed=SAMPLING.seed,
    )
    usage: dict[str, int] = answer["usage"]
    return usage


def _raw_stream(raw: Llama, messages: Sequence[Turn]) -> Iterator[str]:
    chunks = raw.create_chat_completion(
        [{"role": turn.role, "content": turn.content} for turn in messages],
        max_tokens=SAMPLING.max_tokens,
        stream=True,
    )
    for chunk in chunks:
        if text := chunk["choices"][0]["delta"].get("content"):
            yield text


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that the work took, and its result."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _persona(number: int) -> Persona:
    """A persona of about 600 tokens; no two of them begin alike."""
    name = f"Mara the {number + 2}nd"
    facts = [f"{name} {FACTS[i % len(FACTS)]} {PLACES[i // len(FACTS)]}." for i in range(SIZE)]
    return Persona(name, as_statements(facts))


def _asked(number: int) -> Conversation:
    return Conversation().add("user", QUESTIONS[number % len(QUESTIONS)])


class _Counted(WrapperModel):
    """A chat model that remembers its last prompt and how many tokens it wrote."""

    def __init__(self, model: LlamaCppModel) -> None:
        super().__init__(model)
        self.messages: Sequence[Turn] = ()
        self.prompt_tokens = 0
        self.tokens = 0

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        self.messages = messages
        found = self._inner.generate(messages, options=options)
        self.prompt_tokens = found[0].prompt_tokens
        self.tokens = sum(completion.completion_tokens for completion in found)
        return found
