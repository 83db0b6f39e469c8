"""`persona eval character`: models and prompting strategies on questions with known answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.sampling import MaxTokensOption, TemperatureOption
from persona_sdk.cli.scorers import ScorersOption
from persona_sdk.cli.terminal import USAGE, fail, note, print_json, progress, working
from persona_sdk.cli.terminal import out as standard_output
from persona_sdk.prompts import Strategy

if TYPE_CHECKING:
    from persona_sdk.cli.character_setup import Setup
    from simulators.gym.known_answers.contest import Contest
    from simulators.gym.known_answers.generate import ItemSet
    from simulators.gym.known_answers.journal import Journal, Record

BASELINES: tuple[Strategy, ...] = ("name-only", "experience", "long-context", "retrieval")
"""The prompting baselines of arXiv 2405.07726, the poorest first."""

ITEMS_FILE, ANSWERS_FILE = "items.jsonl", "answers.jsonl"


def character(
    persona: Annotated[str, typer.Argument(help="Bundled persona or file.", callback=utf8)],
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Model; repeat it for more rows.")
    ] = None,
    prompt: Annotated[
        list[str] | None,
        typer.Option(
            "--prompt", help="name-only, experience, long-context or retrieval; repeat it."
        ),
    ] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="All four prompting strategies, name-only first.")
    ] = False,
    items: Annotated[int, typer.Option("--items", min=1, help="Items that each row answers.")] = 40,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same items, same chance.")] = 0,
    guard: Annotated[
        Literal["off", "enforce"], typer.Option("--guard", help="Repair replies before they count.")
    ] = "off",
    controls: Annotated[
        bool, typer.Option("--controls", help="Add rows that show what a score is worth.")
    ] = False,
    budget_seconds: Annotated[
        float | None, typer.Option("--budget-seconds", min=0.0, help="Stop asking after that.")
    ] = None,
    max_tokens: MaxTokensOption = 80,
    temperature: TemperatureOption = 0.5,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for items and every answer.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    scorers: ScorersOption = "builtin",
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Ask a character what its persona already answers; compare models and prompts.

    Rows are models times prompting strategies. No judge is asked: the discriminators and exact
    checks score every answer, and --out keeps it with the evidence.
    """
    from persona_sdk.cli.character_setup import Setup, make_contest
    from persona_sdk.personas import load
    from simulators.gym.known_answers.generate import make_items
    from simulators.gym.known_answers.items import write_items
    from simulators.gym.known_answers.journal import Journal

    if prompt and baselines:
        fail("--baselines stands for all strategies: leave --prompt out", USAGE)
    setup = Setup(
        models=_once("--model", model or ["builtin"]),
        prompts=BASELINES if baselines else _strategies(prompt or ["long-context"]),
        seed=seed,
        guard=guard,
        controls=controls,
        max_tokens=max_tokens,
        temperature=temperature,
        scorers=scorers,
    )
    folder = _folder(out, persona, seed, resume=resume)
    found = make_items(load(persona), seed=seed).sample(items, seed=seed)
    journal = Journal(folder / ANSWERS_FILE, setup.settings(found))
    kept = journal.records()
    _tell(found, len(kept))
    with working("Loading the guard and the models"):
        contest = make_contest(found, setup)
    write_items(found.items, _made(folder) / ITEMS_FILE)
    records = _run(contest, journal, kept, budget_seconds)
    _show(contest, records, found, setup, json=json)
    note(f"every answer with its evidence: {folder / ANSWERS_FILE}")


def _strategies(given: Sequence[str]) -> tuple[Strategy, ...]:
    if unknown := [name for name in given if name not in BASELINES]:
        fail(f"--prompt must be one of {', '.join(BASELINES)}, was: {unknown[0]}", USAGE)
    return tuple(known for name in _once("--prompt", given) for known in BASELINES if known == name)


def _once(option: str, given: Sequence[str]) -> tuple[str, ...]:
    if twice := [one for one in given if given.count(one) > 1]:
        fail(f"{option} {twice[0]} stands twice: name every row once", USAGE)
    return tuple(given)


def _folder(out: Path | None, persona: str, seed: int, *, resume: bool) -> Path:
    """Return the folder of the run; a run that is there is only gone on with if asked."""
    if resume and out is None:
        fail("--resume needs the folder of the run in --out", USAGE)
    folder = out or Path(f"character-{Path(persona).stem}-{time.strftime('%Y%m%d-%H%M%S')}")
    if (folder / ANSWERS_FILE).exists() and not resume:
        fail(f"{folder} holds a run: add --resume to go on, or name another folder", USAGE)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tell(found: ItemSet, kept: int) -> None:
    note(f"{len(found.items)} items; {found.leaks:.1%} of the questions name a part of the answer")
    if found.skipped:
        note(f"{len(found.skipped)} statements cannot be asked about without giving them away")
    if kept:
        note(f"{kept} answers are kept already")


def _run(
    contest: Contest, journal: Journal, kept: list[Record], budget: float | None
) -> list[Record]:
    """Ask what is not known yet; every answer is on disk before the next question."""
    records = list(kept)
    done = {(record.row, record.item_id) for record in kept}
    until = None if budget is None else time.perf_counter() + budget
    with journal, progress("Asking", total=len(contest)) as advance:
        advance(len(kept))
        try:
            for record in contest.records(done, until=until):
                journal.add(record)
                records.append(record)
                advance(1)
        except KeyboardInterrupt:
            note(f"{len(records)} answers are kept: add --resume --out {journal.path.parent}")
            raise
    if len(records) < len(contest):
        note(f"the budget is spent: {len(records)} of {len(contest)} answers; --resume goes on")
    return records


def _show(
    contest: Contest, records: list[Record], found: ItemSet, setup: Setup, *, json: bool
) -> None:
    from persona_sdk.cli.character_table import as_json, tables
    from simulators.gym.known_answers.standing import differences, standings, unusable

    if not records:
        fail("nothing was asked: give --budget-seconds more", USAGE)
    controls = [row.name for row in contest.contenders if row.control]
    rows = standings(records, found.items, controls=controls)
    beside = differences(records, found.items, first=contest.contenders[0].name)
    flagged = unusable(rows)
    if json:
        print_json(as_json(rows, beside, flagged, found, setup.settings(found)))
        return
    for part in tables(rows, beside, flagged):
        standard_output.print(part, soft_wrap=isinstance(part, str))
        standard_output.print()
    for record in [r for r in records if r.error][:_CITED]:
        note(f"{record.row}, {record.item_id}: {record.error}")


_CITED = 3
"""Failed questions that are spelled out."""
