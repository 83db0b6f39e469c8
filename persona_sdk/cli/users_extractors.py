"""Puts an extractor together from the options of `persona users extract`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from persona_sdk.protocols import EntailmentScorer
    from simulators.profiles.extraction import Extractor
    from simulators.profiles.log_values import LoggedConversation
    from simulators.profiles.traits import Norm

Method = Literal["rules", "llm", "plain"]

NO_SCORERS = "none"
"""Stands for no discriminators."""

NORM_PEOPLE = 100
"""People of a log from which their own use of words is the norm of traits."""


def load_extractor(
    by: Method, model: str, scorers: str, conversations: Sequence[LoggedConversation]
) -> Extractor:
    """Load what reads the profiles.

    Args:
        by: Rules, a model held to evidence, or a plain prompt.
        model: Name of the chat model; rules load none.
        scorers: Name of the discriminators, or `none`; a plain prompt is not checked.
        conversations: All that will be read: many people set the norms of traits.

    Raises:
        ModelError: The chat model cannot be loaded.
        GuardError: The discriminators cannot be loaded.
    """
    from simulators.profiles.extract_llm import ModelExtractor
    from simulators.profiles.extract_plain import PlainExtractor
    from simulators.profiles.extract_rules import RuleExtractor
    from simulators.profiles.extraction import Surface

    surface = Surface(_misspelt(), _norms(conversations))
    if by == "rules":
        return RuleExtractor(_scorer(scorers), surface)
    from persona_sdk.models.catalog import load_model

    chat = load_model(model)
    if by == "plain":
        return PlainExtractor(chat, surface)
    return ModelExtractor(chat, _scorer(scorers), surface)


def _scorer(name: str) -> EntailmentScorer | None:
    if name == NO_SCORERS:
        return None
    from guards.catalog import load_named_scorers

    return load_named_scorers(name).entailment


def _misspelt() -> Callable[[str], bool]:
    """Spell by the vocabulary of the shipped discriminators: the only word list there is."""
    import guards
    from simulators.profiles.spelling import Spelling, read_vocabulary

    tokenizer = Path(guards.__file__).parent / "weights" / "tokenizer.json"
    return Spelling(read_vocabulary(tokenizer)).misspelt


def _norms(conversations: Sequence[LoggedConversation]) -> Mapping[str, Norm] | None:
    from simulators.profiles.traits import FEWEST_WORDS, category_rates, measure_norms

    people = [one.said for one in conversations]
    counted = sum(category_rates(said)[1] >= FEWEST_WORDS for said in people)
    return measure_norms(people) if counted >= NORM_PEOPLE else None
