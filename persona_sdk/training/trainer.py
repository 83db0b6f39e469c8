"""What both of TRL's trainers are changed in: order, schedule, budget, reports, checkpoints."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch.optim.lr_scheduler import LambdaLR
from transformers import (
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.trainer_callback import ExportableState

from persona_sdk.errors import TrainingError
from persona_sdk.training.best import KeepBest
from persona_sdk.training.row_order import LikeLengths
from persona_sdk.training.settings import Settings


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training has come, as callbacks are told."""

    step: int
    steps: int
    """Steps of the optimiser, done and planned."""
    epoch: float
    minutes: float
    """Wall-clock minutes of training, those before a resume included."""
    minutes_left: float
    tokens_per_second: float
    figures: dict[str, float]
    """Means since the last report: `loss`, `learning_rate`, and for pairs `rewards/margins`,
    `rewards/accuracies`; `dev_loss` is the last one taken."""


_NOT_COMPUTED = ("entropy", "logits/chosen", "logits/rejected")

Report = Callable[[Progress], None]
"""Is told how a training goes on."""


class Watch(TrainerCallback, ExportableState):  # type: ignore[misc]
    """Keeps the time: reports, asks for checkpoints, and ends a training with its budget."""

    def __init__(self, settings: Settings, report: Report | None, earlier: float = 0.0) -> None:
        self._settings = settings
        self._report = report
        self._earlier = earlier
        self._begin = time.monotonic()
        self._saved = self._begin
        self._reported = (self._begin, 0.0)
        self._first_step = 0
        self._dev: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of training, those before a resume included."""
        return self._earlier + time.monotonic() - self._begin

    @property
    def spent(self) -> bool:
        """Whether the budget was used up before this run: no step is left to take."""
        budget = self._settings.max_minutes
        return budget is not None and self._earlier >= 60 * budget

    def share(self, step: int, steps: int) -> float:
        """Return how much of the training is done, in [0, 1], by steps or by the budget."""
        budget = self._settings.max_minutes
        by_time = self.seconds / (60 * budget) if budget else 0.0
        return min(1.0, max(step / max(1, steps), by_time))

    def state(self) -> dict[str, Any]:
        return {"args": {}, "attributes": {"seconds": self.seconds}}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._begin = self._saved = time.monotonic()
        self._first_step = state.global_step
        self._reported = (self._begin, 0.0)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        now = time.monotonic()
        budget = self._settings.max_minutes
        if budget and self.seconds >= 60 * budget:
            control.should_training_stop = True
        due = now - self._saved >= 60 * self._settings.checkpoint_minutes
        if due or control.should_training_stop or state.global_step >= state.max_steps:
            control.should_save = control.should_log = True
            self._saved = now

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        logs = logs or {}
        if "eval_loss" in logs:
            self._dev = {"dev_loss": logs["eval_loss"]}
        if "loss" not in logs:
            return
        for name in (
            "loss",
            "grad_norm",
        ):  # of an endless gradient come weights that are no numbers
            if not math.isfinite(logs.get(name, 0.0)):
                raise TrainingError(
                    f"the {name} is {logs[name]} at step {state.global_step}: lower the learning "
                    f"rate (it was {self._settings.learning_rate:g}) or compute in fp32"
                )
        if self._report is None:
            return
        now = time.monotonic()
        since, tokens_before = self._reported
        tokens = logs.get("num_tokens", 0.0)
        self._reported = (now, tokens)
        self._report(
            Progress(
                step=state.global_step,
                steps=state.max_steps,
                epoch=state.epoch or 0.0,
                minutes=self.seconds / 60,
                minutes_left=self._minutes_left(state),
                tokens_per_second=(tokens - tokens_before) / max(1e-9, now - since),
                figures={**logs, **self._dev},
            )
        )

    def _minutes_left(self, state: TrainerState) -> float:
        done = state.global_step - self._first_step
        pace = (time.monotonic() - self._begin) / max(1, done)
        left: float = pace * (state.max_steps - state.global_step) / 60
        budget = self._settings.max_minutes
        return min(left, max(0.0, budget - self.seconds / 60)) if budget else left


class OurTrainer:
    """Mixed into TRL's trainers before their own class.

    Args:
        watch: Keeps the time.
        best: Keeps the best adapter; None where there are no dev rows.
        settings: How to train.
        lengths: Tokens of each row.
        given: What TRL's trainer takes.
    """

    def __init__(
        self,
        *,
        watch: Watch,
        best: KeepBest | None,
        settings: Settings,
        lengths: Sequence[int],
        **given: Any,
    ) -> None:
        self.watch = watch
        self.best = best
        self.settings = settings
        self.lengths = lengths
        super().__init__(**given)
        self.remove_callback(PrinterCallback)  # type: ignore[attr-defined]
        self.add_callback(watch)  # type: ignore[attr-defined]
        if best is not None:  # behind the watch: its end of the training brings a last check
            self.add_callback(best)  # type: ignore[attr-defined]

    def _get_train_sampler(self, train_dataset: Any = None) -> LikeLengths:
        return LikeLengths(
            self.lengths,
            batch=self.settings.batch,
            seed=self.settings.seed,
            epoch=lambda: int(self.state.epoch or 0),  # type: ignore[attr-defined]
        )

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> LambdaLR:
        """Rise over the warm-up, then fall as a cosine to 0 at the end of steps or budget."""
        if self.lr_scheduler is None:  # type: ignore[has-type]
            self.lr_scheduler = LambdaLR(
                optimizer or self.optimizer,  # type: ignore[attr-defined]
                lambda step: self._rate(
                    self.watch.share(step, num_training_steps), step, num_training_steps
                ),
            )
            self._created_lr_scheduler = True
        return self.lr_scheduler

    def _rate(self, share: float, step: int, steps: int) -> float:
        warm = max(self.settings.warmup, 1 / max(1, steps))
        if share < warm:
            return max(share, 1 / max(1, steps)) / warm
        return 0.5 * (1 + math.cos(math.pi * (share - warm) / max(1e-9, 1 - warm)))

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log without what our head does not compute and TRL would report as 0."""
        for kept in self._metrics.values():  # type: ignore[attr-defined]
            for name in _NOT_COMPUTED:
                kept.pop(name, None)
        super().log(logs, start_time)  # type: ignore[misc]

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """Write none: `training.json` tells what was done."""
