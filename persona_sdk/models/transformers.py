"""TransformersModel: a chat model through transformers and torch, on CPU or GPU."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import jinja2

from persona_sdk.errors import ContextOverflow, MissingExtra, ModelError, ModelNotFound
from persona_sdk.models.chat_prompt import CHATML, Message, render_pieces, safe_segments
from persona_sdk.models.reply_text import ReplyText
from persona_sdk.models.turnstile import Turnstile
from persona_sdk.types import Completion, GenerationOptions, Turn

try:
    import torch
    from safetensors import SafetensorError
    from transformers import (
        AutoModelForCausalLM,
        AutoTokenizer,
        BitsAndBytesConfig,
        PreTrainedModel,
        PreTrainedTokenizerBase,
        StoppingCriteria,
        StoppingCriteriaList,
        TextIteratorStreamer,
    )
except ImportError as error:
    raise MissingExtra(error.name or "transformers", "torch") from error

_TOP_K = 40  # as in llama.cpp, so that engines sample alike
_SEEDS = 2**63 - 1
_SMALLEST_TOP_P = 1e-6  # transformers refuses 0, which llama.cpp takes for the likeliest token


class TransformersModel:
    """Talks through a live transformers model.

    The seed goes to torch's own generator for the length of a reply; other threads that draw
    from it meanwhile disturb the repetition of a seeded text.

    Args:
        model: A live causal language model.
        tokenizer: Its tokeniser, with the chat template; without one, ChatML is used.
        name: What the model is called.
        context_size: Tokens that prompt and completion share; None takes what the model was
            trained for.
        seed: Of the seeds that options without one get; None draws them.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str = "transformers",
        context_size: int | None = None,
        seed: int | None = None,
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
        pad = tokenizer.pad_token_id
        self._pad = min(self._ends, default=0) if pad is None else int(pad)
        self._seeds = random.Random(seed)
        self._turnstile = Turnstile(name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_size(self) -> int:
        return self._context_size

    def count_tokens(self, messages: Sequence[Turn]) -> int:
        return len(self._tokens(messages))

    def generate(self, messages: Sequence[Turn], *, options: GenerationOptions) -> list[Completion]:
        prompt, room = self._prompt(messages, options)
        greedy = options.temperature == 0
        with self._turnstile:
            wanted = 1 if greedy else options.n
            rows = self._write(prompt, room, options, {"num_return_sequences": wanted})
        rows = rows * options.n if greedy else rows
        return [self._completion(row[len(prompt) :], len(prompt), room, options) for row in rows]

    def stream(
        self, messages: Sequence[Turn], *, options: GenerationOptions
    ) -> Generator[str, None, None]:
        if options.n != 1:
            raise ValueError(f"options.n must be 1 for a stream, was: {options.n}")
        prompt, room = self._prompt(messages, options)
        self._turnstile.refuse_holder()
        return self._stream(prompt, room, options)

    def _stream(
        self, prompt: list[int], room: int, options: GenerationOptions
    ) -> Generator[str, None, None]:
        streamer = TextIteratorStreamer(
            self._tokenizer,
            skip_prompt=True,
            skip_special_tokens=True,
            clean_up_tokenization_spaces=False,
        )
        left = _ReaderLeft()
        extra = {"streamer": streamer, "stopping_criteria": StoppingCriteriaList([left])}
        text = ReplyText(options.stop)
        with self._turnstile, ThreadPoolExecutor(1) as pool:
            writing = pool.submit(self._write, prompt, room, options, extra)
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
        prompt: list[int],
        room: int,
        options: GenerationOptions,
        extra: Mapping[str, object],
    ) -> list[list[int]]:
        """Generate under a seed of its own; returns prompts with their continuations."""
        device = self._model.device
        seed = self._seeds.getrandbits(32) if options.seed is None else options.seed
        tokens = torch.tensor([prompt], device=device)
        try:
            with torch.random.fork_rng([device] if device.type == "cuda" else []):
                torch.manual_seed(seed % _SEEDS)
                rows = self._model.generate(
                    input_ids=tokens,
                    attention_mask=torch.ones_like(tokens),
                    max_new_tokens=room,
                    repetition_penalty=options.repeat_penalty,
                    pad_token_id=self._pad,
                    **_sampling(options),
                    **({"stop_strings": list(options.stop)} if options.stop else {}),
                    tokenizer=self._tokenizer,
                    **extra,
                )
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(f"{self._name!r} failed to generate: {error}") from error
        found: list[list[int]] = rows.tolist()
        return found

    def _completion(
        self, tokens: list[int], prompt_tokens: int, room: int, options: GenerationOptions
    ) -> Completion:
        written = len(tokens)
        ends = [i for i, token in enumerate(tokens) if token in self._ends]
        if ends:
            written = ends[0]
        text = ReplyText(options.stop)
        whole = self._tokenizer.decode(
            tokens[:written], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        shown = text.feed_text(whole) + text.finish()
        cut = not ends and not text.stopped and written >= room
        return Completion(shown, "length" if cut else "stop", prompt_tokens, written)

    def _prompt(
        self, messages: Sequence[Turn], options: GenerationOptions
    ) -> tuple[list[int], int]:
        """Return the prompt's tokens and how many the reply may take."""
        tokens = self._tokens(messages)
        if len(tokens) >= self._context_size:
            raise ContextOverflow(
                f"the prompt has {len(tokens)} tokens, the context of {self._name!r} holds "
                f"{self._context_size}: shorten the prompt or raise the context size"
            )
        return tokens, min(options.max_tokens, self._context_size - len(tokens))

    def _tokens(self, messages: Sequence[Turn]) -> list[int]:
        found: list[int] = []
        for segment in safe_segments(render_pieces(self._render, messages), self._marks):
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


class _ReaderLeft(StoppingCriteria):  # type: ignore[misc]
    """Stops the writer when nobody reads any more."""

    def __init__(self) -> None:
        self.event = Event()

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:
        left = self.event.is_set()
        return torch.full((len(input_ids),), left, dtype=torch.bool, device=input_ids.device)


def load_transformers(
    id_or_dir: str | Path,
    *,
    device: str = "cpu",
    four_bit: bool = False,
    context_size: int | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> TransformersModel:
    """Load a causal language model from the hub or a folder.

    Args:
        id_or_dir: Name on the hub, or a folder.
        device: `cpu`, `cuda`, `cuda:1`, …
        four_bit: Quantise to 4 bits while loading; needs bitsandbytes.
        context_size: Tokens that prompt and completion share.
        seed: Of the seeds that options without one get.
        name: What the model is called; None takes `hf:ID_OR_DIR`.

    Raises:
        ModelError: There is no such device.
        ModelNotFound: The model cannot be had or read, or bitsandbytes is missing.
    """
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ModelError(f"device is {device!r}, but torch sees no CUDA device: use 'cpu'")
    if four_bit and importlib.util.find_spec("bitsandbytes") is None:
        raise ModelNotFound("four_bit needs bitsandbytes: run `pip install bitsandbytes`")
    quantised = {"quantization_config": BitsAndBytesConfig(load_in_4bit=True)} if four_bit else {}
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(id_or_dir))
        model = AutoModelForCausalLM.from_pretrained(
            str(id_or_dir), device_map=device if four_bit else None, **quantised
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ModelNotFound(
            f"cannot load {str(id_or_dir)!r} ({reason}): name a folder with a model, or one on "
            "the hub while you are online"
        ) from error
    model = model if four_bit else model.to(device)
    return TransformersModel(
        model.eval(),
        tokenizer,
        name=name or f"hf:{id_or_dir}",
        context_size=context_size,
        seed=seed,
    )


def _sampling(options: GenerationOptions) -> dict[str, object]:
    if options.temperature == 0:
        return {"do_sample": False}
    return {
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
