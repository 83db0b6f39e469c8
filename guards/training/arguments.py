"""The arguments that every training on the mixture takes."""

import argparse
from pathlib import Path
from typing import get_args

from guards.training.options import Options, Part
from guards.training.rows import Sources


def add_options(parser: argparse.ArgumentParser, defaults: Options) -> None:
    """Add what a student and a teacher share, under the names of `Options`."""
    parser.add_argument("--data", type=Path, default=defaults.data)
    parser.add_argument("--out", type=Path, default=defaults.out)
    parser.add_argument("--sources", choices=get_args(Sources), default=defaults.sources)
    parser.add_argument(
        "--without", nargs="*", choices=get_args(Part), default=(), help="parts left out"
    )
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    for name in ("seed", "batch", "threads"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    for name in ("minutes", "rate", "save_minutes"):
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=float, default=getattr(defaults, name))
