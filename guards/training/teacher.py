"""Train a teacher on the rows of the student: `python -m guards.training.teacher`.

Any encoder of transformers that lies in a folder becomes a three-way classifier, such as
all-mpnet-base-v2, which `python -m guards.training.mpnet` unpacks. It is meant for a GPU; a CPU
runs it too, slowly. `python -m guards.training.train --teacher OUT` distils it.
"""

import argparse
import sys
from pathlib import Path

from guards.training.arguments import add_options
from guards.training.mixture import Corpus
from guards.training.options import Options
from persona_sdk.errors import PersonaSDKError, TrainingError

DEFAULTS = Options(
    data=Path("../shared/data"),
    out=Path("build/teacher"),
    minutes=60,
    nli_minutes=0,
    # Of the batches and rates that Devlin et al. 2019 (arXiv 1810.04805, appendix A.3) tune over.
    batch=32,
    rate=3e-5,
)


def train_teacher(options: Options) -> None:
    """Train from `options.start`; write classifier, tokenizer, record and checkpoint.

    Raises:
        FileNotFoundError: The data folder lacks a file.
        ImportError: The extra `train` is not installed.
        RowError: Every part is left out.
        TrainingError: `options.out` holds a run that is not resumed, one of other settings, or a
            model without a checkpoint.
        WeightsError: The start cannot be read.
    """
    if options.start is None:
        raise ValueError("start must be the folder of an encoder, was: None")
    corpus = Corpus(options.data, options.sources, options.seed, options.without)
    try:
        from guards.training.classifier import (
            Start,
            pair_reader,
            save_classifier,
            start_classifier,
            weights_digest,
        )
        from guards.training.device import best_device
        from guards.training.run import CHECKPOINT, run
    except ImportError as error:
        raise ImportError(f"{error}; training needs pip install faithful-persona[train]") from error
    if (options.out / "config.json").is_file() and not (options.out / CHECKPOINT).is_file():
        raise TrainingError(
            f"{options.out} holds a model and no {CHECKPOINT} to go on from: choose another --out"
        )
    net, tokenizer = start_classifier(options.start, options.seed)
    device = best_device()
    training = run(
        options,
        corpus,
        net.to(device).train(),
        pair_reader(tokenizer, options.start),
        told={"start_sha256": weights_digest(options.start), "device": device.type},
    )
    save_classifier(Start(training.smooth(), tokenizer), options.out)


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and train."""
    try:
        given = vars(_parser().parse_args(arguments))
        options = Options(nli_minutes=0, **given | {"without": tuple(given["without"])})
        train_teacher(options)
    except (FileNotFoundError, ImportError, PersonaSDKError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{options.out}: python -m guards.training.train --teacher {options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guards.training.teacher", description=__doc__)
    add_options(parser, DEFAULTS)
    parser.add_argument("--start", type=Path, required=True, help="folder of an encoder")
    parser.add_argument("--steps", type=int, help="updates to make, instead of --minutes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
