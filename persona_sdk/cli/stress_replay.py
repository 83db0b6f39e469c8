"""`persona stress --replay`: one conversation of a run, with every draft and verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from persona_sdk.cli.terminal import USAGE, fail, out, print_json, printable
from persona_sdk.cli.verdicts import verdict_fields, verdict_line, violations_table

if TYPE_CHECKING:
    from persona_sdk.types import Attempt
    from simulators.values import Dialogue, Exchange, Run

_PLACE = re.compile(r"(\d+)(?::(\d+))?")


def show(folder: str, place: str, *, json: bool) -> None:
    """Print a conversation, or only `CONVERSATION:TURN` with what led there.

    Raises:
        StoreError: The folder holds no run that can be read.
    """
    from simulators.journal import read_run

    if not (found := _PLACE.fullmatch(place)):
        fail(f"--replay wants CONVERSATION or CONVERSATION:TURN, was: {place!r}", USAGE)
    run = read_run(folder)
    number, turn = int(found[1]), int(found[2]) if found[2] else None
    if number >= len(run.dialogues):
        fail(
            f"there is no conversation {number}: {folder} has 0 to {len(run.dialogues) - 1}", USAGE
        )
    dialogue = run.dialogues[number]
    if turn is not None and not 1 <= turn <= len(dialogue.exchanges):
        fail(f"conversation {number} has {len(dialogue.exchanges)} turns, was: {turn}", USAGE)
    if json:
        print_json(_fields(run, dialogue, turn))
    else:
        _print(run, dialogue, turn)


def _print(run: Run, dialogue: Dialogue, turn: int | None) -> None:
    head = f"conversation {dialogue.number}, user {dialogue.profile_id}, seed {dialogue.seed}"
    out.print(Text(printable(head), style="bold"), soft_wrap=True)
    name = run.config.persona.name
    if run.config.persona.greeting:
        _say(name, run.config.persona.greeting)
    for number, exchange in enumerate(dialogue.exchanges[:turn], start=1):
        _print_turn(number, exchange, name, whole=turn in (None, number))
    if turn is None or turn == len(dialogue.exchanges):
        fault = f" ({dialogue.fault}: {dialogue.error})" if dialogue.fault else ""
        out.print(printable(f"status: {dialogue.status}{fault}"), soft_wrap=True)


def _print_turn(number: int, exchange: Exchange, name: str, *, whole: bool) -> None:
    move = exchange.move
    out.print(Text(f"turn {number}", style="dim"))
    _say("User", move.text)
    marks = [f"attack {move.attack}"] if move.attack else []
    marks += [f"aims at {', '.join(move.probes)}"] if move.probes else []
    marks += [f"tells {', '.join(move.disclosed)}"] if move.disclosed else []
    marks += [f"faults: {', '.join(move.faults)}"] if move.faults else []
    if marks:
        out.print(printable(f"  [{'; '.join(marks)}]"), soft_wrap=True)
    _say(name, exchange.reply.text or "(nothing could be shown)")
    for attempt in exchange.reply.attempts if whole else ():
        _print_attempt(attempt, exchange)


def _print_attempt(attempt: Attempt, exchange: Exchange) -> None:
    line = Text(f"  {attempt.rung}: ")
    line.append_text(verdict_line(attempt.verdict))
    out.print(line, soft_wrap=True)
    if attempt is not exchange.reply.shown:
        out.print(Text(printable(f"    {attempt.draft}"), style="dim"), soft_wrap=True)
    if attempt.verdict.reason:
        out.print(printable(f"    {attempt.verdict.reason}"), soft_wrap=True)
    if attempt.verdict.violations:
        out.print(violations_table(attempt.verdict))


def _say(who: str, text: str) -> None:
    out.print(Text.assemble((printable(f"{who}: "), "bold"), printable(text)), soft_wrap=True)


def _fields(run: Run, dialogue: Dialogue, turn: int | None) -> dict[str, object]:
    exchanges = list(enumerate(dialogue.exchanges, start=1))
    chosen = exchanges if turn is None else exchanges[turn - 1 : turn]
    return {
        "conversation": dialogue.number,
        "profile": dialogue.profile_id,
        "seed": dialogue.seed,
        "status": dialogue.status,
        "fault": dialogue.fault,
        "error": dialogue.error,
        "greeting": run.config.persona.greeting,
        "turns": [_turn_fields(number, exchange) for number, exchange in chosen],
    }


def _turn_fields(number: int, exchange: Exchange) -> dict[str, object]:
    attempts = [
        {"rung": one.rung, "draft": one.draft, **verdict_fields(one.verdict)}
        for one in exchange.reply.attempts
    ]
    return {
        "turn": number,
        "user": exchange.move.text,
        "attack": exchange.move.attack,
        "probes": exchange.move.probes,
        "reply": exchange.reply.text,
        "outcome": exchange.reply.outcome,
        "attempts": attempts,
    }
