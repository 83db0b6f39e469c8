"""Soft labels: what a larger classifier makes of the rows that a student learns from."""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from guards.training.batches import Batch
from guards.training.loss import taught_loss
from guards.training.options import Distillation
from guards.training.record import read_record, sources
from guards.training.rows import Row
from persona_sdk.errors import TrainingError


class Teacher(Protocol):
    """Knows what a row's first half says of its second."""

    def logits(self, rows: Sequence[Row]) -> Tensor:
        """Return `(rows, 3)` in the order of `guards.config.NLI_LABELS`."""
        ...


class SoftLabels:
    """The loss of a student that has a teacher.

    Args:
        teacher: Is asked about each batch.
        distillation: Which teacher, and how much it counts.
        sha256: Digest of the teacher's files.
        sources: `all` if the teacher read rows under unknown licences; None if no record tells.
    """

    def __init__(
        self,
        teacher: Teacher,
        distillation: Distillation,
        sha256: str,
        sources: str | None = None,
    ) -> None:
        self._teacher = teacher
        self._distillation = distillation
        self._sha256 = sha256
        self._sources = sources

    def loss(self, logits: Tensor, batch: Batch) -> Tensor:
        """Return the loss of the student's `logits`, `(batch, 3)`, on the rows of `batch`.

        Raises:
            TrainingError: The teacher gave values that are no numbers.
        """
        taught = self._teacher.logits(batch.rows).to(logits.device)
        if not bool(taught.isfinite().all()):
            raise TrainingError(
                f"the teacher {self._distillation.teacher} gave values that are no numbers (NaN "
                "or infinite): the last checkpoint is sound, choose another teacher"
            )
        return taught_loss(
            logits,
            batch.nli,
            taught,
            weight=self._distillation.weight,
            temperature=self._distillation.temperature,
        )

    def told(self) -> dict[str, object]:
        """Return what the record of a run tells of it; no path of the machine."""
        return {
            "teacher": self._distillation.teacher.name,
            "teacher_sha256": self._sha256,
            "teacher_sources": self._sources,
            "weight": self._distillation.weight,
            "temperature": self._distillation.temperature,
        }


def load_soft_labels(distillation: Distillation) -> SoftLabels:
    """Load the teacher, on the GPU where there is one, and put probes to it.

    Raises:
        MissingExtra: torch or transformers is not installed.
        WeightsError: The folder holds no three-way classifier that can be read, its labels are
            not contradiction, neutral and entailment in some order, it fails the probes, or its
            record is broken.
    """
    from guards.training.classifier import load_teacher, weights_digest

    folder = distillation.teacher
    teacher, record = load_teacher(folder), read_record(folder)
    read = None if record is None else sources(record)
    return SoftLabels(teacher, distillation, weights_digest(folder), read)
