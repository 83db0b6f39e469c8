"""`persona gate`: is a tuned model better than what it would replace?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.sampling import MaxTokensOption, TemperatureOption
from persona_sdk.cli.scorers import ScorersOption
from persona_sdk.cli.terminal import CHECK_FAILED, OK, note, print_json

EXAMPLES = """\b
Examples:
    persona gate --after builtin+adapter:tess.gguf --personas tess --items 60
    persona gate --before builtin --after builtin+adapter:new.gguf --users 4 --out gate
"""
"""Shown below the options; the first character keeps click from joining the lines."""

FOLDER = "gates"
"""Where gates lie that have no `--out`, below the working folder."""


def gate(
    after: Annotated[
        str, typer.Option(help="What asks to be used, e.g. builtin+adapter:PATH.", callback=utf8)
    ],
    before: Annotated[
        str, typer.Option(help="What it would replace.", callback=utf8)
    ] = "builtin:base",
    personas: Annotated[
        str | None,
        typer.Option(
            help="Names, files and folders, by commas.",
            show_default="all bundled ones",
            callback=utf8,
        ),
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(
            help="Held-out queries besides: one a line, JSON lines, or preference pairs.",
            show_default=False,
        ),
    ] = None,
    trained_on: Annotated[
        Path | None,
        typer.Option(
            help="Rows of the training: what they ask is left out here.", show_default=False
        ),
    ] = None,
    items: Annotated[int, typer.Option(help="Known-answer items for each persona.", min=0)] = 20,
    guarded: Annotated[
        int, typer.Option(help="Queries of each persona on which the guard repairs too.", min=0)
    ] = 8,
    users: Annotated[int, typer.Option(help="Simulated users for each persona.", min=0)] = 0,
    turns: Annotated[int, typer.Option(help="How often each user may speak.", min=1)] = 4,
    seed: Annotated[int, typer.Option(help="Same seed, same gate.", min=0)] = 7,
    scorers: ScorersOption = "builtin",
    max_tokens: MaxTokensOption = 80,
    temperature: TemperatureOption = 0.5,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder of the gate.", show_default="gates/AFTER-SETTINGS"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Compare two models on held-out queries, item by item, and say whether one may take over.

    Ends with 0 where the verdict is promote, with 1 where it is reject or undecided. Whatever
    stops a gate, the same command goes on with it.
    """
    from persona_sdk.cli.gate_hold import Asked, hold
    from persona_sdk.cli.gate_setup import listed, setup_of

    setup = setup_of(
        before,
        after,
        items=items,
        guarded=guarded,
        users=users,
        turns=turns,
        seed=seed,
        max_tokens=max_tokens,
        temperature=temperature,
        scorers=scorers,
    )
    held = hold(Asked(setup, listed(personas), queries, (trained_on,) if trained_on else ()), out)
    if json:
        print_json(held.document)
    else:
        from persona_sdk.cli.gate_view import show

        show(held)
    note(f"report: {held.report}")
    raise typer.Exit(OK if held.verdict.outcome == "promote" else CHECK_FAILED)


def default_folder(after: str, digest: str) -> Path:
    """Return the folder that every start of this gate shares."""
    name = re.sub(r"\W+", "-", Path(after).stem.lower()).strip("-") or "gate"
    return Path(FOLDER) / f"{name[-40:]}-{digest[:8]}"
