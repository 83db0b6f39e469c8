"""A live transformers classifier, run in batches: texts in, probabilities out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from guards.cache import ScoreCache
from guards.pieces import KEPT_TEXTS, batches
from guards.wordings import Texts
from persona_sdk.errors import MissingExtra, ScorerError, WeightsError
from persona_sdk.hub import only_local

try:
    import torch
    from safetensors import SafetensorError
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        PreTrainedModel,
        PreTrainedTokenizerBase,
    )
    from transformers.utils import logging
except ImportError as error:
    raise MissingExtra(error.name or "transformers", "torch") from error

BATCH_TOKENS = 8192
"""Rows times padded length of one run, unless told otherwise."""

LOAD_ERRORS = (OSError, ValueError, RuntimeError, KeyError, ImportError, SafetensorError)
"""What transformers raises over a folder that it cannot read."""

_SPARE_POSITIONS = 2  # RoBERTa and its like begin to count behind the padding token


class SequenceClassifier:
    """Reads texts or pairs of texts; safe to call from many threads.

    Args:
        model: A live classifier, on the device and in the precision that it shall run in.
        tokenizer: Its tokenizer.
        name: What the classifier is called in verdicts and errors.
        batch_tokens: Rows times padded length of one run.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        batch_tokens: int = BATCH_TOKENS,
    ) -> None:
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._name = name
        self._batch_tokens = batch_tokens
        self._pad = tokenizer.pad_token_id or 0
        self._lock = threading.Lock()
        self._lengths: ScoreCache[str, int] = ScoreCache(KEPT_TEXTS)
        self._marks = int(tokenizer.num_special_tokens_to_add(pair=True))
        longest = min(positions(model), int(tokenizer.model_max_length))
        self._max_tokens = longest - self._marks

    @property
    def name(self) -> str:
        """What the classifier is called."""
        return self._name

    @property
    def max_tokens(self) -> int:
        """Longest text or pair in tokens, without the marks around it."""
        return self._max_tokens

    def count_tokens(self, text: str) -> int:
        """Return the length of `text` in tokens, without the marks around it."""
        return self._lengths.through([text], lambda new: [self._count(t) for t in new])[0]

    def probabilities(self, texts: Sequence[Texts]) -> list[list[float]]:
        """Return the probabilities of each, in the order of its outputs.

        Raises:
            ScorerError: The model failed, or gave something else than numbers.
        """
        rows = [self._row(text) for text in texts]
        found: dict[int, list[float]] = {}
        lengths = [len(row["input_ids"]) for row in rows]
        for places in batches(lengths, tokens=self._batch_tokens, rows=len(rows)):
            judged = self._run([rows[i] for i in places])
            found.update(zip(places, judged, strict=True))
        return [found[i] for i in range(len(rows))]

    def _count(self, text: str) -> int:
        with self._lock:
            encoded = self._tokenizer(text, add_special_tokens=False, split_special_tokens=True)
        ids: list[int] = encoded["input_ids"]
        return len(ids)

    def _row(self, texts: Texts) -> _Row:
        with self._lock:
            # A text that spells a special token stays text.
            encoded = self._tokenizer(texts.first, texts.second or None, split_special_tokens=True)
        row = {name: list(encoded[name]) for name in _FIELDS if name in encoded}
        if len(row["input_ids"]) > self.max_tokens + self._marks:
            raise ScorerError(
                f"too long to judge: {len(row['input_ids'])} tokens, {self._name} reads "
                f"{self.max_tokens + self._marks}: split {texts.first[-60:]!r} into shorter ones"
            )
        return row

    def _filler(self, field: str) -> int:
        return self._pad if field == "input_ids" else 0

    def _run(self, rows: Sequence[_Row]) -> list[list[float]]:
        length = max(len(row["input_ids"]) for row in rows)
        fed = {
            name: [_padded(row[name], length, self._filler(name)) for row in rows]
            for name in rows[0]
        }
        fed["attention_mask"] = [_padded([1] * len(row["input_ids"]), length, 0) for row in rows]
        try:
            with torch.inference_mode():
                feeds = {
                    name: torch.tensor(table, device=self._model.device)
                    for name, table in fed.items()
                }
                logits = self._model(**feeds).logits.float()
        except (RuntimeError, IndexError, ValueError) as error:
            raise ScorerError(f"{self._name} failed on {len(rows)} texts: {error}") from error
        if not bool(torch.isfinite(logits).all()):
            raise ScorerError(f"{self._name} gave values that are no numbers (NaN or infinite)")
        table: list[list[float]] = torch.softmax(logits, dim=-1).tolist()
        return table


def positions(model: PreTrainedModel) -> int:
    """Return how many tokens the model has positions for, the marks around a text included."""
    found = model.config.to_dict().get("max_position_embeddings") or 512
    return int(found) - _SPARE_POSITIONS


def label_names(model: PreTrainedModel) -> list[str]:
    """Return what the config calls the outputs, in their order."""
    names = model.config.id2label
    return [str(names[place]) for place in sorted(names)]


class Live(NamedTuple):
    """What transformers loads."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase


def load_live(id_or_dir: str | Path, *, device: str | None = None) -> Live:
    """Load a classifier from a folder or the hub; in half precision on a GPU.

    Args:
        id_or_dir: Name on the hub, or a folder.
        device: `cpu`, `cuda`, `cuda:1`, …; None takes the GPU where there is one.

    Raises:
        WeightsError: The classifier cannot be had or read, was never trained to classify, or
            there is no such device.
    """
    chosen = _checked_device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    where = str(id_or_dir)
    local = only_local(where)
    given = {"local_files_only": local, "trust_remote_code": False}
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(where, **given)
            model, loaded = AutoModelForSequenceClassification.from_pretrained(
                where, output_loading_info=True, **given
            )
    except LOAD_ERRORS as error:
        raise WeightsError(_cannot_load(where, local, error)) from error
    if loaded["missing_keys"]:
        raise WeightsError(
            f"{where!r} was never trained to classify: it has no {min(loaded['missing_keys'])}; "
            "name a model for sequence classification"
        )
    return Live(model.to(device=chosen, dtype=_precision(chosen)), tokenizer)


def _checked_device(device: str) -> str:
    """Return `device` if something can be put there; an index too high shows only then."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise WeightsError(f"device is {device!r}, but torch sees no CUDA device: use 'cpu'")
    try:
        torch.empty(1, device=device)
    except (RuntimeError, NotImplementedError, AssertionError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise WeightsError(
            f"device is {device!r}, where torch can put nothing ({reason}): use 'cpu' or 'cuda'"
        ) from error
    return device


def _cannot_load(where: str, local: bool, error: Exception) -> str:
    reason = str(error).strip().partition("\n")[0]
    if local and not Path(where).is_dir():
        return (
            f"cannot load {where!r}: it is no folder, it was not downloaded before, and the model "
            "hub does not answer; name a folder with the model, or try again online"
        )
    return f"cannot load {where!r} ({reason}): name a folder with a model, or one on the hub"


def _precision(device: str) -> torch.dtype:
    if not device.startswith("cuda"):
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the reports of transformers away: what is amiss, our errors tell."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def _padded(row: list[int], length: int, filler: int) -> list[int]:
    return row + [filler] * (length - len(row))


_Row = dict[str, list[int]]
_FIELDS = ("input_ids", "token_type_ids")
