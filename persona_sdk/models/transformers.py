"""TransformersModel: a chat model through transformers and torch, on CPU or GPU."""

from __future__ import annotations

import random
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import takewhile
from threading import Event

import jinja2

from persona_sdk.errors import ContextOverflow, MissingExtra, ModelError
from persona_sdk.models.chat_prompt import CHATML, Message, Piece, render_pieces, safe_segments
from persona_sdk.models.reply_text import ReplyText
from persona_sdk.models.turnstile import Turnstile
from persona_sdk.types import Completion, GenerationOptions, Turn

try:
    import torch
    from transformers import (
        PreTrainedModel,
        PreTrainedTokenizerBase,
        StoppingCriteria,
        StoppingCriteriaList,
        TextIteratorStreamer,
    )

    from persona_sdk.models.transformers_blocks import PersonaBlocks
except ImportError as error:
    raise MissingExtra(error.name or "transformers", "torch") from error

CACHE_TOKENS = 8192
"""Tokens of persona blocks to keep the states of, unless told otherwise."""

_TOP_K = 40  # as in llama.cpp, so that engines sample alike
_SEEDS = 2**63 - 1
_SMALLEST_TOP_P = 1e-6  # transformers refuses 0, which llama.cpp takes for the likeliest token


class TransformersModel:
    """Talks through a live transformers model.

    What stands before the first content behind the leading system text is the persona block: its
    state is computed once and reused, for models whose cache grows with the text (`DynamicCache`).
    The seed goes to torch's own generator for the length of a reply; other threads that draw
    from it meanwhile disturb the repetition of a seeded text.

    Args:
        model: A live causal language model.
        tokenizer: Its tokeniser, with the chat template; without one, ChatML is used.
        name: What the model is called.
        context_size: Tokens that prompt and completion share; None takes what the model was
            trained for.
        seed: Of the seeds that options without one get; None draws them.
        cache_tokens: Tokens of persona blocks to keep the states of.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str = "transformers",
        context_size: int | None = None,
        seed: int | None = None,
        cache_tokens: int = CACHE_TOKENS,
    ) -> None:
        trained = int(model.config.max_position_embeddings)
        self._model = model
        self._tokenizer = tokenizer
        self._name = name
        self._context_size = min(context_size or trained, trained)
        self._template = tokenizer.chat_template or CHATML
        self._marks = _marks(tokenizer, str(self._template))
        self._ends = _ends(model, tokenizer)
        pad = tokenizer.pad_token_id
        self._pad = min(self._ends, default=0) if pad is None else int(pad)
        self._blocks = PersonaBlocks(model, cache_tokens)
        self._seeds = random.Random(seed)
        self._turnstile = Turnstile(name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_size(self) -> int:
        return self._context_size

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return len(self._tokens(render_pieces(self._render, messages)))

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        prompt = self._prompt(messages, options)
        rows_wanted = 1 if options.temperature == 0 else options.n  # greedy ones are all alike
        with self._turnstile:
            rows = self._write(prompt, options, rows_wanted, {})
        found = [self._completion(row, prompt, options) for row in rows]
        return found * (options.n // len(found))

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        """Return the natural log-probability of each token of a reply to `messages`.

        As `persona_sdk.models.llama_cpp.LlamaCppModel.log_likelihood`.

        Raises:
            ModelError: The model failed.
            ContextOverflow: Prompt and reply do not fit the context.
        """
        pieces = render_pieces(self._render, messages)
        prompt = self._tokens(pieces)
        whole = self._tokens([*pieces, Piece(continuation, "assistant")])
        if len(whole) > self._context_size:
            raise ContextOverflow(
                f"prompt and reply have {len(whole)} tokens, the context of {self._name!r} holds "
                f"{self._context_size}: shorten them or raise the context size"
            )
        tokens = torch.tensor([whole], device=self._model.device)
        try:
            with self._turnstile, torch.inference_mode():
                logits = self._model(input_ids=tokens).logits[0, len(prompt) - 1 : -1].float()
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(f"{self._name!r} failed to read a text: {error}") from error
        found = torch.log_softmax(logits, dim=-1).gather(1, tokens[0, len(prompt) :, None])
        return [float(one) for one in found[:, 0]]

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        if options.n != 1:
            raise ValueError(f"options.n must be 1 for a stream, was: {options.n}")
        prompt = self._prompt(messages, options)
        self._turnstile.refuse_holder()
        return self._turnstile.stream(self._stream(prompt, options))

    def _stream(self, prompt: _Prompt, options: GenerationOptions) -> Generator[str, None, None]:
        streamer = TextIteratorStreamer(
            self._tokenizer,
            skip_prompt=True,
            skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )
        left = _ReaderLeft()
        extra = {"streamer": streamer, "stopping_criteria": StoppingCriteriaList([left])}
        text = ReplyText(options.stop)
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(self._write, prompt, options, 1, extra)
            # A writer that failed sends no end of its own.
            writing.add_done_callback(lambda done: streamer.end() if done.exception() else None)
            try:
                for piece in streamer:
                    if shown := text.feed_text(piece):
                        yield shown
                    if text.stopped:
                        break
                if rest := text.finish():
                    yield rest
            finally:
                left.event.set()
            writing.result()

    def _write(
        self,
        prompt: _Prompt,
        options: GenerationOptions,
        rows: int,
        extra: Mapping[str, object],
    ) -> list[list[int]]:
        """Write so many continuations of the prompt, under a seed of their own."""
        device = self._model.device
        seed = self._seeds.getrandbits(32) if options.seed is None else options.seed
        tokens = torch.tensor([prompt.tokens], device=device)
        try:
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                torch.manual_seed(seed % _SEEDS)
                found = self._model.generate(
                    input_ids=tokens,
                    attention_mask=torch.ones_like(tokens),
                    past_key_values=self._blocks.state(prompt.tokens[: prompt.block], rows),
                    num_return_sequences=rows,
                    max_new_tokens=prompt.room,
                    repetition_penalty=options.repeat_penalty,
                    pad_token_id=self._pad,
                    tokenizer=self._tokenizer,
                    **_sampling(options),
                    **extra,
                )
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(f"{self._name!r} failed to generate: {error}") from error
        return [row[len(prompt.tokens) :] for row in found.tolist()]

    def _completion(
        self, tokens: list[int], prompt: _Prompt, options: GenerationOptions
    ) -> Completion:
        written = next((i for i, token in enumerate(tokens) if token in self._ends), len(tokens))
        text = ReplyText(options.stop)
        whole = self._tokenizer.decode(
            tokens[:written], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        shown = text.feed_text(whole) + text.finish()
        cut = written >= prompt.room and not text.stopped
        return Completion(shown, "length" if cut else "stop", len(prompt.tokens), written)

    def _prompt(self, messages: Sequence[Turn], options: GenerationOptions) -> _Prompt:
        if options.json_schema:
            raise ModelError(
                f"{self._name!r} cannot be held to a JSON schema: use gguf:PATH or "
                "openai:MODEL@URL for that"
            )
        pieces = render_pieces(self._render, messages)
        tokens = self._tokens(pieces)
        if len(tokens) >= self._context_size:
            raise ContextOverflow(
                f"the prompt has {len(tokens)} tokens, the context of {self._name!r} holds "
                f"{self._context_size}: shorten the prompt or raise the context size"
            )
        block = self._tokens(list(takewhile(lambda p: p.role in (None, "system"), pieces)))
        alike = takewhile(lambda pair: pair[0] == pair[1], zip(block, tokens[:-1], strict=False))
        room = min(options.max_tokens, self._context_size - len(tokens))
        return _Prompt(tokens, sum(1 for _ in alike), room)

    def _tokens(self, pieces: Sequence[Piece]) -> list[int]:
        found: list[int] = []
        for segment in safe_segments(pieces, self._marks):
            found += self._tokenizer(segment, add_special_tokens=False)["input_ids"]
        return found

    def _render(self, messages: list[Message]) -> str:
        try:
            text: str = self._tokenizer.apply_chat_template(
                messages,
                chat_template=self._template,
                tokenize=False,
                add_generation_prompt=True,
            )
        except jinja2.TemplateError as error:
            raise ValueError(str(error)) from error
        return text


@dataclass(frozen=True, slots=True)
class _Prompt:
    tokens: list[int]
    block: int
    """How many of them are the persona block."""
    room: int
    """Tokens that the reply may take."""


class _ReaderLeft(StoppingCriteria):  # type: ignore[misc]
    """Stops the writer when nobody reads any more."""

    def __init__(self) -> None:
        self.event = Event()

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:
        left = self.event.is_set()
        return torch.full((len(input_ids),), left, dtype=torch.bool, device=input_ids.device)


def _sampling(options: GenerationOptions) -> dict[str, object]:
    stop = {"stop_strings": list(options.stop)} if options.stop else {}
    if options.temperature == 0:
        return {"do_sample": False, **stop}
    return {
        **stop,
        "do_sample": True,
        "temperature": options.temperature,
        "top_k": _TOP_K,
        "top_p": max(options.top_p, _SMALLEST_TOP_P),
        "min_p": options.min_p,
    }


def _marks(tokenizer: PreTrainedTokenizerBase, template: str) -> list[str]:
    """Texts that must not come from contents: special tokens, and added ones in the template."""
    return [
        token.content
        for token in tokenizer.added_tokens_decoder.values()
        if token.special or (token.content in template and token.content.strip())
    ]


def _ends(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Tokens that end a reply, as `generate` of transformers sees them."""
    ends = model.generation_config.eos_token_id
    if ends is None:
        ends = tokenizer.eos_token_id
    if ends is None:
        return frozenset()
    return frozenset([ends] if isinstance(ends, int) else ends)
