"""Discriminators of any size: sequence classifiers from the Hugging Face hub or a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from guards.cache import ScoreCache
from guards.labels import entailment_columns, relevance_columns, says_nothing
from guards.pairing import check_equally_many
from guards.probes import probe_entailment, probe_relevance
from guards.sequence_classifier import Live, SequenceClassifier, label_names, load_live
from guards.windows import strongest, windows
from guards.wordings import (
    EntailmentWording,
    RelevanceWording,
    Texts,
    as_pair,
    as_query_pair,
)
from persona_sdk.errors import WeightsError
from persona_sdk.types import Entailment, Query, Statement

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

CACHE_SIZE = 32_768
"""Judgements that each scorer keeps."""


class HuggingFaceEntailment:
    """Judges replies with a three-label NLI classifier; judgements are kept.

    What does not fit beside the statement is left out in this order: earlier turns, then the
    query; a reply that is still too long is cut between sentences, and the strongest
    contradiction and entailment of its parts count.

    Args:
        model: Live classifier, on the device and in the precision that it shall run in.
        tokenizer: Its tokenizer.
        labels: What its outputs mean, in their order; None reads the config.
        wording: How query, reply and statement are put to it.
        name: What it is called in verdicts.
        cache_size: Number of judgements kept, at least 1.

    Raises:
        WeightsError: The labels do not name contradiction, neutral and entailment, or the
            network has more or fewer outputs.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        labels: Sequence[str] | None = None,
        wording: EntailmentWording = as_pair,
        name: str = "hf",
        cache_size: int = CACHE_SIZE,
    ) -> None:
        self._classifier = SequenceClassifier(model, tokenizer, name=name)
        self._columns = entailment_columns(_names(model, labels, name), name)
        self._wording = wording
        self._cache: ScoreCache[Texts, Entailment] = ScoreCache(cache_size)

    @property
    def name(self) -> str:
        return self._classifier.name

    def entailment(
        self, query: Query, responses: Sequence[str], statements: Sequence[Statement]
    ) -> list[Entailment]:
        check_equally_many("responses", responses, "statements", statements)
        parts = [
            list(self._parts(query, response, statement.text))
            for response, statement in zip(responses, statements, strict=True)
        ]
        judged = iter(self._cache.through([text for some in parts for text in some], self._judge))
        return [strongest([next(judged) for _ in some]) for some in parts]

    def pairs(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[Entailment]:
        """Judge plain sentence pairs, nobody speaking.

        Raises:
            ScorerError: A pair is too long, or the model failed.
        """
        texts = [Texts(p, h) for p, h in zip(premises, hypotheses, strict=True)]
        return self._cache.through(texts, self._judge)

    def _parts(self, query: Query, response: str, statement: str) -> Iterator[Texts]:
        whole = self._fitting(query, response, statement)
        if whole is not None:
            yield whole
            return
        bare = self._wording(_unasked(query), ".", statement)
        room = self._classifier.max_tokens - self._length(bare)
        for window in windows(response, room, self._behind_another):
            part = self._fitting(query, window, statement)
            # One sentence that is too long: the classifier says so.
            yield part or self._wording(_unasked(query), window, statement)

    def _fitting(self, query: Query, response: str, statement: str) -> Texts | None:
        """Return the texts with as much context as fits; None if not even the reply does."""
        for asked in (query, replace(query, history=()), _unasked(query)):
            texts = self._wording(asked, response, statement)
            if self._length(texts) <= self._classifier.max_tokens:
                return texts
        return None

    def _length(self, texts: Texts) -> int:
        return sum(self._classifier.count_tokens(text) for text in texts)

    def _behind_another(self, sentence: str) -> int:
        # To vocabularies of bytes a word behind a space is another word, of more tokens or fewer.
        return self._classifier.count_tokens(f" {sentence}")

    def _judge(self, texts: list[Texts]) -> list[Entailment]:
        table = self._classifier.probabilities(texts)
        return [Entailment(*(row[column] for column in self._columns)) for row in table]


class HuggingFaceRelevance:
    """Scores statements against a query with a two-label classifier; judgements are kept.

    Where all together is too long, earlier turns are left out.

    Args:
        model: Live classifier, on the device and in the precision that it shall run in.
        tokenizer: Its tokenizer.
        labels: What its outputs mean, in their order; None reads the config.
        wording: How query and statement are put to it.
        name: What it is called in verdicts.
        cache_size: Number of judgements kept, at least 1.

    Raises:
        WeightsError: The labels do not name irrelevant and relevant, or no and yes, or the
            network has more or fewer outputs.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        labels: Sequence[str] | None = None,
        wording: RelevanceWording = as_query_pair,
        name: str = "hf",
        cache_size: int = CACHE_SIZE,
    ) -> None:
        self._classifier = SequenceClassifier(model, tokenizer, name=name)
        _, self._column = relevance_columns(_names(model, labels, name), name)
        self._wording = wording
        self._cache: ScoreCache[Texts, float] = ScoreCache(cache_size)

    @property
    def name(self) -> str:
        return self._classifier.name

    def relevance(self, query: Query, statements: Sequence[Statement]) -> list[float]:
        return self.pairs([query] * len(statements), [s.text for s in statements])

    def pairs(self, queries: Sequence[Query], statements: Sequence[str]) -> list[float]:
        """Return the probability in [0, 1] that `queries[i]` makes `statements[i]` active.

        Raises:
            ScorerError: Query and statement are too long together, or the model failed.
        """
        texts = [self._texts(q, s) for q, s in zip(queries, statements, strict=True)]
        return self._cache.through(texts, self._judge)

    def _texts(self, query: Query, statement: str) -> Texts:
        whole = self._wording(query, statement)
        if sum(map(self._classifier.count_tokens, whole)) <= self._classifier.max_tokens:
            return whole
        return self._wording(replace(query, history=()), statement)

    def _judge(self, texts: list[Texts]) -> list[float]:
        return [row[self._column] for row in self._classifier.probabilities(texts)]


def load_huggingface_entailment(
    id_or_dir: str | Path,
    *,
    labels: Sequence[str] | None = None,
    unnamed: Sequence[str] | None = None,
    wording: EntailmentWording = as_pair,
    device: str | None = None,
) -> HuggingFaceEntailment:
    """Load an NLI classifier from a folder or the hub and put probes to it.

    Args:
        id_or_dir: Name on the hub, or a folder.
        labels: What its outputs mean, in their order; None reads the config.
        unnamed: What they mean if the config gives them no names.
        wording: How query, reply and statement are put to it.
        device: `cpu`, `cuda`, `cuda:1`, …; None takes the GPU where there is one.

    Raises:
        MissingExtra: torch or transformers is not installed.
        WeightsError: The classifier cannot be had, its labels say nothing or tell two classes
            only, or it fails the probes.

    Example:
        ```python
        from guards import APCGuard, load_scorers
        from guards.huggingface import load_huggingface_entailment

        entailment = load_huggingface_entailment("cross-encoder/nli-deberta-v3-base")
        guard = APCGuard(load_scorers().relevance, entailment)
        ```
    """
    live = load_live(id_or_dir, device=device)
    scorer = HuggingFaceEntailment(
        live.model,
        live.tokenizer,
        labels=labels or _if_unnamed(live, unnamed),
        wording=wording,
        name=f"hf:{id_or_dir}",
    )
    probe_entailment(scorer)
    return scorer


def load_huggingface_relevance(
    id_or_dir: str | Path,
    *,
    labels: Sequence[str] | None = None,
    unnamed: Sequence[str] | None = None,
    wording: RelevanceWording = as_query_pair,
    device: str | None = None,
) -> HuggingFaceRelevance:
    """Load a relevance classifier; arguments and errors are those of the entailment one."""
    live = load_live(id_or_dir, device=device)
    scorer = HuggingFaceRelevance(
        live.model,
        live.tokenizer,
        labels=labels or _if_unnamed(live, unnamed),
        wording=wording,
        name=f"hf:{id_or_dir}",
    )
    probe_relevance(scorer)
    return scorer


def _names(model: PreTrainedModel, labels: Sequence[str] | None, name: str) -> Sequence[str]:
    """Return one label an output."""
    found = labels or label_names(model)
    outputs = int(model.config.num_labels)
    if len(found) != outputs:
        raise WeightsError(
            f"{name} has {outputs} outputs, but {len(found)} labels are given: {', '.join(found)}; "
            "name each output, in their order"
        )
    return found


def _if_unnamed(live: Live, unnamed: Sequence[str] | None) -> Sequence[str] | None:
    return unnamed if says_nothing(label_names(live.model)) else None


def _unasked(query: Query) -> Query:
    return replace(query, text="", history=())
