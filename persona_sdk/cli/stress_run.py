"""Holds the run that `persona stress` was asked for, and says what came of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from persona_sdk.cli.stress_view import View, following, print_summary, summary_of
from persona_sdk.cli.terminal import (
    CHECK_FAILED,
    GUARD,
    MODEL,
    OK,
    USAGE,
    fail,
    note,
    out,
    print_json,
    working,
)

if TYPE_CHECKING:
    from persona_sdk.cli.stress_cast import Parts
    from simulators.running.budget import Budget
    from simulators.values import Run, RunConfig

FOLDER = "stress"
"""Where runs lie that have no `--out`, below the working folder."""


def default_folder(config: RunConfig) -> Path:
    """Return the folder that every start of this config shares."""
    from simulators.running.run_header import config_hash

    name = re.sub(r"\W+", "-", config.persona.name.lower()).strip("-") or "persona"
    return Path(FOLDER) / f"{name}-{config_hash(config)[:8]}"


def hold(
    config: RunConfig,
    parts: Parts,
    folder: Path,
    budget: Budget,
    *,
    engine: Literal["local", "ray"],
    workers: int,
    retry: bool,
) -> Run:
    """Hold what is left of the run and show how it goes; raises as `simulators.stress.stress`."""
    from persona_sdk.cli.stress_cast import Cast
    from simulators.stress import stress

    cast = Cast(_share(parts, workers) if engine == "ray" else parts)
    view = View(config.turns, budget)
    try:
        with following(view) as update:
            return stress(
                config,
                cast.agent,
                cast.user,
                folder=folder,
                concurrency=parts.concurrency,
                engine=engine,
                workers=workers,
                budget=budget,
                retry=retry,
                on_progress=update,
            )
    except KeyboardInterrupt:
        note(f"{view.line}; all of it is kept in {folder}: the same command goes on")
        raise


def finish(run: Run, folder: Path, budget: Budget, *, json: bool) -> int:
    """Write the report, print the summary and return the exit code."""
    from simulators.report import audit_of, write_report
    from simulators.running.tally import tally_of

    tally = tally_of(run.dialogues)
    cost = budget.cost(tally) or None
    audited = audit_of(run)
    with working("Writing the report"):
        report = write_report(run, folder, audit=audited, cost=cost)
    summary = {
        **summary_of(run, tally),
        "void": list(audited.void) if audited else None,
        "cost": cost,
        "folder": str(folder),
        "report": str(report),
    }
    if json:
        print_json(summary)
    else:
        print_summary(summary)
    _remark(run, folder)
    return _exit_code(run)


def show_plan(config: RunConfig, folder: Path, *, json: bool) -> None:
    """Print what would be run."""
    from persona_sdk.seeds import derived
    from simulators.running.run_header import config_hash

    plan: dict[str, object] = {
        "persona": config.persona.name,
        "statements": len(config.persona.statements),
        "character": config.character,
        "user": config.user,
        "guard": config.guard,
        **dict(config.settings),
        "turns": config.turns,
        "seed": config.seed,
        "config": config_hash(config),
        "folder": str(folder),
        "conversations": [
            {
                "number": number,
                "profile": profile.id,
                "attacks": profile.attacks,
                "seed": derived(config.seed, "conversation", number),
            }
            for number in range(config.conversations)
            for profile in (config.profiles[number % len(config.profiles)],)
        ],
    }
    if json:
        print_json(plan)
        return
    conversations = plan.pop("conversations")
    print_summary({**plan, "conversations": config.conversations})
    assert isinstance(conversations, list)
    for one in conversations:
        attacks = f"  attacks: {', '.join(one['attacks'])}" if one["attacks"] else ""
        out.print(f"{one['number']:>5}  {one['profile']}{attacks}", soft_wrap=True)


def _share(parts: Parts, workers: int) -> Parts:
    """Return what each worker is made of; together they ask as much as one process would."""
    try:
        limits = parts.limits.shared(workers)
    except ValueError as error:
        fail(f"--rate and --token-rate: {error}: lower --workers", USAGE)
    return replace(parts, concurrency=-(-parts.concurrency // workers), limits=limits)


def _remark(run: Run, folder: Path) -> None:
    """Tell what is left to do."""
    statuses = Counter(dialogue.status for dialogue in run.dialogues)
    if failed := statuses["error"]:
        first = next(d for d in run.dialogues if d.status == "error")
        note(f"{failed} of {len(run.dialogues)} broke off, first {first.number}: {first.error}")
        note("add --retry to go on with them")
    if statuses["budget"]:
        note(f"{statuses['budget']} are left over: a larger budget goes on in {folder}")


def _exit_code(run: Run) -> int:
    """0 where any conversation came to its end, else the code of what stopped most of them."""
    faults = Counter(dialogue.fault for dialogue in run.dialogues if dialogue.status == "error")
    if faults.total() < len(run.dialogues):
        return OK
    most = faults.most_common(1)[0][0]
    return {"engine": MODEL, "judge": GUARD}.get(most or "", CHECK_FAILED)
