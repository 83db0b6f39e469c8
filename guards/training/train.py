"""Train both heads within a wall-clock budget: `python -m guards.training.train`."""

import argparse
import sys
from pathlib import Path
from typing import get_args

from guards.training.mixture import Corpus
from guards.training.options import Options
from guards.training.rows import Sources

DEFAULTS = Options(data=Path("../shared/data"), out=Path("build/discriminators"))


def train(options: Options) -> None:
    """Start from the MiniLM weights and train with `options`.

    Raises:
        FileNotFoundError: The data folder lacks a file.
        ImportError: The extra `train` is not installed.
    """
    corpus = Corpus(options.data, options.sources, options.seed)
    try:
        from guards.training.batches import pair_tokenizer
        from guards.training.network import from_start, start_weights
        from guards.training.run import run
    except ImportError as error:
        raise ImportError(f"{error}; training needs pip install faithful-persona[train]") from error
    start = start_weights()
    run(options, corpus, from_start(start, options.seed), pair_tokenizer(start / "tokenizer.json"))


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line and train."""
    try:
        train(Options(**vars(_parser().parse_args(arguments))))
    except (FileNotFoundError, ImportError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guards.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULTS.data)
    parser.add_argument("--out", type=Path, default=DEFAULTS.out)
    parser.add_argument("--sources", choices=get_args(Sources), default=DEFAULTS.sources)
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    for name in ("seed", "batch", "threads"):
        parser.add_argument(f"--{name}", type=int, default=getattr(DEFAULTS, name))
    for name in ("minutes", "nli_minutes", "rate", "save_minutes"):
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=float, default=getattr(DEFAULTS, name))
    return parser


if __name__ == "__main__":
    sys.exit(main())
