"""`persona chat`: puts persona, model, guard and store together and hands them to the loop."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.sampling import (
    GpuLayersOption,
    MaxTokensOption,
    PromptOption,
    TemperatureOption,
)
from persona_sdk.cli.scorers import ExactOption, ScorersOption
from persona_sdk.cli.sessions import StoreOption
from persona_sdk.cli.terminal import USAGE, fail, working
from persona_sdk.prompts import Strategy
from persona_sdk.types import GuardMode

if TYPE_CHECKING:
    from guards.apc import APCGuard
    from persona_sdk.agent import PersonaAgent
    from persona_sdk.cli.adapter_choice import Speakers
    from persona_sdk.types import GenerationOptions, Persona

DEFAULT_PERSONA = "tess"
DEFAULT_MODEL = "builtin"


def chat(
    persona: Annotated[
        str | None, typer.Argument(help="A bundled name or a file.", show_default=DEFAULT_PERSONA)
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="builtin, gguf:PATH, hf:ID_OR_DIR or openai:MODEL@URL.",
            show_default=DEFAULT_MODEL,
            callback=utf8,
        ),
    ] = None,
    guard: Annotated[
        GuardMode | None,
        typer.Option(
            help="enforce shows only what passed, warn shows all with its verdict, off checks "
            "nothing.",
            show_default="enforce",
        ),
    ] = None,
    session: Annotated[
        str | None,
        typer.Option(help="Go on with this session (see persona sessions list).", callback=utf8),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same lines, same machine: same replies.", min=0)
    ] = None,
    prompt: PromptOption = "long-context",
    max_tokens: MaxTokensOption = 120,
    temperature: TemperatureOption = 0.5,
    context: Annotated[
        int | None,
        typer.Option(
            help="Context of the model in tokens.",
            min=256,
            show_default="4096, or what the model was trained for",
        ),
    ] = None,
    gpu_layers: GpuLayersOption = 0,
    scorers: ScorersOption = "builtin",
    exact: ExactOption = False,
    store: StoreOption = None,
) -> None:
    """Talk to a character; every reply is checked before you see it.

    Lines may also come through a pipe: echo 'Who are you?' | persona chat alice
    """
    # These cost time to import: `persona --help` must not wait for them.
    from guards.catalog import load_named_guard
    from persona_sdk.cli.adapter_choice import Speakers
    from persona_sdk.cli.chat_loop import ChatLoop
    from persona_sdk.cli.chat_talk import Talk, begin_session
    from persona_sdk.models.catalog import load_model
    from persona_sdk.personas import load
    from persona_sdk.store import Store
    from persona_sdk.types import GenerationOptions

    if session is not None and not session.strip():
        fail("--session needs an id: `persona sessions list` shows them", USAGE)
    if session and persona:
        fail("give a persona or --session, not both: a session has its persona", USAGE)
    with Store.open(store) as kept:
        found = kept.session(session) if session else None
        speaker = found.persona if found else load(persona or DEFAULT_PERSONA)
        name = model or (found.model if found else DEFAULT_MODEL)
        mode = guard or (found.guard_mode if found else "enforce")
        seed = seed if seed is not None or found is None else found.seed
        options = GenerationOptions(max_tokens=max_tokens, temperature=temperature, seed=seed)
        with working("loading the model and the guard"):
            model_now = load_model(name, context_size=context, gpu_layers=gpu_layers)
            checks = mode != "off" or prompt == "retrieval"
            checker = load_named_guard(scorers, exact=exact) if checks else None
            speakers = Speakers(model_now, name)
            speakers.model_for(speaker)
            agent_for = _agents(speakers, checker, mode, prompt, options)
        if found is None:
            found = begin_session(kept, speaker, model=name, guard_mode=mode, seed=seed)
        # What this run was asked for wins over what the session began with.
        current = replace(found, model=name, guard_mode=mode, seed=seed)
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        loop = ChatLoop(Talk(kept, current, agent_for), load, sys.stdin.isatty())
        raise typer.Exit(loop.run())


def _agents(
    speakers: Speakers,
    guard: APCGuard | None,
    mode: GuardMode,
    prompt: Strategy,
    options: GenerationOptions,
) -> Callable[[Persona], PersonaAgent]:
    """Return what makes the agent of any persona from one loaded model and one guard."""
    from persona_sdk.agent import PersonaAgent
    from persona_sdk.prompts import PromptBuilder

    prompts = PromptBuilder(prompt)
    if guard is not None:
        prompts = replace(prompts, relevance=guard.relevance)

    def agent_for(persona: Persona) -> PersonaAgent:
        model = speakers.model_for(persona)
        return PersonaAgent(persona, model, guard, mode=mode, options=options, prompts=prompts)

    return agent_for
