"""The table of what a gate measures: name, task, direction and unit of each metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from persona_sdk.training.gate.values import Task

Better = Literal["higher", "lower", "neither"]

Unit = Literal["points", "share", "nats", "words", "tokens", "seconds", "drafts"]
"""`nats` are mean negative log-probabilities of a token: their exponential is a perplexity."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One number that is measured on an item."""

    name: str
    task: Task
    better: Better
    unit: Unit
    label: str
    """What a table calls it."""
    meaning: str


METRICS: tuple[Metric, ...] = (
    Metric(
        "delta_apc",
        "reply",
        "higher",
        "points",
        "ΔAPC",
        "what a single draft earns above an always-neutral reply (arXiv 2405.07726, eq. 6)",
    ),
    Metric(
        "hard_contradiction",
        "reply",
        "lower",
        "share",
        "hard contradictions",
        "single drafts that go against a hard statement",
    ),
    Metric(
        "contradiction",
        "reply",
        "lower",
        "share",
        "contradictions",
        "single drafts that go against any statement",
    ),
    Metric("passes", "reply", "higher", "share", "drafts that pass", "single drafts that pass"),
    Metric(
        "known_answer",
        "reply",
        "higher",
        "share",
        "known answers",
        "items with a known answer that are answered right",
    ),
    Metric(
        "repeated",
        "reply",
        "lower",
        "share",
        "repeated within",
        "runs of four words that stood earlier in the same draft",
    ),
    Metric(
        "looped",
        "reply",
        "lower",
        "share",
        "loops",
        "drafts that say the same words over and over in a row",
    ),
    Metric(
        "echoed",
        "reply",
        "lower",
        "share",
        "repeated between",
        "runs of four words, the persona's own apart, that other drafts of the character hold too",
    ),
    Metric(
        "retold",
        "reply",
        "neither",
        "share",
        "facts retold",
        "runs of four words of the persona's that other drafts of the character hold too",
    ),
    Metric(
        "reply_surprise",
        "reply",
        "lower",
        "nats",
        "perplexity of drafts",
        "how unlikely the plain base finds the draft behind the same prompt",
    ),
    Metric("words", "reply", "neither", "words", "words", "length of a draft"),
    Metric("tokens", "reply", "neither", "tokens", "tokens", "tokens of a draft"),
    Metric("seconds", "reply", "lower", "seconds", "s a draft", "to write and judge a draft"),
    Metric(
        "attempts",
        "reply",
        "lower",
        "drafts",
        "drafts with the guard",
        "drafts until one is shown or given up",
    ),
    Metric(
        "guarded_seconds",
        "reply",
        "lower",
        "seconds",
        "s with the guard",
        "for a whole reply, repairs included",
    ),
    Metric(
        "shown",
        "reply",
        "higher",
        "share",
        "shown with the guard",
        "replies in the model's own words that the guard lets through in the end",
    ),
    Metric(
        "chat_surprise",
        "chat",
        "lower",
        "nats",
        "perplexity of chat",
        "how unlikely the side finds fixed chats that nobody trained on",
    ),
    Metric(
        "ability",
        "ability",
        "higher",
        "share",
        "general ability",
        "fixed questions without a persona that are answered right",
    ),
    Metric("talk_delta_apc", "talk", "higher", "points", "ΔAPC in talk", "mean of a conversation"),
    Metric(
        "talk_hard_contradiction",
        "talk",
        "lower",
        "share",
        "hard contradictions in talk",
        "turns of a conversation that go against a hard statement",
    ),
    Metric(
        "talk_contradiction",
        "talk",
        "lower",
        "share",
        "contradictions in talk",
        "turns of a conversation that go against any statement",
    ),
    Metric(
        "talk_repeated",
        "talk",
        "lower",
        "share",
        "repeated in talk",
        "runs of four words that the character said before in the conversation",
    ),
)
"""In the order of the report; the first is the primary one unless the bars name another."""

_BY_NAME = {metric.name: metric for metric in METRICS}


def metric(name: str) -> Metric:
    """Return the metric of that name.

    Raises:
        ValueError: There is none.
    """
    if name not in _BY_NAME:
        raise ValueError(f"no metric is called {name!r}, there are: {', '.join(_BY_NAME)}")
    return _BY_NAME[name]
