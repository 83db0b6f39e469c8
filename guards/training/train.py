"""Train the entailment network within a wall-clock budget: `python -m guards.training.train`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from guards.training.arguments import add_options
from guards.training.mixture import Corpus
from guards.training.options import TEMPERATURE, WEIGHT, Distillation, Options
from persona_sdk.errors import PersonaSDKError

DEFAULTS = Options(data=Path("../shared/data"), out=Path("build/discriminators"))


def train(options: Options) -> None:
    """Train with `options`, from the MiniLM weights, an earlier run, or exported weights.

    Raises:
        FileNotFoundError: The data folder lacks a file.
        ImportError: The extra `train` is not installed.
        RowError: Every part is left out.
        TrainingError: The run that is resumed had other settings, or another teacher.
        WeightsError: The start or the teacher cannot be loaded.
    """
    corpus = Corpus(options.data, options.sources, options.seed, options.without)
    try:
        from guards.training.device import best_device
        from guards.training.run import run
        from guards.training.start import start_student
    except ImportError as error:
        raise ImportError(f"{error}; training needs pip install faithful-persona[train]") from error
    net, tokenizer, sha256 = start_student(options.start, options.seed)
    device = best_device()
    told = {"start_sha256": sha256}
    run(options, corpus, net.to(device).train(), tokenizer, told=told)


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and train."""
    try:
        train(_options(vars(_parser().parse_args(arguments))))
    except (FileNotFoundError, ImportError, PersonaSDKError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _options(given: dict[str, Any]) -> Options:
    teacher, weight, temperature = (
        given.pop(name) for name in ("teacher", "teacher_weight", "teacher_temperature")
    )
    lesson = Distillation(teacher, weight, temperature) if teacher else None
    return Options(**given | {"without": tuple(given["without"])}, distillation=lesson)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guards.training.train", description=__doc__)
    add_options(parser, DEFAULTS)
    parser.add_argument(
        "--start", type=Path, help="folder of an earlier run or of exported weights"
    )
    parser.add_argument("--nli-minutes", type=float, default=DEFAULTS.nli_minutes)
    parser.add_argument("--teacher", type=Path, help="folder of a classifier to distil")
    parser.add_argument("--teacher-weight", type=float, default=WEIGHT, help="of its labels")
    parser.add_argument("--teacher-temperature", type=float, default=TEMPERATURE)
    return parser


if __name__ == "__main__":
    sys.exit(main())
