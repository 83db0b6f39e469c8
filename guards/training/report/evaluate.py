"""Every reported figure of a folder of weights, beside the baselines that it must beat.

`persona guards eval` runs it. Scores are kept by weights and rows, where the guard's own rules
have a part by these too, so that a killed run goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from guards import metrics
from guards.apc import APCGuard
from guards.decision import Thresholds
from guards.scripted import WordEntailment, WordRelevance
from guards.training.report import devsets, traffic
from guards.training.report.figures import (
    Figures,
    judged_entailment,
    judged_relevance,
    ranked,
    rounded,
)
from guards.training.report.frozen import Frozen
from guards.training.report.kept import Kept, fingerprint
from guards.training.report.report_sets import (
    NAMES,
    REPLIES,
    ROW_SETS,
    TRAFFIC_SETS,
    Kind,
    RowSet,
    TrafficSet,
)
from guards.training.report.rules import rules_digest
from guards.training.rows import Row, Task
from guards.training.scorer import (
    EntailmentPairs,
    Floats,
    RelevancePairs,
    Watch,
    entailments,
    relevances,
)


@dataclass(frozen=True, slots=True)
class Judges:
    """What is evaluated."""

    identity: str
    """Changes with the weights and their settings: scores are kept under it."""
    entailment: EntailmentPairs
    relevance: RelevancePairs
    guard: APCGuard


class Evaluation:
    """Scores sets of rows and of replies one by one.

    Args:
        judges: What is evaluated.
        kept: Where scores are kept between runs.
        watch: Shows the progress of each set.
        frozen: The frozen-embedding baseline; None leaves it out.
    """

    def __init__(self, judges: Judges, kept: Kept, watch: Watch, frozen: Frozen | None) -> None:
        self._judges = judges
        self._kept = kept
        self._watch = watch
        self._frozen = frozen

    def entailment(self, title: str, rows: Sequence[Row]) -> Floats:
        """Return probabilities of contradiction, neutral and entailment, `(rows, 3)`."""

        def compute() -> Floats:
            with self._watch(title, total=len(rows)) as advance:
                return entailments(self._judges.entailment, rows, advance)

        return self._through("nli", rows, compute)

    def relevance(self, title: str, rows: Sequence[Row]) -> Floats:
        """Return the probability that the query makes the statement active, `(rows,)`."""

        def compute() -> Floats:
            with self._watch(title, total=len(rows)) as advance:
                return relevances(self._judges.relevance, rows, advance)

        return self._through(f"relevance {rules_digest()}", rows, compute)

    def rows(self, one: RowSet, rows: Sequence[Row]) -> Figures:
        """Return the figures of a set of pairs."""
        if one.kind == "relevance":
            scores = self.relevance(one.title, rows)
            cosines = list(self._frozen.cosines(rows)) if self._frozen else None
            return judged_relevance(rows, scores, cosines, phenomena=one.with_phenomena)
        found = self.entailment(one.title, rows)
        if one.kind == "expressed":
            return self._expressed(rows, found)
        said = self._frozen.labels(rows) if self._frozen else None
        return judged_entailment(rows, found, said, phenomena=one.with_phenomena)

    def _expressed(self, rows: Sequence[Row], found: Floats) -> Figures:
        figures = ranked([row.label == "e" for row in rows], found[:, 2])
        beside = {"word_overlap_auc": traffic.shared_words(rows)}
        if self._frozen:
            beside["frozen_embedding_auc"] = self._frozen.cosines(rows)
        truth = [row.label == "e" for row in rows]
        return (
            {"rows": len(rows), "expressed": sum(truth)}
            | figures
            | {name: rounded(metrics.auc(truth, scores)) for name, scores in beside.items()}
        )

    def replies(self, one: TrafficSet, replies: Sequence[devsets.Reply]) -> Figures:
        """Return the shares of replies that the guard fails and leaves unscored."""

        def compute() -> Floats:
            with self._watch(one.title, total=len(replies)) as advance:
                return traffic.measured(self._judges.guard, replies, advance)

        rows = [row for reply in replies for row in reply.rows]
        lines = self._through(f"guard {rules_digest()}", rows, compute)
        words = APCGuard(WordRelevance(), WordEntailment())
        by_words = traffic.measured(words, replies, lambda done: None)
        by_vectors = self._by_frozen_vectors(one.title, replies, rows)
        bars = self._judges.guard.thresholds
        beside = {"word_overlap": by_words, "frozen_embedding": by_vectors}
        return {
            "replies": len(replies),
            "soft": _shares(lines, len(replies), bars),
            "hard": _shares(lines, len(replies), bars, hard=True),
        } | {
            name: _shares(found, len(replies), Thresholds())
            for name, found in beside.items()
            if found is not None
        }

    def _by_frozen_vectors(
        self, title: str, replies: Sequence[devsets.Reply], rows: Sequence[Row]
    ) -> Floats | None:
        """Return what a guard over the frozen head measures; None where there is no such head."""
        entailment = self._frozen.entailment() if self._frozen else None
        if self._frozen is None or entailment is None:
            return None
        guard = APCGuard(WordRelevance(), entailment)

        def compute() -> Floats:
            with self._watch(f"{title}, frozen vectors", total=len(replies)) as advance:
                return traffic.measured(guard, replies, advance)

        origin = [self._frozen.identity, f"guard {rules_digest()}", fingerprint(rows)]
        return self._kept.through(origin, compute)

    def _through(self, task: str, rows: Sequence[Row], compute: Callable[[], Floats]) -> Floats:
        return self._kept.through([self._judges.identity, task, fingerprint(rows)], compute)


class Evaluated(NamedTuple):
    """What was measured."""

    sets: dict[str, Figures]
    left_out: dict[str, str]
    """Names of sets to the reason why they were not measured."""


def evaluate(
    evaluation: Evaluation,
    data: Path,
    *,
    sets: Sequence[str] = NAMES,
    replies: int = REPLIES,
    own: Sequence[Row] = (),
) -> Evaluated:
    """Return the figures of each set, and why a set was left out.

    Args:
        evaluation: Scores the sets.
        data: The data folder; a set whose file is missing is left out.
        sets: Names out of `report_sets.NAMES`.
        replies: Faithful replies of each kind.
        own: Labelled rows from elsewhere, reported as sets of their own.
    """
    tasks: dict[str, Callable[[], Figures | None]] = {}
    for one in ROW_SETS:
        tasks[one.name] = partial(_rows, evaluation, one, data, replies)
    for part in TRAFFIC_SETS:
        tasks[part.name] = partial(_replies, evaluation, part, data, replies)
    found: dict[str, Figures] = {}
    left_out: dict[str, str] = {}
    for name in sets:
        try:
            figures = tasks[name]()
            if figures is None:
                left_out[name] = "the data folder holds no rows of it"
            else:
                found[name] = figures
        except FileNotFoundError as error:
            left_out[name] = (
                str(error) if error.filename is None else f"no file {Path(error.filename).name}"
            )
    return Evaluated(found | _own(evaluation, own), left_out)


def _own(evaluation: Evaluation, rows: Sequence[Row]) -> dict[str, Figures]:
    kinds: dict[Task, Kind] = {"nli": "entailment", "relevance": "relevance"}
    found = {}
    for task, kind in kinds.items():
        mine = [row for row in rows if row.task == task]
        if mine:
            one = RowSet(f"own_{kind}", f"own rows, {kind}", kind, lambda d, n: [])
            found[one.name] = {"title": one.title} | evaluation.rows(one, mine)
    return found


def _rows(evaluation: Evaluation, one: RowSet, data: Path, replies: int) -> Figures | None:
    rows = one.rows(data, replies)
    aim: Figures = {} if one.aim is None else {"aim": one.aim}
    if not rows:
        return None
    figures = dict(evaluation.rows(one, rows))
    if one.fits_temperature:
        figures.pop("calibration_error", None)
    return {"title": one.title, **aim, **figures}


def _replies(evaluation: Evaluation, one: TrafficSet, data: Path, replies: int) -> Figures | None:
    said = one.replies(data, replies).replies
    about: Figures = {"title": one.title, "aim": one.aim, "planted": one.planted}
    return about | evaluation.replies(one, said) if said else None


def _shares(lines: Floats, replies: int, bars: Thresholds, *, hard: bool = False) -> Figures:
    said = traffic.outcomes(lines, replies, bars, hard=hard)
    failed = said.count("fail")
    low, high = metrics.wilson(failed, replies)
    return {
        "fail": rounded(failed / replies),
        "fail_95_percent": [rounded(low), rounded(high)],
        "unscored": rounded(said.count("unscored") / replies),
    }
