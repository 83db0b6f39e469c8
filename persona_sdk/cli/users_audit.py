"""`persona users audit` and `compare`: are simulated users like people, and fit to judge with?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.scorers import ScorersOption
from persona_sdk.cli.terminal import (
    BAD_INPUT,
    CHECK_FAILED,
    GUARD,
    USAGE,
    fail,
    note,
    out,
    print_json,
    working,
)

if TYPE_CHECKING:
    from persona_sdk.types import Outcome
    from simulators.metrics.spoken import Spoken

NO_SCORERS = "none"
"""Stands for no discriminators: what needs them is told as unknown."""

Json = Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")]

_ENDS: dict[Outcome, int] = {"pass": 0, "fail": CHECK_FAILED, "unscored": GUARD}


def audit(
    run: Annotated[Path, typer.Argument(metavar="RUN_FOLDER", help="Of `persona stress --out`.")],
    real: Annotated[
        list[Path] | None,
        typer.Option(help="Logs of real users on like matters; may be repeated."),
    ] = None,
    scorers: ScorersOption = "builtin",
    json: Json = False,
) -> None:
    """Check the simulated users of a run: like people, in role, not reciting their profile.

    Exit code 1 means that the run is void, 5 that it is too short to tell, or not in English and
    without --real. Spoilt conversations are listed. With --scorers none, contradictions of the
    own profile are left out.
    """
    from persona_sdk.cli.users_audit_view import audit_tables, document
    from simulators.audit import audit as look_at
    from simulators.journal import read_run

    found_run = read_run(run)
    people = [one for path in real for one in _spoken(path)] if real else None
    with working("Auditing the simulated users"):
        judge = None
        if scorers != NO_SCORERS:
            from guards.catalog import load_named_scorers

            judge = load_named_scorers(scorers).entailment
        found = look_at(found_run, entailment=judge, real=people)
    if json:
        reasons = {"void": found.void, "flags": found.flags, "unknown": found.unknown}
        print_json({"outcome": found.outcome, **reasons, **document(found)})
    else:
        for part in audit_tables(found):
            out.print(part, soft_wrap=True)
    if _ENDS[found.outcome]:
        raise typer.Exit(_ENDS[found.outcome])


def compare(
    real: Annotated[
        Path, typer.Argument(help="Log of real users, in a format of `persona users extract`.")
    ],
    simulated: Annotated[Path, typer.Argument(help="Folder of a run, or a log.")],
    seed: Annotated[int, typer.Option(help="Of the detector's folds and the intervals.")] = 0,
    embedder: Annotated[
        str, typer.Option(help="builtin or none, which leaves meaning out.", callback=utf8)
    ] = "builtin",
    json: Json = False,
) -> None:
    """Set simulated users beside real ones: can a detector tell them apart, and by what?

    Conversations with the same id on both sides are compared one by one as well.
    """
    from persona_sdk.cli.users_audit_view import comparison_tables, document
    from simulators.metrics.comparison import compare as look_at

    people, made = _spoken(real), _spoken(simulated)
    with working("Comparing"):
        encoder = None
        if embedder == "builtin":
            from persona_sdk.cli.embedding import load_embedder

            encoder = load_embedder()
        elif embedder != NO_SCORERS:
            fail(f"--embedder must be builtin or none, was: {embedder}", USAGE)
        try:
            found = look_at(people, made, embedder=encoder, seed=seed)
        except ValueError as error:
            fail(str(error), BAD_INPUT)
    if json:
        print_json(document(found))
        return
    for part in comparison_tables(found):
        out.print(part, soft_wrap=True)


def _spoken(path: Path) -> Sequence[Spoken]:
    """Return the conversations of a log, or of the run in a folder."""
    from persona_sdk.types import Conversation
    from simulators.journal import read_run
    from simulators.metrics.spoken import of_conversation, of_run
    from simulators.profiles.logs import read_logs

    if path.is_dir():
        return of_run(read_run(path))
    log = read_logs(path, on_error="skip")
    if log.skipped:
        first = log.skipped[0]
        note(f"{path}: {len(log.skipped)} left out, first {first.place}: {first.reason}")
    return [of_conversation(one.id, Conversation(one.turns)) for one in log.conversations]
