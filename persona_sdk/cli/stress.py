"""`persona stress`: many simulated users talk to a character, and a report says how it did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.prices import PriceIn, PriceOut, UserPriceIn, UserPriceOut, priced
from persona_sdk.cli.sampling import (
    GpuLayersOption,
    MaxTokensOption,
    PromptOption,
    TemperatureOption,
)
from persona_sdk.cli.scorers import ExactOption, ScorersOption
from persona_sdk.cli.stress_cast import UserKind
from persona_sdk.cli.terminal import USAGE, fail
from persona_sdk.types import GuardMode

EXAMPLES = """\b
Examples:
    persona stress alice --users 50 --turns 6 --seed 7
    persona stress alice --users bundled:adversarial --guard warn
    persona stress --replay stress/alice-1a2b3c4d 3:2
"""
"""Shown below the options; the first character keeps click from joining the lines."""


def stress(
    persona: Annotated[
        str | None, typer.Argument(help="A bundled name or a file.", show_default=False)
    ] = None,
    users: Annotated[
        str,
        typer.Option(
            help="How many bundled users, a set (bundled, bundled:adversarial, bundled:languages) "
            "or a file of profiles.",
            callback=utf8,
        ),
    ] = "20",
    turns: Annotated[int, typer.Option(help="How often a user may speak.", min=1)] = 6,
    concurrency: Annotated[int, typer.Option(help="Conversations at once.", min=1)] = 8,
    seed: Annotated[int, typer.Option(help="Same seed, same run.", min=0)] = 7,
    model: Annotated[
        str,
        typer.Option(
            help="The character's: builtin, gguf:PATH, hf:ID_OR_DIR or openai:MODEL@URL.",
            callback=utf8,
        ),
    ] = "builtin",
    user_model: Annotated[
        str | None,
        typer.Option(
            help="The users', with --user-kind llm.",
            show_default="--model without its adapter",
            callback=utf8,
        ),
    ] = None,
    user_kind: Annotated[
        UserKind,
        typer.Option(
            help="agenda follows its goals by rule, llm is played by a model, replay repeats the "
            "user turns of the chat logs in --users."
        ),
    ] = "agenda",
    user_templates: Annotated[
        Path | None,
        typer.Option(
            help="Folder with prompts of your own for --user-kind llm: system.txt, tell.txt, …",
            show_default=False,
        ),
    ] = None,
    attacks: Annotated[
        str,
        typer.Option(
            help="Strategies that every user has besides, by commas; `all` takes each in turn.",
            callback=utf8,
        ),
    ] = "",
    difficulty: Annotated[
        float, typer.Option(help="How hard the users make it.", min=0.0, max=1.0)
    ] = 0.3,
    guard: Annotated[
        GuardMode,
        typer.Option(help="enforce repairs what fails, warn judges only, off checks nothing."),
    ] = "enforce",
    scorers: ScorersOption = "builtin",
    exact: ExactOption = False,
    prompt: PromptOption = "long-context",
    max_tokens: MaxTokensOption = 120,
    temperature: TemperatureOption = 0.5,
    context: Annotated[
        int | None,
        typer.Option(
            help="Context of the models in tokens.",
            min=256,
            show_default="2048 of a GGUF, 4096 of others",
        ),
    ] = None,
    gpu_layers: GpuLayersOption = 0,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="ray needs the extra of that name.")
    ] = "local",
    workers: Annotated[int, typer.Option(help="Processes of --engine ray.", min=1)] = 2,
    budget_seconds: Annotated[
        float | None, typer.Option(help="Begin no turn after that many seconds.")
    ] = None,
    budget_turns: Annotated[int | None, typer.Option(help="Turns of the whole run.")] = None,
    budget_tokens: Annotated[
        int | None, typer.Option(help="Tokens of prompts and completions, on both sides.")
    ] = None,
    budget_money: Annotated[
        float | None, typer.Option(help="In the currency of the prices.")
    ] = None,
    price_in: PriceIn = 0.0,
    price_out: PriceOut = 0.0,
    user_price_in: UserPriceIn = None,
    user_price_out: UserPriceOut = None,
    rate: Annotated[
        int | None, typer.Option(help="Requests a minute that an endpoint grants.", min=1)
    ] = None,
    token_rate: Annotated[
        int | None, typer.Option(help="Tokens a minute that an endpoint grants.", min=1)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Folder of the run.", show_default="stress/PERSONA-CONFIG"
        ),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Go on with conversations that an error broke off.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be run and load nothing.")
    ] = False,
    replay: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="FOLDER CONVERSATION[:TURN]",
            help="Show one conversation of a run with every draft and verdict, and end.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Let simulated users talk to a character, many at once, and report how true it stayed.

    Every turn is written down as it ends. Whatever stops a run, the same command goes on with
    it; a finished run only shows its report.
    """
    if replay is not None:
        from persona_sdk.cli.stress_replay import show

        show(*replay, json=json)
        return
    if persona is None:
        fail("name a persona, or --replay FOLDER CONVERSATION: persona stress alice", USAGE)
    # These cost time to import: `persona --help` must not wait for them.
    from persona_sdk.cli.adapter_choice import name_for
    from persona_sdk.cli.stress_cast import Parts
    from persona_sdk.cli.stress_run import default_folder, finish, hold, show_plan
    from persona_sdk.cli.stress_users import choose_users, given_templates, logged_users
    from persona_sdk.models.adapter_name import plain_base
    from persona_sdk.personas import load
    from simulators.running.budget import Budget
    from simulators.running.limits import Limits
    from simulators.values import RunConfig

    character = load(persona)
    speaks = name_for(character, model)
    parts = Parts(
        persona=character,
        model=speaks,
        user_model=user_model or plain_base(model),
        user_kind=user_kind,
        guard=guard,
        scorers=scorers,
        exact=exact,
        prompt=prompt,
        max_tokens=max_tokens,
        temperature=temperature,
        difficulty=difficulty,
        context=context,
        gpu_layers=gpu_layers,
        concurrency=concurrency,
        limits=Limits(requests=rate, tokens=token_rate),
    )
    if user_templates is not None:
        if user_kind != "llm":
            fail("--user-templates are what a model is told: add --user-kind llm", USAGE)
        parts = replace(parts, templates=given_templates(user_templates))
    if user_kind == "replay":
        if attacks:
            fail("--attacks go with users who choose their words: leave out one of them", USAGE)
        crowd, logs = logged_users(users)
        parts = replace(parts, logs=logs)
    else:
        crowd = choose_users(users, attacks, seed=seed)
    config = RunConfig(
        persona=parts.persona,
        profiles=crowd.profiles,
        conversations=crowd.conversations,
        turns=turns,
        seed=seed,
        character=speaks,
        user=parts.user,
        guard=parts.judge,
        settings=parts.settings,
    )
    prices = priced(price_in, price_out, user_price_in, user_price_out)
    try:
        budget = Budget(
            seconds=budget_seconds,
            turns=budget_turns,
            tokens=budget_tokens,
            money=budget_money,
            character=prices.character,
            user=prices.user,
        )
    except ValueError as error:
        fail(str(error), USAGE)
    folder = out or default_folder(config)
    if dry_run:
        show_plan(config, folder, json=json)
        return
    run = hold(config, parts, folder, budget, engine=engine, workers=workers, retry=retry)
    raise typer.Exit(finish(run, folder, budget, json=json))
