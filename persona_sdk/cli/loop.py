"""`persona loop`: from the guard's verdicts to a better character, in one command."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.registry import RegistryOption
from persona_sdk.cli.sampling import MaxTokensOption
from persona_sdk.cli.scorers import ScorersOption
from persona_sdk.cli.terminal import USAGE, fail, note, print_json
from persona_sdk.errors import MissingExtra

if TYPE_CHECKING:
    from persona_sdk.cli.loop_plan import Loop

EXAMPLES = """\b
Examples:
    persona loop tess --small
    persona loop tess --queries questions.txt --k 8 --out loops/tess
    persona loop mira.toml --model gguf:model.gguf --sft --max-minutes 60

Ends with 0 when there is a verdict, whichever it is; --json tells which.
"""
"""Shown below the options; the first character keeps click from joining the lines."""

FOLDER = "loops"
"""Where loops lie that have no `--out`, below the working folder."""


def loop(
    personas: Annotated[
        list[str],
        typer.Argument(
            metavar="PERSONA...", help="Who is to become better: bundled names or files."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder of the loop.", show_default="loops/NAME"),
    ] = None,
    model: Annotated[
        str,
        typer.Option(help="Who speaks now: builtin or gguf:PATH, +adapter:…", callback=utf8),
    ] = "builtin",
    scorers: ScorersOption = "builtin",
    queries: Annotated[
        Path | None,
        typer.Option(
            help="Queries besides what the statements answer; half of them are held out.",
            show_default=False,
        ),
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help="A quarter of an hour: to see how it goes.")
    ] = False,
    most: Annotated[
        int | None,
        typer.Option(
            help="Queries of each persona to learn from.", min=1, show_default="60, small 24"
        ),
    ] = None,
    k: Annotated[
        int | None,
        typer.Option("--k", help="Drafts of a query.", min=2, show_default="10, small 8"),
    ] = None,
    length: Annotated[
        float,
        typer.Option(
            help="Share by which lengths in words may differ; 1 takes any.", min=0.0, max=1.0
        ),
    ] = 0.15,
    sft: Annotated[
        bool, typer.Option("--sft", help="Imitate the chosen replies before preferring them.")
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(help="Steps of DPO.", min=1, show_default="2 epochs, small 20"),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(help="Highest learning rate of DPO.", show_default="5e-5, small 1e-4"),
    ] = None,
    max_minutes: Annotated[
        float | None,
        typer.Option(help="Wall-clock budget of each training.", show_default="45, small 5"),
    ] = None,
    items: Annotated[
        int | None,
        typer.Option(
            help="Known-answer items of each persona in the gate.",
            min=0,
            show_default="60, small 24",
        ),
    ] = None,
    users: Annotated[
        int | None,
        typer.Option(
            help="Simulated users of each persona in the gate.", min=0, show_default="6, small 2"
        ),
    ] = None,
    max_tokens: MaxTokensOption = 80,
    name: Annotated[
        str | None,
        typer.Option(help="Of the adapter.", show_default="the persona's", callback=utf8),
    ] = None,
    install: Annotated[
        bool, typer.Option(help="Let the adapter be used if the gate says promote.")
    ] = True,
    registry: RegistryOption = None,
    seed: Annotated[int, typer.Option(help="Same seed, same loop.", min=0)] = 7,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Make a character better and prove it: drafts, pairs, DPO, GGUF adapter, gate, registry.

    The guard judges drafts to questions that the statements answer; DPO learns from the better
    one of two. Topics are dealt in halves: the gate asks what was not learned. Only an adapter
    that the gate promotes is installed. Whatever stops a loop, the same command goes on; with
    other options it does anew what hangs on them.
    """
    # These cost time to import: `persona --help` must not wait for them.
    from persona_sdk.cli.loop_plan import FULL, SMALL, Loop, Plan

    _refuse_missing()
    given: dict[str, Any] = {
        "most": most,
        "k": k,
        "steps": steps,
        "rate": rate,
        "max_minutes": max_minutes,
        "items": items,
        "users": users,
    }
    size = replace(SMALL if small else FULL, **{n: v for n, v in given.items() if v is not None})
    title = name or _slug(personas)
    plan = Plan(
        tuple(dict.fromkeys(personas)),
        model,
        scorers,
        queries,
        size,
        length,
        sft,
        max_tokens,
        title,
        install,
        registry,
        seed,
    )
    _run(Loop(plan), out or Path(FOLDER) / title, json=json)


def _run(loop: Loop, folder: Path, *, json: bool) -> None:
    from persona_sdk.cli.loop_drafts import drafts_step, held_out, pairs_step
    from persona_sdk.cli.loop_gate import gate_step, registry_step
    from persona_sdk.cli.loop_plan import FEWEST_ITEMS
    from persona_sdk.cli.loop_report import write_report
    from persona_sdk.cli.loop_run import run_steps
    from persona_sdk.cli.loop_told import told_of
    from persona_sdk.cli.loop_training import training_steps
    from persona_sdk.cli.loop_view import as_json, show
    from persona_sdk.training.registry_values import check_name

    try:
        check_name(loop.plan.name)
        training = training_steps(loop)
    except ValueError as error:
        fail(str(error), USAGE)
    if (count := held_out(loop)) < FEWEST_ITEMS:
        note(
            f"the gate will have {count} held-out queries and promotes on {FEWEST_ITEMS} or more: "
            "it will be undecided; raise --items, give --queries or name more personas"
        )
    steps = [
        drafts_step(loop),
        pairs_step(loop),
        *training,
        gate_step(loop),
        registry_step(loop),
    ]
    try:
        done = run_steps(steps, folder)
    except KeyboardInterrupt:
        note(f"all that is done is kept in {folder}: the same command goes on")
        raise
    told = told_of(loop, folder, done)
    page = write_report(told)
    if json:
        print_json({**as_json(told), "report": str(page)})
    else:
        show(told)
    note(f"report: {page}")


def _refuse_missing() -> None:
    """Say what has to be installed before minutes of sampling, not behind them."""
    for package in ("torch", "transformers", "trl", "peft", "gguf"):
        if importlib.util.find_spec(package) is None:
            raise MissingExtra(package, "train")


def _slug(personas: list[str]) -> str:
    """Return a name for files: those of the personas."""
    joined = "-".join(Path(p).stem if p.endswith((".toml", ".json")) else p for p in personas)
    return re.sub(r"[^a-z0-9]+", "-", joined.lower()).strip("-")[:40] or "persona"
