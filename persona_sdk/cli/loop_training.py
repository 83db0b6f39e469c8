"""The middle steps of a loop: train on the pairs, write the adapter as GGUF, check its logits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from persona_sdk.cli.loop_drafts import CHOSEN, PAIRS, sft_rows
from persona_sdk.cli.loop_ledger import Figures
from persona_sdk.cli.loop_plan import Loop
from persona_sdk.cli.loop_run import Step
from persona_sdk.cli.terminal import err, note, progress, working
from persona_sdk.cli.train_run import lineage, tell
from persona_sdk.errors import TrainingError
from persona_sdk.store.export import replacing
from persona_sdk.training.preferences.files import read_pairs
from persona_sdk.training.presets import preset
from persona_sdk.training.settings import Settings

if TYPE_CHECKING:
    from persona_sdk.training.outcome import TrainingResult
    from persona_sdk.training.trainer import Progress

START, SFT, DPO, ADAPTER = "start", "sft", "dpo", "adapter"
TRAINED = ("adapter_model.safetensors", "adapter_config.json", "training.json")
VERIFIED = "verification.json"

PAIRS_A_PASS = 1
"""Pairs in one forward pass; more of them need more memory and are no faster on a CPU."""


def training_steps(loop: Loop) -> list[Step]:
    """Return the steps from pairs to an adapter that llama.cpp reads."""
    size, base = loop.plan.size, dict(loop.speaks)
    steps = []
    first: tuple[str, ...] = ()
    if loop.start is not None:
        steps.append(
            Step(
                START,
                "Reading the adapter that the training starts from",
                base,
                (),
                TRAINED[:2],
                lambda folder: _begin(loop, folder / START),
            )
        )
        first = (START,)
    if loop.plan.sft:
        given = asdict(_sft_settings(loop))
        says = "Imitating the chosen replies (SFT)"
        run = _trained(loop, SFT, first)
        steps.append(Step(SFT, says, given | base, (PAIRS, *first), TRAINED, run))
        first = (SFT,)
    return [
        *steps,
        Step(
            DPO,
            "Preferring the chosen replies (DPO)",
            {"preset": asdict(_dpo_preset(loop)), "steps": size.steps} | base,
            (PAIRS, *first),
            TRAINED,
            _trained(loop, DPO, first),
        ),
        Step(
            ADAPTER,
            "Writing the adapter as GGUF, and comparing llama.cpp with transformers",
            {"name": loop.plan.name, "prompts": size.prompts} | base,
            (DPO,),
            (f"{loop.plan.name}.gguf", VERIFIED),
            lambda folder: _convert(loop, folder),
        ),
    ]


def _begin(loop: Loop, folder: Path) -> Figures:
    from persona_sdk.training.adapters.unconvert import unconvert_adapter

    assert loop.start is not None
    unconvert_adapter(loop.start.path, folder, base=loop.base)
    return {"adapter": str(loop.start.path)}


def _trained(loop: Loop, method: str, first: tuple[str, ...]) -> Callable[[Path], Figures]:
    def run(folder: Path) -> Figures:
        start = folder / first[0] if first else None
        data = folder / PAIRS / CHOSEN
        common: dict[str, Any] = {
            "base": loop.base,
            "start": start,
            "resume": True,
            "lineage": lineage(data, None),
        }
        with _reporting(method.upper()) as report:
            if method == SFT:
                result = _imitate(loop, folder, report, common)
            else:
                result = _prefer(loop, folder, report, common)
        for remark in result.notes:
            note(remark)
        return _figures(result)

    return run


def _imitate(
    loop: Loop, folder: Path, report: Callable[[Progress], None], common: dict[str, Any]
) -> TrainingResult:
    from persona_sdk.training.sft import train_sft

    rows = sft_rows(folder)
    return train_sft(rows, _sft_settings(loop), folder / SFT, report=report, **common)


def _prefer(
    loop: Loop, folder: Path, report: Callable[[Progress], None], common: dict[str, Any]
) -> TrainingResult:
    from persona_sdk.training.dpo import train_dpo

    pairs = read_pairs(folder / PAIRS / CHOSEN)
    settings = dpo_settings(loop, len(pairs))
    return train_dpo(pairs, settings, folder / DPO, report=report, **common)


def _sft_settings(loop: Loop) -> Settings:
    size = loop.plan.size
    changes = {"max_minutes": size.max_minutes, "seed": loop.plan.seed, "log_steps": 1}
    return preset("small", "sft", changes)


def _dpo_preset(loop: Loop) -> Settings:
    size = loop.plan.size
    changes = {
        "learning_rate": size.rate,
        "batch": PAIRS_A_PASS,
        "accumulation": size.accumulation,
        "max_minutes": size.max_minutes,
        "log_steps": 1,
        "seed": loop.plan.seed,
    }
    return preset("small", "dpo", changes)


def dpo_settings(loop: Loop, pairs: int) -> Settings:
    """Return the settings of DPO; a number of steps is turned into epochs of these pairs."""
    chosen = _dpo_preset(loop)
    if loop.plan.size.steps is None:
        return chosen
    an_epoch = math.ceil(math.ceil(pairs / chosen.batch) / chosen.accumulation)
    changes = {**asdict(chosen), "epochs": loop.plan.size.steps / an_epoch}
    return preset("small", "dpo", changes)


def _figures(result: TrainingResult) -> Figures:
    points = [point for point in result.curve if "loss" in point]
    few = max(1, len(points) // 4)
    return {
        "steps": result.steps,
        "minutes": round(result.minutes, 2),
        "first": _means(points[:few]),
        "last": _means(points[-few:]),
        "notes": list(result.notes),
    }


def _means(points: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the means of what every one of these points of a curve has."""
    names = ("loss", "rewards/margins", "rewards/accuracies")
    return {n: fmean(p[n] for p in points) for n in names if points and all(n in p for p in points)}


@contextmanager
def _reporting(what: str) -> Iterator[Callable[[Progress], None]]:
    """Show a training as a bar on a terminal, as lines elsewhere."""
    if not err.is_terminal:
        yield tell
        return
    with ExitStack() as stack:
        bars: list[Callable[[int], None]] = []
        shown = 0

        def advance(now: Progress) -> None:
            nonlocal shown
            if not bars:
                bars.append(stack.enter_context(progress(what, total=now.steps)))
            bars[0](now.step - shown)
            shown = now.step

        yield advance


def _convert(loop: Loop, folder: Path) -> Figures:
    from persona_sdk.training.adapters.convert import convert_adapter
    from persona_sdk.training.adapters.verify import default_prompts, verify_adapter

    target = loop.adapter(folder)
    with working("Converting the adapter"):
        file = convert_adapter(folder / DPO, target, base=loop.base, name=loop.plan.name)
    prompts = default_prompts()[: loop.plan.size.prompts]
    with progress("Comparing logits", total=len(prompts)) as advance:
        found = verify_adapter(folder / DPO, base=loop.base, prompts=prompts, tell=advance)
    if not found.passed:
        raise TrainingError(
            f"{target}: a logit differs from the trained model's by "
            f"{found.same_weights.adapted:.3g}, more than {found.bar}: the adapter is not used; "
            "`persona adapters verify` tells more"
        )
    told = {**asdict(found), "passed": found.passed}
    with replacing(folder / ADAPTER / VERIFIED) as out:
        json.dump(told, out, indent=2)
        out.write("\n")
    return {"bytes": file.size, "ranks": list(file.ranks), "maps": len(file.maps), **told}
