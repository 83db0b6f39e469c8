"""The sets that are reported, by name: where their rows come from and what is aimed at."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from guards.training.report import devsets
from guards.training.rows import Row
from guards.training.synthesize import (
    asking,
    claim_pairs,
    life_triples,
    profiles,
    quantities,
    triples,
)

Kind = Literal["entailment", "contradiction", "relevance", "expressed"]

SYNTHETIC_SEED, SYNTHETIC_ROWS, PART_ROWS = 2, 4500, 900
REPLIES = 1000
"""Faithful replies of each kind that are read."""

CHOOSING_HALF, REPORTED_HALF = 0, 1
"""Halves of the validation personas: one is for calibration, the other is reported."""

CALIBRATION_ROWS = 3000
"""First rows of MultiNLI dev: they fit a temperature, so no calibration is reported on them."""

DECODE_AIM_TRAINED = 0.93
"""Aimed at on DECODE where its training rows, whose terms nobody has found, were read."""


@dataclass(frozen=True, slots=True)
class RowSet:
    """Labelled pairs."""

    name: str
    title: str
    kind: Kind
    rows: Callable[[Path, int], list[Row]]
    """From the data folder and a number of replies."""
    aim: float | None = None
    """Accuracy aimed at, in [0, 1]; of `expressed` the area under the curve."""
    with_phenomena: bool = False
    fits_temperature: bool = False
    """Its rows set a temperature: no calibration error is reported on them."""


@dataclass(frozen=True, slots=True)
class TrafficSet:
    """Replies that the whole guard reads."""

    name: str
    title: str
    replies: Callable[[Path, int], devsets.Traffic]
    aim: float
    """Share of replies that should fail with soft statements: at most, if planted at least."""
    planted: bool = False


@cache
def synthetic_nli() -> list[Row]:
    """Return exchanges made from lists of facts and phrases."""
    return list(triples.nli_triples(SYNTHETIC_SEED, SYNTHETIC_ROWS, "dev", written=0.0))


@cache
def synthetic_relevance() -> list[Row]:
    """Return synthetic questions."""
    return list(asking.relevance_pairs(SYNTHETIC_SEED, SYNTHETIC_ROWS, "dev"))


def _written(data: Path, replies: int) -> list[Row]:
    return list(triples.nli_triples(SYNTHETIC_SEED, SYNTHETIC_ROWS, "dev", written=1.0))


def _dense(data: Path, replies: int) -> list[Row]:
    return list(profiles.profile_triples(SYNTHETIC_SEED, PART_ROWS, "dev"))


def _lives(data: Path, replies: int) -> list[Row]:
    return list(life_triples.life_triples(SYNTHETIC_SEED, 2 * PART_ROWS, "dev"))


def _quantities(data: Path, replies: int) -> list[Row]:
    return list(quantities.quantity_triples(SYNTHETIC_SEED, 2 * PART_ROWS, "dev"))


def _pairs(data: Path, replies: int) -> list[Row]:
    return list(claim_pairs.claim_pairs(SYNTHETIC_SEED, 2 * PART_ROWS, "dev"))


def _expressed(data: Path, replies: int) -> list[Row]:
    traffic = devsets.convai2(data, REPORTED_HALF, replies)
    return [row for reply in traffic.replies for row in reply.rows]


ROW_SETS = (
    RowSet(
        "mnli_matched",
        "MNLI matched dev",
        "entailment",
        lambda d, n: devsets.mnli(d),
        aim=0.76,
        fits_temperature=True,
    ),
    RowSet(
        "decode",
        "DECODE dev, contradiction or not",
        "contradiction",
        lambda d, n: devsets.decode(d),
        aim=0.82,
    ),
    RowSet(
        "convai2_expressed",
        "ConvAI2 valid, line expressed or not (AUC)",
        "expressed",
        _expressed,
        aim=0.97,
    ),
    RowSet(
        "synthetic_nli",
        "synthetic dev, unseen phrases, values and names",
        "entailment",
        lambda d, n: synthetic_nli(),
        aim=0.92,
        with_phenomena=True,
    ),
    RowSet(
        "written_nli",
        "written dev, facts that training never saw, by another writer",
        "entailment",
        _written,
        aim=0.92,
        with_phenomena=True,
    ),
    RowSet(
        "synthetic_profiles",
        "synthetic dev, dense statements, unseen values",
        "entailment",
        _dense,
        aim=0.92,
    ),
    RowSet(
        "synthetic_lives",
        "lives dev, facts of one person, near each other, by another writer",
        "entailment",
        _lives,
        aim=0.92,
        with_phenomena=True,
    ),
    RowSet(
        "synthetic_quantities",
        "synthetic dev, numbers, times, amounts, hedges",
        "entailment",
        _quantities,
        aim=0.92,
        with_phenomena=True,
    ),
    RowSet(
        "synthetic_pairs",
        "synthetic dev, two utterances of one speaker",
        "entailment",
        _pairs,
        aim=0.92,
        with_phenomena=True,
    ),
    RowSet(
        "synthetic_relevance",
        "synthetic dev, relevance",
        "relevance",
        lambda d, n: synthetic_relevance(),
        aim=0.92,
        with_phenomena=True,
    ),
    RowSet("qnli", "QNLI dev as relevance", "relevance", lambda d, n: devsets.qnli(d)),
    RowSet(
        "alice_nli",
        "the paper's Alice, NLI",
        "entailment",
        lambda d, n: devsets.alice_nli(d),
        aim=0.85,
    ),
    RowSet(
        "alice_relevance",
        "the paper's Alice, relevance",
        "relevance",
        lambda d, n: devsets.alice_relevance(d),
        aim=0.88,
    ),
)

TRAFFIC_SETS = (
    TrafficSet(
        "faithful_convai2",
        "ConvAI2 valid, people's replies to their own persona",
        lambda d, n: devsets.convai2(d, REPORTED_HALF, n),
        aim=0.02,
    ),
    TrafficSet(
        "faithful_synthetic_chat",
        "Synthetic-Persona-Chat valid, the same",
        lambda d, n: devsets.synthetic_chat(d, REPORTED_HALF, n),
        aim=0.02,
    ),
    TrafficSet(
        "planted",
        "planted: a persona line denied, or its value changed",
        lambda d, n: devsets.planted(d, REPORTED_HALF),
        aim=0.90,
        planted=True,
    ),
    TrafficSet(
        "lives_told",
        "fourteen people of lives dev, telling facts of their own",
        lambda d, n: devsets.told_lives(),
        aim=0.02,
    ),
    TrafficSet(
        "lives_denied",
        "fourteen people of lives dev, denying one of their facts",
        lambda d, n: devsets.denied_lives(),
        aim=0.90,
        planted=True,
    ),
)

NAMES = tuple(one.name for one in (*ROW_SETS, *TRAFFIC_SETS))


def chosen(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return `names`, or all if there are none.

    Raises:
        ValueError: A name is unknown.
    """
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise ValueError(f"no set {unknown[0]!r}, there are: {', '.join(NAMES)}")
    return names or NAMES
