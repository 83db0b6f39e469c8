"""Set temperatures and suggested thresholds: `python -m guards.training.calibrate`.

The entailment temperature is fitted on 3,000 rows of MultiNLI dev, faithful replies and planted
contradictions, that of relevance on synthetic and line-made questions. Chat comes from one half of
the validation personas, which also gives the thresholds. The paper's Alice rows are not read.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from guards.training import devsets, synthesize
from guards.training.export import write_config
from guards.training.persona_lines import PersonaText, relevance_pairs
from guards.training.rows import LABELS, Row
from guards.training.scorer import Floats, Scorer, pairs_of, softmax
from persona_sdk.sentences import split_segments

HARD_RATE, SOFT_RATE = 0.06, 0.02
"""Share of faithful replies that may reach the bar if every persona line were hard, or soft.

What the guard holds back is less: it reads a sentence only against the lines that it may touch.
"""

ABSTAIN = 0.05
"""Width of the band below each threshold that leaves a reply unscored."""

MNLI_ROWS, SYNTHETIC_ROWS = 3000, 1000
REPLIES = 1500

CHOSEN = (
    f"the least contradiction that at most {HARD_RATE:.1%} (hard) or {SOFT_RATE:.1%} (soft) of "
    f"{2 * REPLIES} faithful replies reach, whole or by sentence, against any line of their own "
    "persona; ConvAI2 validation and Synthetic-Persona-Chat valid, the "
    "half of the personas that the report leaves out"
)


def fit_temperature(logits: Floats, rows: list[Row], labels: list[str]) -> float:
    """Return the temperature in [0.5, 5] with the least loss on `rows`."""
    allowed = np.array([[name in LABELS[row.label] for name in labels] for row in rows])
    grid = np.geomspace(0.5, 5.0, 60)
    losses = [-np.log((softmax(logits / t) * allowed).sum(axis=1) + 1e-12).mean() for t in grid]
    return round(float(grid[int(np.argmin(losses))]), 3)


def worst_contradiction(scorer: Scorer, traffic: devsets.Traffic) -> Floats:
    """Return for each reply its highest contradiction: whole or by sentence, over all lines."""
    grouped = [
        [row for part in _parts(reply.text) for row in reply.rows_of(part)]
        for reply in traffic.replies
    ]
    rows = [row for group in grouped for row in group]
    scores = scorer.of("nli", "contradiction", pairs_of(rows))
    worst, start = [], 0
    for group in grouped:
        worst.append(scores[start : start + len(group)].max())
        start += len(group)
    return np.array(worst)


def _parts(text: str) -> list[str]:
    sentences = [segment.text for segment in split_segments(text) if segment.makes_claim]
    return list(dict.fromkeys([text, *sentences]))


def threshold_at(scores: Floats, rate: float) -> float:
    """Return the least two-digit threshold that at most `rate` of `scores` reach."""
    for step in range(50, 100):
        if np.mean(scores >= step / 100) <= rate:
            return step / 100
    return 0.99


def calibrate(data: Path, weights: Path) -> dict[str, object]:
    """Fit temperatures and thresholds, write them into `config.json`, return it."""
    config: dict[str, object] = json.loads((weights / "config.json").read_text("utf-8"))
    scorer = Scorer(weights)
    for head, rows in (("nli", _spoken(data)), ("relevance", _asked(data))):
        print(f"temperature of {head} on {len(rows)} rows", file=sys.stderr, flush=True)
        logits = scorer.logits(pairs_of(rows))[head]
        scorer.temperature[head] = fit_temperature(logits, rows, scorer.labels[head])
    config["temperature"] = scorer.temperature
    config["suggested_thresholds"] = _thresholds(data, scorer)
    config["thresholds_chosen"] = CHOSEN
    write_config(weights, config)
    return config


def _spoken(data: Path) -> list[Row]:
    """Return what the entailment head meets: plain pairs, faithful replies, planted denials.

    A faithful reply is known not to contradict; whether it expresses a line is not known.
    """
    clean = (devsets.convai2(data, 0, 400), devsets.synthetic_chat(data, 0, 400))
    faithful = [row for traffic in clean for reply in traffic.replies for row in reply.rows]
    planted = [row for reply in devsets.planted(data, 0).replies for row in reply.rows]
    rows = [replace(row, label="nc") for row in faithful]
    return [*devsets.mnli(data)[:MNLI_ROWS], *rows, *planted]


def _asked(data: Path) -> list[Row]:
    """Return synthetic questions, and questions made from validation lines."""
    lines = PersonaText(tuple(devsets.persona_lines(data, 0)), ())
    made = synthesize.relevance_pairs(1, SYNTHETIC_ROWS, "dev")
    return [*made, *relevance_pairs(1, SYNTHETIC_ROWS, lines, split="dev")]


def _thresholds(data: Path, scorer: Scorer) -> dict[str, float]:
    print("thresholds on clean chat", file=sys.stderr, flush=True)
    kinds = (devsets.convai2(data, 0, REPLIES), devsets.synthetic_chat(data, 0, REPLIES))
    worst = np.concatenate([worst_contradiction(scorer, traffic) for traffic in kinds])
    hard, soft = (threshold_at(worst, rate) for rate in (HARD_RATE, SOFT_RATE))
    return {
        "hard": hard,
        "soft": soft,
        "second_hit": round((hard + soft) / 2, 2),
        "abstain": ABSTAIN,
    }


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and calibrate."""
    parser = argparse.ArgumentParser(prog="guards.training.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("guards/weights"))
    options = parser.parse_args(arguments)
    try:
        config = calibrate(options.data, options.weights)
    except FileNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    chosen = {key: config[key] for key in ("temperature", "suggested_thresholds")}
    print(json.dumps(chosen, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
