"""Where `persona pairs build` takes judged drafts from: sampled anew, or kept by earlier work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from guards.catalog import load_named_guard
from persona_sdk.cli.terminal import note, progress, working
from persona_sdk.models.catalog import load_model
from persona_sdk.prompts import PromptBuilder, Strategy
from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.journal import CandidateJournal, journal_key
from persona_sdk.training.preferences.queries import read_queries
from persona_sdk.training.preferences.recorded import recorded_candidates, store_candidates
from persona_sdk.training.preferences.sampling import OPTIONS, draw_queries, sample_candidates
from persona_sdk.types import Conversation, Persona

if TYPE_CHECKING:
    from simulators.values import Run

DEFAULT_STORE = "default"
"""Stands for the store that `persona chat` writes to."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """What decides the drafts that are sampled, beside personas and queries."""

    model: str
    scorers: str
    prompt: Strategy
    k: int
    max_tokens: int
    temperature: float
    seed: int


def sampled(
    asked: Sequence[tuple[Persona, Conversation]],
    how: Sampling,
    path: Path,
    *,
    gpu_layers: int = 0,
) -> list[Candidates]:
    """Return the candidates of every query; those that the journal at `path` holds are kept."""
    journal = CandidateJournal(path, asdict(how))
    kept = journal.kept()
    keys = [journal_key(persona, talk) for persona, talk in asked]
    missing = [(key, *one) for key, one in zip(keys, asked, strict=True) if key not in kept]
    if len(missing) < len(asked):
        note(f"goes on: {len(asked) - len(missing)} of {len(asked)} queries are kept in {path}")
    if missing:
        with working("Loading the guard and the model"):
            draft = _drafter(how, gpu_layers)
        with journal, progress("Sampling", total=len(asked)) as advance:
            advance(len(asked) - len(missing))
            try:
                for key, persona, talk in missing:
                    kept[key] = draft(persona, talk)
                    journal.add(key, kept[key])
                    advance(1)
            except KeyboardInterrupt:
                note(f"what was sampled is kept in {path}: the same command goes on")
                raise
    return [kept[key] for key in dict.fromkeys(keys)]


def _drafter(how: Sampling, gpu_layers: int) -> Callable[[Persona, Conversation], Candidates]:
    guard = load_named_guard(how.scorers)
    model = load_model(how.model, gpu_layers=gpu_layers)
    prompts = PromptBuilder(how.prompt, relevance=guard.relevance)
    options = replace(OPTIONS, max_tokens=how.max_tokens, temperature=how.temperature)

    def draft(persona: Persona, talk: Conversation) -> Candidates:
        found = sample_candidates(
            persona, [talk], model, guard, k=how.k, options=options, prompts=prompts, seed=how.seed
        )
        return next(found)

    return draft


def queries_for(
    persona: Persona, file: Path | None, *, known: bool, most: int, seed: int
) -> list[Conversation]:
    """Return at most `most` queries for a persona: of a file, and what its statements answer."""
    if not known:
        return draw_queries(read_queries(file), most, seed=seed) if file else []
    from simulators.gym.known_answers.generate import make_items

    items = make_items(persona, seed=seed)
    # In this order every beginning holds each kind of question by its share.
    ranked = items.sample(len(items.items), seed=seed).items if items.items else ()
    first = [item.turns[0] for item in ranked if 0 in item.scored]
    own = read_queries(file) if file else []
    return draw_queries([*own, *first], len(own) + len(first) or 1, seed=seed)[:most]


def store_drafts(
    place: str, sessions: Sequence[str], prompt: Strategy, scorers: str
) -> Iterator[Candidates | None]:
    """Yield the drafts of every reply in a store, None for one whose prompt cannot be told."""
    from persona_sdk.store import Store

    with Store.open(None if place == DEFAULT_STORE else place) as store:
        prompts = _prompts(prompt, scorers)
        if not sessions:
            yield from store_candidates(store, prompts=prompts)
        for session in dict.fromkeys(sessions):
            yield from store_candidates(store, session=session, prompts=prompts)


def stress_drafts(folder: Path) -> Iterator[Candidates | None]:
    """Yield the drafts of every reply of a stress run, None where the prompt cannot be told."""
    from simulators.journal import read_run

    run = read_run(folder)
    prompts = _prompts(*_told(run))
    for dialogue in run.dialogues:
        said = replace(dialogue, exchanges=())
        for number, exchange in enumerate(dialogue.exchanges):
            talk = said.conversation(run.config.persona.greeting).add("user", exchange.move.text)
            if exchange.reply.attempts:
                yield recorded_candidates(
                    run.config.persona,
                    talk,
                    exchange.reply,
                    prompts=prompts,
                    source=f"stress {folder.name}, conversation {dialogue.number}:{number}",
                )
            said = replace(said, exchanges=(*said.exchanges, exchange))


def _told(run: Run) -> tuple[Strategy, str]:
    settings = dict(run.config.settings)
    prompt: Strategy = settings.get("prompt", "long-context")  # type: ignore[assignment]
    return prompt, run.config.guard.partition(" ")[0]


def _prompts(prompt: Strategy, scorers: str) -> PromptBuilder:
    """Only retrieval asks the scorers which statements a prompt shows."""
    if prompt != "retrieval" or scorers == "off":
        return PromptBuilder(prompt)
    return PromptBuilder(prompt, relevance=load_named_guard(scorers).relevance)
