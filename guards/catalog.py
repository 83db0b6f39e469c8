"""Find discriminators by name: `builtin`, a folder, `hf:NAME`, `apc:NAME` or `judge:MODEL`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from guards.apc import APCGuard
from guards.cascade import Nearness, WordNearness, nearness_beside
from guards.config import NLI_LABELS
from guards.decision import Thresholds
from guards.labels import RELEVANCE_LABELS
from persona_sdk.errors import GuardError, ScorerError, WeightsError
from persona_sdk.protocols import EntailmentScorer, RelevanceScorer
from persona_sdk.types import Entailment, Query, Statement

FORMS = {
    "builtin": "the discriminators that come with the package",
    "PATH": "a folder of discriminators as `persona guards export` writes it",
    "hf:NAME_OR_PATH": "a three-label NLI classifier for transformers (extra `torch`)",
    "apc:NAME_OR_PATH": "one that reads the sequence of arXiv 2405.07726 (extra `torch`)",
    "judge:MODEL": "a chat model that is held to a JSON schema, e.g. judge:gguf:PATH",
}
"""What a name may look like, with what it names. `hf:` and `apc:` take `+relevance:NAME_OR_PATH`
for a relevance classifier of their kind; without it, the built-in relevance is used."""

RELEVANCE = "+relevance:"
"""Stands before the relevance classifier in a name of the forms `hf:` and `apc:`."""


class PairEntailment(EntailmentScorer, Protocol):
    """An entailment scorer that can also be measured on plain pairs."""

    def pairs(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[Entailment]:
        """Judge `premises[i]` against `hypotheses[i]`, nobody speaking.

        Raises:
            ScorerError: The scorer could not judge.
        """


class PairRelevance(RelevanceScorer, Protocol):
    """A relevance scorer that can also be measured on rows with a query each."""

    def pairs(self, queries: Sequence[Query], statements: Sequence[str]) -> list[float]:
        """Return the probability in [0, 1] that `queries[i]` makes `statements[i]` active.

        Raises:
            ScorerError: The scorer could not judge.
        """


class NamedScorers(NamedTuple):
    """The two discriminators that a name stands for."""

    relevance: PairRelevance
    entailment: PairEntailment


def load_named_scorers(name: str = "builtin") -> NamedScorers:
    """Load the discriminators of that name.

    Args:
        name: One of the forms in `FORMS`.

    Raises:
        GuardError: The name has none of the forms, or leaves a part of one empty.
        WeightsError: What it names is missing, broken, or fails its probes.
        ModelError: The chat model of a judge cannot be loaded.
        MissingExtra: It needs a package that is not installed.
    """
    kind, _, rest = name.partition(":")
    if name == "builtin":
        return _exported(None)
    if kind in ("hf", "apc") and rest:
        entailment, named, relevance = rest.partition(RELEVANCE)
        if not entailment or (named and not relevance):
            raise GuardError(
                f"{name!r} leaves a name out: write {kind}:ENTAILMENT or "
                f"{kind}:ENTAILMENT{RELEVANCE}RELEVANCE"
            )
        return _hugging_face(kind, entailment, relevance)
    if kind == "judge" and rest:
        return _judge(rest)
    return _exported(_checked_folder(name))


def load_named_guard(
    name: str = "builtin", *, thresholds: Thresholds | None = None, exact: bool = False
) -> APCGuard:
    """Load the guard over the discriminators of that name.

    Args:
        name: One of the forms in `FORMS`.
        thresholds: What counts as a violation; None takes what a folder of weights suggests, and
            the defaults for all others, which nobody has set for them.
        exact: Judge every statement, however large the persona is.

    Raises:
        GuardError: As `load_named_scorers`, and so do its other errors.
    """
    if name == "builtin" or not _is_scheme(name):
        from guards.load import load_guard

        weights = None if name == "builtin" else _checked_folder(name)
        return load_guard(weights=weights, thresholds=thresholds, exact=exact)
    relevance, entailment = load_named_scorers(name)
    nearness = nearness_beside(relevance)
    if isinstance(nearness, WordNearness):
        nearness = BuiltinNearness()
    return APCGuard(relevance, entailment, thresholds=thresholds, nearness=nearness, exact=exact)


class BuiltinNearness:
    """Compares by the built-in vectors; they are loaded for the first large persona."""

    def nearness(
        self, character: str, texts: Sequence[str], statements: Sequence[Statement]
    ) -> NDArray[np.float32]:
        """As `guards.cascade.Nearness`.

        Raises:
            ScorerError: The built-in weights cannot be loaded, or failed.
        """
        try:
            vectors = self._vectors
        except WeightsError as error:
            raise ScorerError(f"the built-in vectors cannot be had: {error}") from error
        return vectors.nearness(character, texts, statements)

    @cached_property
    def _vectors(self) -> Nearness:
        return nearness_beside(_exported(None).relevance)


def _exported(folder: Path | None) -> NamedScorers:
    from guards.load import load_scorers

    found = load_scorers() if folder is None else load_scorers(folder)
    return NamedScorers(found.relevance, found.entailment)


def _hugging_face(kind: str, entailment: str, relevance: str) -> NamedScorers:
    from guards.huggingface import load_huggingface_entailment, load_huggingface_relevance
    from guards.wordings import as_apc_entailment, as_apc_relevance

    if kind == "hf":
        judge = load_huggingface_entailment(entailment)
        finder = load_huggingface_relevance(relevance) if relevance else None
    else:
        # The published checkpoints give their outputs no names.
        judge = load_huggingface_entailment(
            entailment, wording=as_apc_entailment, unnamed=NLI_LABELS
        )
        finder = (
            load_huggingface_relevance(
                relevance, wording=as_apc_relevance, unnamed=RELEVANCE_LABELS
            )
            if relevance
            else None
        )
    return NamedScorers(finder or _exported(None).relevance, judge)


def _judge(model_name: str) -> NamedScorers:
    from guards.judge import JudgeEntailment, JudgeRelevance
    from persona_sdk.models.catalog import load_model

    if model_name.startswith("hf:"):
        raise GuardError(
            f"{model_name!r} cannot judge: transformers does not hold a model to a JSON schema; "
            "use judge:gguf:PATH or judge:openai:MODEL@URL"
        )
    model = load_model(model_name)
    return NamedScorers(JudgeRelevance(model), JudgeEntailment(model))


def _is_scheme(name: str) -> bool:
    kind, _, rest = name.partition(":")
    return kind in ("hf", "apc", "judge") and bool(rest)


def _checked_folder(name: str) -> Path:
    # An empty path would be the folder that the program runs in.
    if name and (path := Path(os.path.expanduser(name))).is_dir():
        return path
    kinds = {form.partition(":")[0]: form for form in FORMS if form != "PATH"}
    close = difflib.get_close_matches(name.partition(":")[0].lower(), kinds, n=1, cutoff=0.6)
    hint = f" Did you mean {kinds[close[0]]}?" if close else ""
    raise GuardError(
        f"no discriminators are called {name!r}, and there is no such folder: a name is one of "
        f"{', '.join(FORMS)}.{hint}"
    )
