"""Which output of a classifier means what: read from the names in its config, never by position."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guards.config import NLI_LABELS
from persona_sdk.errors import WeightsError

RELEVANCE_LABELS = ("irrelevant", "relevant")
"""Our order of the relevance outputs."""


def entailment_columns(names: Sequence[str], model: str) -> list[int]:
    """Return the positions of contradiction, neutral and entailment.

    Args:
        names: The labels in the order of the outputs, in any case and spelling.
        model: What the classifier is called, for the error.

    Raises:
        WeightsError: The names do not tell, or the classifier does not know all three.

    Example:
        >>> entailment_columns(["ENTAILMENT", "neutral", "Contradicted"], "mine")
        [2, 1, 0]
    """
    meanings = [_meaning(name, _NLI) for name in names]
    if sorted(meanings) == ["entailment", "not entailment"]:
        raise WeightsError(
            f"{model} tells {names[0]} from {names[1]} only: whether a reply contradicts a "
            "statement or leaves it open cannot be read off, so that a guard over it would pass "
            "every false reply; name a model with the labels entailment, neutral, contradiction"
        )
    return _columns(names, meanings, NLI_LABELS, model)


def relevance_columns(names: Sequence[str], model: str) -> list[int]:
    """Return the positions of irrelevant and relevant, which may be called no and yes.

    Raises:
        WeightsError: The names do not tell.

    Example:
        >>> relevance_columns(["yes", "no"], "mine")
        [1, 0]
    """
    return _columns(names, [_meaning(name, _RELEVANCE) for name in names], RELEVANCE_LABELS, model)


def says_nothing(names: Sequence[str]) -> bool:
    """Whether the labels are mere numbers, as in `LABEL_0`."""
    return all(_UNNAMED.fullmatch(name) for name in names)


def _columns(
    names: Sequence[str], meanings: Sequence[str], wanted: Sequence[str], model: str
) -> list[int]:
    if sorted(meanings) == sorted(wanted):
        return [meanings.index(label) for label in wanted]
    found = ", ".join(names)
    if says_nothing(names) and len(names) == len(wanted):
        raise WeightsError(
            f"the labels of {model} are called {found}, which says nothing: give "
            f"them in the order of its outputs, as labels={tuple(wanted)!r} in Python or as "
            "id2label in its config.json"
        )
    raise WeightsError(
        f"the labels of {model} must be {', '.join(wanted)} in some order, were: {found}; "
        "name a classifier that was trained for this"
    )


def _meaning(name: str, patterns: dict[str, str]) -> str:
    plain = re.sub(r"[^a-z]", "", name.lower())
    found = (label for label, pattern in patterns.items() if re.fullmatch(pattern, plain))
    return next(found, "")


_UNNAMED = re.compile(r"(?i)label_?\d+|\d+")
_NLI = {
    "contradiction": r"contradict\w*|c",
    "neutral": r"neutral\w*|n",
    "entailment": r"entail\w*|e",
    "not entailment": r"(?:not?|non)(?:entail\w*|true)",
}
_RELEVANCE = {"irrelevant": r"no|irrelevant|(?:not?|non)relevant", "relevant": r"yes|relevant"}
