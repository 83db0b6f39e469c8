"""Keep the adapter that did best on the dev rows, and end a training that gains no more on them."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from peft import PeftModel, load_peft_weights, set_peft_model_state_dict
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from persona_sdk.errors import TrainingError


class KeepBest(TrainerCallback, ExportableState):  # type: ignore[misc]
    """Watches the dev loss.

    Args:
        folder: Where the best adapter so far is kept.
        patience: Checks in a row without a better dev loss that end the training.
        earlier: What `state` returned when a checkpoint was written.
    """

    def __init__(self, folder: Path, patience: int, earlier: Mapping[str, Any]) -> None:
        self._folder = folder
        self._patience = patience
        self.loss = float(earlier.get("loss", math.inf))
        self.step = int(earlier.get("step", 0))
        self._stale = int(earlier.get("stale", 0))

    @property
    def ended(self) -> bool:
        """Whether patience ended the training."""
        return self._stale >= self._patience

    def state(self) -> dict[str, Any]:
        kept = {"step": self.step, "stale": self._stale}
        found = {"loss": self.loss} if math.isfinite(self.loss) else {}
        return {"args": {}, "attributes": {**kept, **found}}

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if control.should_training_stop or state.global_step >= state.max_steps:
            control.should_evaluate = True

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: Mapping[str, float] | None = None,
        model: PeftModel | None = None,
        **_: Any,
    ) -> None:
        loss = (metrics or {}).get("eval_loss", math.nan)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the dev loss is {loss} at step {state.global_step}: lower the learning rate "
                f"(it was {args.learning_rate:g}) or compute in fp32"
            )
        if loss < self.loss:
            self.loss, self.step, self._stale = loss, state.global_step, 0
            self._keep(model)
            return
        self._stale += 1
        if self.ended:
            control.should_training_stop = control.should_save = True

    def restore(self, model: PeftModel) -> None:
        """Give the model the weights that did best."""
        if self._folder.is_dir():
            restore(model, self._folder)

    def _keep(self, model: Any) -> None:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder.parent, prefix=".best.") as room:
            fresh = Path(room) / self._folder.name
            model.save_pretrained(str(fresh), safe_serialization=True)
            shutil.rmtree(self._folder, ignore_errors=True)
            os.replace(fresh, self._folder)


def restore(model: PeftModel, folder: Path) -> None:
    """Give the model the adapter of a folder, such as a checkpoint."""
    set_peft_model_state_dict(model, load_peft_weights(str(folder), device="cpu"))
