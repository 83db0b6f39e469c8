"""What decides a training run."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guards.training.rows import Sources

Part = Literal["public", "synthetic", "quantities", "profiles", "lives", "lines", "pairs"]
"""Parts of the training mixture; see `guards.training.mixture`."""


WEIGHT, TEMPERATURE = 0.8, 2.5
"""Of soft labels. Hinton et al. 2015 (arXiv 1503.02531) generally found a much lower weight of the
hard labels best (section 2), and on MNIST 2.5 to 4 better than other temperatures for a student of
30 units a layer (section 3). That this holds for three labels, and that its lower end suits them,
is our guess: no run of ours has compared others."""


@dataclass(frozen=True, slots=True)
class Distillation:
    """A teacher whose soft labels a student learns beside the labels of its rows."""

    teacher: Path
    """Folder of a three-way sequence classifier of transformers."""
    weight: float = WEIGHT
    """Of the soft labels, in (0, 1]; the labels of the rows have the rest."""
    temperature: float = TEMPERATURE
    """That softens teacher and student, above 0."""

    def __post_init__(self) -> None:
        if not 0 < self.weight <= 1:
            raise ValueError(f"teacher weight must be in (0, 1], was: {self.weight:g}")
        if not (self.temperature > 0 and math.isfinite(self.temperature)):
            raise ValueError(
                f"teacher temperature must be above 0 and finite, was: {self.temperature:g}"
            )


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a run of `guards.training.run`, saved beside the weights."""

    data: Path
    out: Path
    minutes: float = 200
    """Wall-clock budget; the learning rate falls to zero over it."""
    nli_minutes: float = 20
    """The first minutes use the public NLI rows alone."""
    seed: int = 17
    sources: Sources = "cleared"
    without: tuple[Part, ...] = ()
    """Parts of the mixture left out, for ablations."""
    start: Path | None = None
    """Folder of an earlier run to start from; None starts from the MiniLM weights."""
    batch: int = 48
    rate: float = 2e-4
    """Peak learning rate."""
    save_minutes: float = 4
    threads: int = 2
    resume: bool = False
    steps: int | None = None
    """End after so many updates instead of after `minutes`; the learning rate follows them."""
    distillation: Distillation | None = None
    """A teacher to learn from; None learns from the labels of the rows alone."""

    def __post_init__(self) -> None:
        for name in ("minutes", "batch", "rate", "save_minutes", "threads"):
            value = float(getattr(self, name))
            if not (value > 0 and math.isfinite(value)):
                raise ValueError(f"{name} must be above 0 and finite, was: {value:g}")
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"steps must be at least 1, was: {self.steps}")
        if not (self.nli_minutes >= 0 and math.isfinite(self.nli_minutes)):
            raise ValueError(
                f"nli_minutes must be at least 0 and finite, was: {self.nli_minutes:g}"
            )
