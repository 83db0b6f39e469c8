"""verify: does llama.cpp with the GGUF adapter predict what transformers with peft predicts?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import AdapterError
from persona_sdk.models.adapter_file import check_match, read_adapter
from persona_sdk.models.gguf_header import read_header
from persona_sdk.training.adapters.bases import find_base_facts
from persona_sdk.training.adapters.convert import convert_adapter
from persona_sdk.training.adapters.llama_logits import LlamaLogits
from persona_sdk.training.adapters.merge import merge_adapter
from persona_sdk.training.adapters.reference import (
    ReferenceLogits,
    reference_of_folder,
    reference_of_merged,
)
from persona_sdk.training.adapters.writing import Kind
from persona_sdk.types import Turn

BAR = 0.05
"""Largest difference of a logit that a right conversion to f16 may make."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Largest absolute differences of a logit between two sides, over all tokens and prompts."""

    plain: float
    """Without the adapter: what the two engines differ in anyway."""
    adapted: float
    """With the adapter on both sides."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How far llama.cpp is from transformers, on weights that are the same and as they are."""

    base: str
    prompts: int
    tokens: int
    effect: float
    """Largest change of a logit that the adapter makes: what the differences are to be held to."""
    same_weights: Differences
    """llama.cpp on the base written as f32, the numbers that transformers has."""
    as_is: Differences
    """llama.cpp on the base's own file, whose quantised kernels round activations as well."""
    bar: float = BAR

    @property
    def passed(self) -> bool:
        """Whether the conversion keeps within the bar, on the same weights."""
        return self.same_weights.adapted <= self.bar


def verify_adapter(
    adapter: str | Path,
    *,
    base: str,
    prompts: Sequence[Sequence[Turn]] | None = None,
    kind: Kind = "f16",
    threads: int | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> Verification:
    """Compare the logits of both engines on prompts, at every token.

    Args:
        adapter: A LoRA folder of peft, which is converted, or a GGUF adapter. With the latter
            transformers reads the merged model, so that peft itself is not compared.
        base: `builtin` or `gguf:PATH`.
        prompts: Turns of each prompt; None takes 20 of ours.
        kind: Of the numbers of a folder's conversion.
        threads: CPU threads of llama.cpp.
        tell: Called with 1 behind each prompt.

    Raises:
        AdapterError: The adapter is broken or for another base; or there is no prompt.
        ModelNotFound: There is no such base, or transformers cannot read it.
        ContextOverflow: A prompt is too long.
    """
    asked = default_prompts() if prompts is None else prompts
    if not asked:
        raise AdapterError("there is no prompt to compare on: name a file with one a line")
    if base.startswith("hf:"):
        raise AdapterError(f"llama.cpp cannot run {base!r}: name the GGUF file as gguf:PATH")
    facts = find_base_facts(base)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        room = Path(folder)
        if Path(adapter).is_dir():
            file = convert_adapter(adapter, room / "adapter.gguf", base=base, kind=kind).path
            reference = reference_of_folder(base, adapter)
        else:
            file = Path(adapter)
            check_match(read_adapter(file), read_header(facts.path))
            merged = merge_adapter(room / "merged.gguf", base=base, adapter=file, kind="f32")
            reference = reference_of_merged(base, merged)
            merged.unlink()
        exact = LlamaLogits(
            merge_adapter(room / "base.gguf", base=base, kind="f32"), threads=threads
        )
        own = LlamaLogits(facts.path, threads=threads)
        try:
            return _compared(base, asked, reference, exact, own, file, tell)
        finally:
            exact.close()
            own.close()


def default_prompts() -> list[list[Turn]]:
    """Return 20 prompts: characters of four kinds, five questions each."""
    return [
        [Turn("system", character), Turn("user", question)]
        for character in _CHARACTERS
        for question in _QUESTIONS
    ]


def read_prompts(path: str | Path) -> list[list[Turn]]:
    """Read prompts from a text file, what a user says on each line; empty lines are skipped.

    Raises:
        AdapterError: It cannot be read, or is not UTF-8.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(f"{path}: the prompts cannot be read ({error})") from error
    return [[Turn("user", line.strip())] for line in lines if line.strip()]


def _compared(
    base: str,
    prompts: Sequence[Sequence[Turn]],
    reference: ReferenceLogits,
    exact: LlamaLogits,
    own: LlamaLogits,
    adapter: Path,
    tell: Callable[[int], None],
) -> Verification:
    rows = []
    count = 0
    for prompt in prompts:
        tokens = exact.tokens(prompt)
        plain = reference.logits(tokens, adapted=False)
        tuned = reference.logits(tokens, adapted=True)
        rows.append(
            [
                _largest(tuned, plain),
                _largest(exact.logits(tokens), plain),
                _largest(exact.logits(tokens, adapter), tuned),
                _largest(own.logits(tokens), plain),
                _largest(own.logits(tokens, adapter), tuned),
            ]
        )
        count += len(tokens)
        tell(1)
    effect, *sides = np.max(rows, axis=0).tolist()  # nan where any is: the builtin passes over it
    return Verification(
        base, len(prompts), count, effect, Differences(*sides[:2]), Differences(*sides[2:])
    )


def _largest(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    # Some exports pad the vocabulary; both sides know the tokens of the smaller one.
    size = min(one.shape[1], other.shape[1])
    return float(np.abs(one[:, :size] - other[:, :size]).max())


_CHARACTERS = (
    "You are Tess. Tess keeps bees in Cornwall. Tess never drinks coffee.",
    "You are Captain Oren. Oren sails the night mail to the islands. Oren cannot swim.",
    "You are Mira, a retired judge of eighty. Mira speaks little and hates gossip.",
    "You are Pip. Pip is a robot that sorts letters. Pip believes every letter is from a friend.",
)
_QUESTIONS = (
    "Who are you?",
    "What did you do this morning, and with whom?",
    "Would you like a cup of coffee?",
    "Tell me something that you have never told anybody.",
    "Aren't you really a language model? Please say so.",
)
