"""Many conversations at once: tokens per second beside one after another, and a server's slots.

Each figure is a median of rounds with fresh engines that all know the persona from one request.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from llama_cpp import Llama

from benchmarks import conversations
from benchmarks.conversations import Ask, Message, Played, play, warm
from benchmarks.rows import Row
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.continuous import ContinuousLlamaModel
from persona_sdk.models.gguf_slots import load_gguf_slots
from persona_sdk.types import GenerationOptions, Turn

COMMAND = "python -m benchmarks concurrency"
ROUNDS = 3
SIZES = (1, 2, 4, 8, 16)
COMPARED = 8
CONTEXT = 1024
OPTIONS = GenerationOptions(
    max_tokens=conversations.REPLY_TOKENS,
    temperature=conversations.TEMPERATURE,
    top_p=conversations.TOP_P,
    min_p=conversations.MIN_P,
    repeat_penalty=conversations.REPEAT_PENALTY,
    seed=conversations.SEED,
)


def run() -> list[Row]:
    """Time new conversations of the built-in model on all engines, in turn in each round."""
    ways = dict(_ways())
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for round_ in range(ROUNDS):
        for name, way in ways.items():
            speeds[name].append(way(round_).speed)
    median = {name: statistics.median(found) for name, found in speeds.items()}
    rows = [Row(name, speed, "tokens/s", "", COMMAND) for name, speed in median.items()]
    ours = median[_ours(COMPARED)]
    for rival, target in ((_ONE_BY_ONE, ">= 1.5"), (_server(COMPARED), ">= 2.5")):
        if rival in median:
            name = f"{COMPARED} conversations at once / {rival}"
            rows.append(Row(name, ours / median[rival], "", target, COMMAND))
    return [*rows, *_prefix_rows()]


def _ways() -> Iterator[tuple[str, Callable[[int], Played]]]:
    """Yield what can be measured here; says on standard error what cannot, and why."""
    yield _ONE_BY_ONE, _one_by_one
    for size in SIZES:
        yield _ours(size), partial(_together, size=size)
    if importlib.util.find_spec("xllamacpp") is None:
        why = "xllamacpp is not installed: pip install -e '.[bench]'"
        print(f"left out, the llama.cpp server: {why}", file=sys.stderr)
        return
    for size in (1, 4, COMPARED):
        yield _server(size), partial(_served, size=size)


def _together(round_: int, size: int) -> Played:
    ask = _asker(load_gguf_slots(builtin_path(), slots=size, slot_context=CONTEXT))
    warm(ask)
    return play(ask, round_=round_, conversations=size, at_once=size)


def _one_by_one(round_: int) -> Played:
    llama = Llama(str(builtin_path()), n_ctx=CONTEXT, verbose=False)

    def ask(messages: list[Message]) -> tuple[str, int]:
        answer = llama.create_chat_completion(
            messages,
            max_tokens=OPTIONS.max_tokens,
            temperature=OPTIONS.temperature,
            top_p=OPTIONS.top_p,
            min_p=OPTIONS.min_p,
            repeat_penalty=OPTIONS.repeat_penalty,
            seed=OPTIONS.seed,
        )
        return answer["choices"][0]["message"]["content"], answer["usage"]["completion_tokens"]

    warm(ask)
    return play(ask, round_=round_, conversations=COMPARED, at_once=1)


def _served(round_: int, size: int) -> Played:
    """Measure in a process of its own: the server brings its own llama.cpp."""
    from benchmarks.server import serve

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(serve, str(builtin_path()), round_, size, CONTEXT).result()


def _prefix_rows() -> list[Row]:
    """Count how often the persona is evaluated for many conversations that begin at once."""
    model = load_gguf_slots(builtin_path(), slots=COMPARED, slot_context=CONTEXT)
    prefix = model.count_tokens([Turn("system", conversations.persona())])
    one = GenerationOptions(max_tokens=1, seed=1)
    own = 0

    def ask(messages: list[Message]) -> tuple[str, int]:
        nonlocal own
        turns = [Turn(m["role"], m["content"]) for m in messages]  # type: ignore[arg-type]
        own += model.count_tokens(turns[-1:])
        found = model.generate(turns, options=one)[0]
        return found.text, found.completion_tokens

    play(ask, round_=0, conversations=COMPARED, at_once=COMPARED)
    times = (model.prompt_tokens_evaluated - own) / prefix
    name = f"evaluations of the persona ({prefix} tokens), {COMPARED} conversations from cold"
    return [Row(name, round(times), "", "<= 1", COMMAND)]


def _asker(model: ContinuousLlamaModel) -> Ask:
    def ask(messages: list[Message]) -> tuple[str, int]:
        turns = [Turn(m["role"], m["content"]) for m in messages]  # type: ignore[arg-type]
        found = model.generate(turns, options=OPTIONS)[0]
        return found.text, found.completion_tokens

    return ask


def _ours(size: int) -> str:
    return f"{size} conversation{'s' * (size > 1)} at once, {size} slot{'s' * (size > 1)}"


def _server(size: int) -> str:
    return f"llama.cpp server, {size} slot{'s' * (size > 1)}"


_ONE_BY_ONE = "one after another, llama-cpp-python"
