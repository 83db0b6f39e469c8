"""Count the generated rows that differ from each other: `python -m guards.training.count`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from guards.training.mixture import ROWS, Corpus
from guards.training.train import DEFAULTS


class Count(NamedTuple):
    """What some epochs hold of a part of the mixture."""

    part: str
    rows: int
    distinct: int
    """Rows that differ in what was said before and in reply, in the statement, or in the label."""


def counts(corpus: Corpus, epochs: int) -> Iterator[Count]:
    """Yield the count of each generated part over `epochs` epochs, then that of all together."""
    everything: set[tuple[str, str, str]] = set()
    rows = 0
    for part in ROWS:
        made = [row for epoch in range(epochs) for row in corpus.made(part, epoch)]
        different = {(row.first, row.second, row.label) for row in made}
        yield Count(part, len(made), len(different))
        everything |= different
        rows += len(made)
    yield Count("all", rows, len(everything))


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and print one line a part."""
    parser = argparse.ArgumentParser(prog="guards.training.count", description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULTS.data)
    parser.add_argument("--seed", type=int, default=DEFAULTS.seed)
    parser.add_argument("--epochs", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        corpus = Corpus(options.data, "cleared", options.seed, without=("public",))
    except FileNotFoundError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for found in counts(corpus, options.epochs):
        print(f"{found.part:<10} {found.rows:>9,} rows {found.distinct:>9,} distinct", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
