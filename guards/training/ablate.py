"""What each part of the mixture is worth: `python -m guards.training.ablate`.

From one earlier run, the network is trained on for the same number of steps with everything, then
with each part left out, and with everything and the rows of unknown licence: the price of clean
data. Steps, not minutes, so that a busy machine changes nothing. Scores are
those of the float network on development sets; the table is written after every run, and a
command that is run again goes on where it stopped. The file holds `settings`, what decides the
runs, and `scores`.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from guards.config import digest
from guards.metrics import auc
from guards.training.mixture import Corpus
from guards.training.options import Options, Part
from guards.training.report import devsets
from guards.training.rows import LABELS, Row
from guards.training.synthesize import claim_pairs, profiles, triples

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch.nn import Module

CHECKPOINT = "checkpoint.pt"
FULL = "nothing"
UNCLEARED = "nothing, rows of unknown licence added"
SEED = 17
ROWS = 1500
"""Rows of each generated set."""

Table = dict[str, dict[str, float]]


def ablate(options: Options, steps: int, path: Path) -> Table:
    """Return part left out -> set -> score in [0, 1], and keep the table in `path`.

    Args:
        options: Data, earlier run, folder for the runs, and seed; no minutes of public rows
            alone, for all runs would read the same.
        steps: Updates of each run, at least 1.
        path: JSON file; runs that it holds are not repeated.

    Raises:
        FileNotFoundError: The data or the earlier run is not there.
        ValueError: An option is out of its range, or `path` holds runs of other settings.
    """
    settings = _settings(options, steps)
    table = _read(path, settings)
    import torch

    from guards.training.batches import pair_tokenizer
    from guards.training.network import start_weights
    from guards.training.run import Run, averaged

    start = _start(options)
    torch.set_num_threads(options.threads)
    tokenizer = pair_tokenizer(start_weights() / "tokenizer.json")
    held_out = _sets(options.data)
    for what, own in _runs(options).items():
        if what in table:
            continue
        torch.manual_seed(own.seed)
        corpus = Corpus(own.data, own.sources, own.seed, own.without)
        run = Run(own, corpus, averaged(start), tokenizer)
        run.train_steps(steps)
        table[what] = {name: score(run.smooth(), tokenizer, rows) for name, rows in held_out}
        _write(path, settings, table)
        print(what, table[what], flush=True)
    return table


def _runs(options: Options) -> dict[str, Options]:
    """Return what each run leaves out or adds -> its options."""
    left_out = {part: replace(options, without=(part,)) for part in get_args(Part)}
    return {FULL: options, UNCLEARED: replace(options, sources="all"), **left_out}


def _start(options: Options) -> Path:
    if options.start is None:
        raise ValueError("start must be the folder of an earlier run, was: None")
    return options.start


def _settings(options: Options, steps: int) -> dict[str, object]:
    """Return what two runs must share to stand in one table."""
    if steps < 1:
        raise ValueError(f"steps must be at least 1, was: {steps}")
    if options.nli_minutes:
        raise ValueError(
            "nli_minutes must be 0: with public rows alone nothing is left out, was: "
            f"{options.nli_minutes:g}"
        )
    start = _start(options)
    return {
        "start": start.name,
        "start_sha256": digest(start / CHECKPOINT),
        "steps": steps,
        **{name: getattr(options, name) for name in ("seed", "batch", "rate", "sources")},
    }


def _read(path: Path, settings: dict[str, object]) -> Table:
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text("utf-8"))
    before = kept.get("settings", {})
    other = [name for name, value in settings.items() if before.get(name) != value]
    if other:
        told = ", ".join(f"{name} {before.get(name)} (now {settings[name]})" for name in other)
        raise ValueError(f"{path} holds runs of other settings: {told}; choose another --out")
    table: Table = kept["scores"]
    return table


def _write(path: Path, settings: dict[str, object], table: Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"settings": settings, "scores": table}, indent=2) + "\n"
    path.with_suffix(".tmp").write_text(text, encoding="utf-8")
    path.with_suffix(".tmp").replace(path)


def score(net: "Module", tokenizer: "Tokenizer", rows: list[Row]) -> float:
    """Return the accuracy on `rows`; the area under the curve where a label is partial."""
    from guards.training.batches import probabilities

    found = probabilities(net, tokenizer, rows, half=True)
    if any(len(LABELS[row.label]) > 1 for row in rows):
        return float(auc([row.label == "c" for row in rows], found[:, 0].tolist()) or 0.0)
    order = ("c", "n", "e")
    right = [order[int(p.argmax())] == row.label for p, row in zip(found, rows, strict=True)]
    return sum(right) / len(right)


def _sets(data: Path) -> list[tuple[str, list[Row]]]:
    return [
        ("MNLI matched dev", devsets.mnli(data)[::4]),
        ("DECODE dev (AUC)", devsets.decode(data)[::2]),
        ("synthetic dev", list(triples.nli_triples(SEED, ROWS, "dev", written=0.0))),
        ("written dev", list(triples.nli_triples(SEED, ROWS, "dev", written=1.0))),
        ("dense dev", list(profiles.profile_triples(SEED, ROWS // 3, "dev"))),
        ("written pairs dev (AUC)", list(claim_pairs.claim_pairs(SEED, ROWS, "dev"))),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and compare."""
    parser = argparse.ArgumentParser(prog="guards.training.ablate", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--start", type=Path, required=True, help="folder of an earlier run")
    parser.add_argument("--out", type=Path, default=Path("guards/weights/ablations.json"))
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    try:
        options = Options(
            given.data,
            given.out.parent,
            nli_minutes=0,
            seed=given.seed,
            start=given.start,
            rate=1e-4,
        )
        ablate(options, given.steps, given.out)
    except (FileNotFoundError, ImportError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
