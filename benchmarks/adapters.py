"""What LoRA adapters cost: loading one, switching between two, and speaking with one."""

from __future__ import annotations

import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.conversations import FACTS, QUESTIONS
from benchmarks.rows import Row, milliseconds
from persona_sdk.models.catalog import builtin_path
from persona_sdk.models.gguf import load_gguf
from persona_sdk.models.llama_adapters import LlamaAdapters
from persona_sdk.models.llama_cpp import LlamaCppModel
from persona_sdk.types import GenerationOptions, Turn

COMMAND = "python -m benchmarks adapters"

RANK = 16
"""Of the adapters, on the seven linear maps of every layer."""

ROUNDS = 7
SWITCHES = 200
SPEAKING = GenerationOptions(max_tokens=64, seed=5)
ONE_TOKEN = GenerationOptions(max_tokens=1, seed=5)


def run() -> list[Row]:
    """Time the built-in model with adapters of random numbers, too small to change what it says."""
    with tempfile.TemporaryDirectory() as folder:
        files = [_write(Path(folder) / f"{number}.gguf", number) for number in range(2)]
        plain = load_gguf(builtin_path(), context_size=1024)
        loading = [milliseconds(partial(plain.with_adapter, file)) for file in files]
        models = [plain.with_adapter(file) for file in files]
        call, first_token = _switch_calls(files), _first_tokens(models)
        speeds = _speeds([plain, models[0]])
    stay, switch, cold = first_token
    return [
        Row("load an adapter, rank 16 on seven maps", max(loading), "ms", "", COMMAND),
        Row("switch adapters, the call alone", call, "ms", "<= 10", COMMAND),
        Row("first token, same adapter, persona block cached", stay, "ms", "", COMMAND),
        Row("first token behind a switch, persona block cached", switch, "ms", "", COMMAND),
        Row("first token behind a switch, nothing cached", cold, "ms", "", COMMAND),
        Row("switch, seen at the first token", switch - stay, "ms", "<= 10", COMMAND),
        Row("tokens per second, no adapter", speeds[0], "tokens/s", "", COMMAND),
        Row("tokens per second, adapter of rank 16", speeds[1], "tokens/s", "", COMMAND),
        Row("with adapter / without", speeds[1] / speeds[0], "", "", COMMAND),
    ]


def _switch_calls(files: list[Path]) -> float:
    """Return the median milliseconds of letting another adapter act."""
    from llama_cpp import Llama

    llama = Llama(str(builtin_path()), n_ctx=64, verbose=False)
    adapters = LlamaAdapters(llama)
    loaded = [adapters.load(file) for file in files]
    times = [milliseconds(partial(adapters.use, loaded[i % 2])) for i in range(SWITCHES)]
    llama.close()
    return statistics.median(times)


def _first_tokens(models: list[LlamaCppModel]) -> tuple[float, float, float]:
    """Return median milliseconds to a first token: staying, switching, and switching uncached."""
    for model in models:
        _first(model, 0)
    stay, switch, cold = [], [], []
    for i in range(1, ROUNDS + 1):
        switch.append(_first(models[i % 2], i))
        stay.append(_first(models[i % 2], i + 1))
        cold.append(_first(models[(i + 1) % 2], i, name=f"Mara the {i}th"))
    return statistics.median(stay), statistics.median(switch), statistics.median(cold)


def _first(model: LlamaCppModel, number: int, *, name: str = "Mara") -> float:
    return milliseconds(partial(model.generate, _prompt(number, name), options=ONE_TOKEN))


def _speeds(models: list[LlamaCppModel]) -> list[float]:
    """Return median tokens per second behind the first token, one round of each in turn."""
    speeds: list[list[float]] = [[] for _ in models]
    for i in range(ROUNDS + 1):
        for rates, model in zip(speeds, models, strict=True):
            stream = model.stream(_prompt(i), options=SPEAKING)
            next(stream)
            began = time.perf_counter()
            pieces = sum(1 for _ in stream)
            rates.append(pieces / (time.perf_counter() - began))
    return [statistics.median(rates[1:]) for rates in speeds]


def _prompt(number: int, name: str = "Mara") -> list[Turn]:
    facts = " ".join(f"{name} {fact}." for fact in FACTS)
    question = QUESTIONS[number % len(QUESTIONS)]
    return [Turn("system", f"You are {name}. {facts}"), Turn("user", question)]


def _write(path: Path, seed: int) -> Path:
    from persona_sdk.training.adapters.bases import find_base_facts
    from persona_sdk.training.adapters.gguf_lora import GgufLora
    from persona_sdk.training.adapters.writing import write_adapter

    base, noise = find_base_facts("builtin"), np.random.default_rng(seed)
    factors = {
        name: (_random(noise, RANK, inputs), _random(noise, outputs, RANK))
        for name, (inputs, outputs) in base.maps.items()
        if name.startswith("blk.")
    }
    lora = GgufLora(base.architecture, float(RANK), factors)
    write_adapter(path, lora, base=base, name=f"random {seed}", lineage={})
    return path


def _random(noise: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    return noise.normal(0.0, 1e-3, (rows, columns)).astype(np.float32)
