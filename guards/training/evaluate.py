"""Score exported weights on every development set: `python -m guards.training.evaluate`.

Every figure stands beside the majority class, the hypothesis alone and word overlap.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from guards import baselines, metrics
from guards.apc import APCGuard
from guards.load import load_guard
from guards.training import devsets, profiles, synthesize
from guards.training.rows import Row, Task
from guards.training.scorer import Floats, Scorer, pairs_of
from persona_sdk.types import Conversation, Persona, Statement
from persona_sdk.words import content_words

Figures = dict[str, object]

SYNTHETIC_SEED, SYNTHETIC_ROWS = 2, 4500


LETTERS = {
    "contradiction": "c",
    "neutral": "n",
    "entailment": "e",
    "relevant": "yes",
    "irrelevant": "no",
}


def three_way(scorer: Scorer, rows: list[Row]) -> Figures:
    """Return accuracy, macro-F1, calibration error and confusion of whole NLI labels."""
    found = scorer.probabilities("nli", pairs_of(rows))
    labels, said = _labels(rows), _said(scorer, "nli", found)
    hits = [one == other for one, other in zip(labels, said, strict=True)]
    table = metrics.confusion(labels, said, rows="cne", columns="cne")
    return _beside(rows, said) | {
        "macro_f1": _round(metrics.macro_f1(labels, said)),
        "calibration_error": _round(metrics.expected_calibration_error(hits, found.max(axis=1))),
        "confusion_cne": table.tolist(),
    }


def contradiction(scorer: Scorer, rows: list[Row]) -> Figures:
    """Return how well contradictions are told from the rest (labels c and nc)."""
    scores = scorer.of("nli", "contradiction", pairs_of(rows))
    truth = [row.label == "c" for row in rows]
    said = ["c" if score >= 0.5 else "nc" for score in scores]
    return _beside(rows, said) | _ranked(truth, scores)


def relevance(scorer: Scorer, rows: list[Row]) -> Figures:
    """Return accuracy and area under the curve of the relevance head."""
    scores = scorer.of("relevance", "relevant", pairs_of(rows))
    said = ["yes" if score >= 0.5 else "no" for score in scores]
    return _beside(rows, said) | _ranked([row.label == "yes" for row in rows], scores)


def by_kind(scorer: Scorer, rows: list[Row]) -> Figures:
    """Return the accuracy of every phenomenon, with its number of rows."""
    head = rows[0].task
    said = _said(scorer, head, scorer.probabilities(head, pairs_of(rows)))
    table: dict[str, list[bool]] = {}
    for row, guess in zip(rows, said, strict=True):
        table.setdefault(f"{row.label}: {row.kind}", []).append(guess == row.label)
    return {kind: [_round(sum(h) / len(h)), len(h)] for kind, h in sorted(table.items())}


def expressed(scorer: Scorer, traffic: devsets.Traffic) -> Figures:
    """Return how entailment ranks lines annotated as expressed above the others.

    `word_overlap_auc` ranks them by the share of the line's content words that the text holds.
    """
    rows = [row for reply in traffic.replies for row in reply.rows]
    scores = scorer.of("nli", "entailment", pairs_of(rows))
    truth = [row.label == "e" for row in rows]
    shared = metrics.auc(truth, np.array([_shared_words(row) for row in rows]))
    return {
        "rows": len(rows),
        "expressed": sum(truth),
        "word_overlap_auc": None if shared is None else _round(shared),
    } | _ranked(truth, scores)


def _shared_words(row: Row) -> float:
    line = content_words(row.second)
    return len(line & content_words(row.first)) / max(len(line), 1)


def blocking(guard: APCGuard, data: Path, replies: int) -> Figures:
    """Return the share of faithful replies that the guard holds back, and of planted ones."""
    sets = {
        "convai2": devsets.convai2(data, 1, replies),
        "synthetic_persona_chat": devsets.synthetic_chat(data, 1, replies),
        "planted": devsets.planted(data, 1),
    }
    figures: Figures = {"held_back": "fail or unscored, at the suggested thresholds"}
    for name, traffic in sets.items():
        figures[name] = {"replies": len(traffic.replies)} | {
            kind: _held_back(guard, traffic, hard=kind == "hard") for kind in ("hard", "soft")
        }
    return figures


def _held_back(guard: APCGuard, traffic: devsets.Traffic, *, hard: bool) -> Figures:
    outcomes = []
    for reply in traffic.replies:
        statements = tuple(
            Statement(str(place), text, hard=hard) for place, text in enumerate(reply.statements)
        )
        talk = Conversation()
        for role, text in [*reply.history, ("user", reply.query)]:
            talk = talk.add("user" if role == "user" else "assistant", text)
        persona = Persona(devsets.NAME, statements)
        outcomes.append(guard.check(persona, talk, reply.text).outcome)
    return {name: _round(outcomes.count(name) / len(outcomes)) for name in ("fail", "unscored")}


def deviation(scorer: Scorer, other: Scorer, rows: list[Row]) -> Figures:
    """Return how far the int8 probabilities are from float32 on `rows`."""
    one, two = (s.probabilities("nli", pairs_of(rows)) for s in (scorer, other))
    return {
        "rows": len(rows),
        "mean_absolute": _round(float(np.abs(one - two).mean())),
        "largest": _round(float(np.abs(one - two).max())),
        "same_label": _round(float(np.mean(one.argmax(1) == two.argmax(1)))),
        "float_accuracy": _round(metrics.accuracy(_labels(rows), _said(other, "nli", two))),
    }


def evaluate(data: Path, weights: Path, *, replies: int, alice: bool, run: Path | None) -> Figures:
    """Return all figures; progress goes to standard error."""
    scorer = Scorer(weights)
    figures: Figures = {}

    def note(name: str, value: Figures) -> None:
        figures[name] = value
        print(f"{name}: {json.dumps(value)}", file=sys.stderr, flush=True)

    mnli = devsets.mnli(data)
    note("mnli_matched", three_way(scorer, mnli))
    note("decode", contradiction(scorer, devsets.decode(data)))
    made = list(synthesize.nli_triples(SYNTHETIC_SEED, SYNTHETIC_ROWS, "dev"))
    note("synthetic_nli", three_way(scorer, made))
    note("synthetic_nli_by_kind", by_kind(scorer, made))
    dense = list(profiles.profile_triples(SYNTHETIC_SEED, SYNTHETIC_ROWS // 5, "dev"))
    note("synthetic_profiles", three_way(scorer, dense))
    asked = list(synthesize.relevance_pairs(SYNTHETIC_SEED, SYNTHETIC_ROWS, "dev"))
    note("synthetic_relevance", relevance(scorer, asked))
    note("synthetic_relevance_by_kind", by_kind(scorer, asked))
    note("qnli", relevance(scorer, devsets.qnli(data)))
    note("convai2_expressed", expressed(scorer, devsets.convai2(data, 1, replies)))
    note("blocking", blocking(load_guard(weights=weights), data, replies))
    if run is not None:
        note("int8_against_float", deviation(scorer, _float(run, weights), mnli[:2000]))
    if alice:
        note("alice_nli", three_way(scorer, devsets.alice_nli(data)))
        note("alice_relevance", relevance(scorer, devsets.alice_relevance(data)))
    return figures


def _float(run: Path, weights: Path) -> Scorer:
    """Return the same network in float32, exported beside its checkpoint."""
    from guards.training.export import write_float
    from guards.training.run import averaged

    path = run / "float.onnx"
    write_float(averaged(run), path)
    return Scorer(weights, model=path)


def _beside(rows: list[Row], said: list[str]) -> Figures:
    labels = _labels(rows)
    firsts, seconds = [row.first for row in rows], [row.second for row in rows]
    rivals = {
        "majority": baselines.majority(labels),
        "hypothesis_only": baselines.hypothesis_only(seconds, labels),
        "word_overlap": baselines.word_overlap(firsts, seconds, labels),
    }
    scores = {"accuracy": said} | rivals
    return {"rows": len(rows)} | {
        name: _round(metrics.accuracy(labels, guess)) for name, guess in scores.items()
    }


def _ranked(truth: list[bool], scores: Floats) -> Figures:
    area = metrics.auc(truth, scores)
    recall = metrics.recall_at(truth, scores, false_rate=0.01)
    return {
        "auc": None if area is None else _round(area),
        "recall_at_1_percent_false": None if recall is None else _round(recall),
    }


def _labels(rows: list[Row]) -> list[str]:
    return [row.label for row in rows]


def _said(scorer: Scorer, head: Task, probabilities: Floats) -> list[str]:
    """Return the letter of each row's likeliest label."""
    names = [LETTERS[label] for label in scorer.labels[head]]
    return metrics.predicted_classes(probabilities, names)


def _round(value: float) -> float:
    return round(value, 4)


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and evaluate."""
    parser = argparse.ArgumentParser(prog="guards.training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("guards/weights"))
    parser.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    parser.add_argument("--replies", type=int, default=1500, help="clean replies of each kind")
    parser.add_argument("--no-alice", action="store_true", help="leave the paper's rows unseen")
    parser.add_argument("--run", type=Path, help="training folder, to compare with float32")
    options = parser.parse_args(arguments)
    try:
        figures = evaluate(
            options.data,
            options.weights,
            replies=options.replies,
            alice=not options.no_alice,
            run=options.run,
        )
    except FileNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    text = json.dumps(figures, indent=2) + "\n"
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
