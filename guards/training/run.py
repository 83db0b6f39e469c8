"""One training run within a wall-clock budget.

The learning rate follows elapsed time, so that a busy machine ends with fewer steps, not with a
schedule cut short. The price: two runs of one seed read the same rows in the same order, but not
equally many of them. A run of a number of steps has no such price, if no minutes are set apart
for public rows.
"""

import copy
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import torch
from tokenizers import Tokenizer
from torch import nn

from guards.formats import FORMAT_VERSION
from guards.training.batches import Batch, by_length, collate
from guards.training.device import autocast, chance, set_chance
from guards.training.distil import SoftLabels, load_soft_labels
from guards.training.loss import partial_loss
from guards.training.network import START_PACKAGE, Discriminators
from guards.training.options import Options
from guards.training.record import RECORD, check_same, decisive, read_record
from guards.training.rows import Row
from persona_sdk.errors import RowError, TrainingError, WeightsError

POOL = 96
"""Batches drawn together and sorted by length, so that a batch holds pairs of like length."""

CHECKPOINT, TOKENIZER = "checkpoint.pt", "tokenizer.json"


class Rows(Protocol):
    """Where a run reads from."""

    def epoch(self, number: int, *, nli_only: bool) -> list[Row]:
        """Return the rows of an epoch, shuffled."""
        ...

    def sha256(self) -> str:
        """Return a digest of the files read."""
        ...


class Run:
    """Network, optimiser, averaged weights and the position in the data.

    Args:
        options: What decides the run.
        corpus: Gives the rows.
        net: Is trained in place, where it lies; called with ids, mask and types, it gives logits.
        tokenizer: Cuts pairs to length.
        report: Called every hundred steps, and with True when a checkpoint has been written.
        told: Entries of the record that the options do not tell.
        soft: What a teacher adds to the labels of the rows.
    """

    def __init__(
        self,
        options: Options,
        corpus: Rows,
        net: nn.Module,
        tokenizer: Tokenizer,
        report: "Report | None" = None,
        told: Mapping[str, object] | None = None,
        soft: SoftLabels | None = None,
    ) -> None:
        self.told = dict(told or {})
        self.soft = soft
        self.report = report or print_pace
        self.options = options
        self.corpus = corpus
        self.net = net
        self.tokenizer = tokenizer
        self.trained = trainable(net)
        self.device = self.trained[0].device
        self.average = [p.detach().clone() for p in self.trained]
        self.optimiser = torch.optim.AdamW(
            self.trained, lr=options.rate, weight_decay=0.01, fused=True
        )
        self.step = self.epoch = self.pool = self.group = 0
        self.elapsed = 0.0
        self.public_only = options.nli_minutes > 0
        self.losses: list[float] = []

    def train(self) -> None:
        """Run until the budget is spent, saving on the way and at the end."""
        saved = self.elapsed
        for _ in self._updates(self.options.steps):
            if self.elapsed - saved > self.options.save_minutes * 60:
                self.save()
                self.report(self, True)
                saved = self.elapsed
        self.save()
        self.report(self, True)

    def train_steps(self, steps: int) -> None:
        """Run for a number of updates, whatever the clock says; nothing is saved."""
        for _ in self._updates(steps):
            pass

    def smooth(self) -> nn.Module:
        """Return a copy of the network with its averaged weights."""
        net = copy.deepcopy(self.net)
        for parameter, value in zip(trainable(net), self.average, strict=True):
            parameter.data.copy_(value)
        net.eval()
        return net

    def save(self) -> None:
        """Write checkpoint and record, each in one rename: a kill leaves the former ones whole."""
        told = self.record()
        state = {
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "position": (self.step, self.epoch, self.pool, self.elapsed),
            "group": self.group,
            "public_only": self.public_only,
            "chance": chance(self.device),
            "decisive": decisive(told),
        }
        path = self.options.out / CHECKPOINT
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)
        record = self.options.out / RECORD
        text = json.dumps(told, indent=2) + "\n"
        record.with_suffix(".tmp").write_text(text, encoding="utf-8")
        record.with_suffix(".tmp").replace(record)

    def load(self) -> None:
        """Continue from the checkpoint in the output folder.

        Raises:
            TrainingError: It is of a run of other settings.
        """
        state = read_checkpoint(self.options.out)
        before = state.get("decisive", {"distillation": None})
        check_same(before, decisive(self.record()), self.options.out)
        self.net.load_state_dict(state["net"])
        self.average = [value.to(self.device) for value in state["average"]]
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.epoch, self.pool, self.elapsed = state["position"]
        self.group = state.get("group", 0)
        self.public_only = state.get("public_only", False)
        if "chance" in state:
            set_chance(state["chance"], self.device)

    def record(self) -> dict[str, object]:
        """Return what to keep about the run beside its weights."""
        counts = {
            "data": self.options.data.name,
            "out": self.options.out.name,
            "start": _earlier(self.options.start),
            "format_version": FORMAT_VERSION,
            "data_sha256": self.corpus.sha256(),
            "steps": self.step,
            "pairs": self.step * self.options.batch,
            "minutes_spent": round(self.elapsed / 60, 1),
            "distillation": self.soft.told() if self.soft else None,
        }
        return asdict(self.options) | counts | self.told

    def _done(self, steps: int | None) -> float:
        """Return the share of the budget that is spent, from 0."""
        return self.step / steps if steps else self.elapsed / (self.options.minutes * 60)

    def _updates(self, steps: int | None) -> Iterator[None]:
        """Yield after each update, until `steps` or else the minutes are spent."""
        started = time.monotonic() - self.elapsed
        batches = self._batches()
        while (done := self._done(steps)) < 1:
            self.losses.append(self._update(next(batches).to(self.device), done))
            self.elapsed = time.monotonic() - started
            if self.step % 100 == 0:
                self.report(self, False)
            yield

    def _update(self, batch: Batch, done: float) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.options.rate * rate_at(done)
        with autocast(self.device):
            logits = self.net(*batch.inputs)
        loss = self.soft.loss(logits, batch) if self.soft else partial_loss(logits, batch.nli)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        keep = min(0.999, self.step / (self.step + 10))
        torch._foreach_lerp_(self.average, [p.detach() for p in self.trained], 1 - keep)
        return float(loss.detach())

    def _batches(self) -> Iterator[Batch]:
        size, nli_seconds = self.options.batch, self.options.nli_minutes * 60
        while True:
            nli_only = self.elapsed < nli_seconds
            if (self.pool or self.group) and nli_only != self.public_only:
                # A run killed as the public rows ended: its pools are not those of a mixed epoch.
                self.epoch, self.pool, self.group = self.epoch + 1, 0, 0
            self.public_only = nli_only
            rows = self.corpus.epoch(self.epoch, nli_only=nli_only)
            if not rows:
                raise RowError(f"epoch {self.epoch} has no rows: leave fewer parts out")
            for number, start in enumerate(range(0, len(rows), size * POOL)):
                if number < self.pool:
                    continue
                seed = f"{self.options.seed}-{self.epoch}-{number}"
                groups = list(by_length(rows[start : start + size * POOL], size, seed))
                for group in groups[self.group :]:
                    self.group += 1
                    yield collate(self.tokenizer, group)
                self.pool, self.group = number + 1, 0
                if nli_only and self.elapsed >= nli_seconds:
                    break
            self.epoch, self.pool = self.epoch + 1, 0


Report = Callable[[Run, bool], object]


def print_pace(run: Run, saved: bool) -> None:
    """Print how far the run has come, if it has."""
    if not run.losses:
        return
    mean = sum(run.losses[-100:]) / len(run.losses[-100:])
    pace = run.step * run.options.batch / max(run.elapsed, 1e-9)
    print(
        f"{run.elapsed / 60:6.1f} min  step {run.step}  epoch {run.epoch}.{run.pool}  "
        f"loss {mean:.4f}  {pace:.0f} pairs/s",
        flush=True,
    )


def rate_at(done: float) -> float:
    """Return the share of the peak rate at `done` in [0, 1] of the budget: 3 % warm-up, linear."""
    return min(done / 0.03, 1.0) * max(1.0 - done, 0.0)


def trainable(net: nn.Module) -> list[nn.Parameter]:
    """Return the weights of `net` that are not frozen."""
    return [p for p in net.parameters() if p.requires_grad]


def _earlier(start: Path | None) -> object:
    """Return the record of the run that this one started from, to tell the whole descent."""
    if start is None:
        return START_PACKAGE
    return read_record(start) or start.name


def read_checkpoint(out: Path) -> dict[str, Any]:
    """Return the checkpoint in the folder `out`, its tensors on the CPU."""
    state: dict[str, Any] = torch.load(out / CHECKPOINT, weights_only=True, map_location="cpu")
    return state


def averaged(out: Path) -> Discriminators:
    """Return the network of a student's checkpoint with its averaged weights.

    Raises:
        WeightsError: The checkpoint is of a teacher.
    """
    state = read_checkpoint(out)
    layers = {name.split(".")[1] for name in state["net"] if name.startswith("layers.")}
    if not layers:
        raise WeightsError(
            f"{out} holds the run of a teacher: name one of guards.training.train or of "
            "persona guards train"
        )
    net = Discriminators(len(layers))
    net.load_state_dict(state["net"])
    for parameter, value in zip(trainable(net), state["average"], strict=True):
        parameter.data.copy_(value)
    net.eval()
    return net


def holds_run(out: Path, *, resume: bool) -> bool:
    """Return whether the folder `out` holds a run to go on with.

    Raises:
        TrainingError: It holds one that is not to be resumed.
    """
    begun = (out / CHECKPOINT).is_file()
    if begun and not resume:
        raise TrainingError(f"{out} holds a run: add --resume, or choose another --out")
    return begun


def run(
    options: Options,
    corpus: Rows,
    net: nn.Module,
    tokenizer: Tokenizer,
    report: Report | None = None,
    told: Mapping[str, object] | None = None,
) -> Run:
    """Train `net` on `corpus`; write checkpoint, tokenizer and record into `options.out`.

    Raises:
        RowError: The corpus has no rows.
        TrainingError: The folder holds a run that is not to be resumed, the run that is resumed
            had other settings, or the teacher gives no numbers.
        WeightsError: The teacher cannot be loaded.
    """
    goes_on = holds_run(options.out, resume=options.resume)
    soft = load_soft_labels(options.distillation) if options.distillation else None
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    training = Run(options, corpus, net, tokenizer, report, told, soft)
    if goes_on:
        training.load()
    tokenizer.save(str(options.out / TOKENIZER))
    training.train()
    return training
