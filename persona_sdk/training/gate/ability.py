"""General ability: fixed questions without a persona, answered by choice or word for word."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import fmean

from persona_sdk.protocols import ChatModel
from persona_sdk.training.gate.likelihood import Likelihood
from persona_sdk.types import GenerationOptions, Turn

FOLDER = files("persona_sdk.training.gate")


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answer."""

    kind: str
    """`arithmetic`, `opposites`, `facts`, `common sense`, `sentiment` or `format`."""
    ask: str
    right: str
    wrong: tuple[str, ...] = ()
    """Answers to choose from beside the right one; without any, the reply is read word for word."""


@cache
def questions() -> tuple[Question, ...]:
    """Return the fixed set, in the order of its file.

    Example:
        >>> len(questions())
        240
    """
    rows = tomllib.loads((FOLDER / "ability.toml").read_text(encoding="utf-8"))["question"]
    return tuple(Question(**{**row, "wrong": tuple(row.get("wrong", ()))}) for row in rows)


def chosen(likelihood: Likelihood, question: Question) -> str:
    """Return the answer that the model finds likeliest, by the mean over its tokens.

    Raises:
        ModelError: The engine failed.
    """
    asked = [Turn("user", question.ask)]
    # The first of equals is taken: a model without a preference may not be right by that.
    answers = (*question.wrong, question.right)
    return max(answers, key=lambda answer: fmean(likelihood.log_likelihood(asked, answer)))


def written(model: ChatModel, question: Question) -> str:
    """Return the likeliest reply.

    Raises:
        ModelError: The engine failed.
    """
    options = GenerationOptions(temperature=0.0, max_tokens=_MOST_TOKENS, seed=0)
    return model.generate([Turn("user", question.ask)], options=options)[0].text


def is_right(question: Question, answer: str) -> bool:
    """Whether an answer is the right one; case, spaces and stops around it do not matter."""
    return _bare(answer) == _bare(question.right)


def _bare(text: str) -> str:
    return " ".join(text.lower().split()).strip(".!\"' ")


_MOST_TOKENS = 24
