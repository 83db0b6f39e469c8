"""`persona sessions`: the conversations that the store keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import (
    STANDARD_STREAM,
    USAGE,
    fail,
    new_app,
    note,
    out,
    print_json,
    printable,
)
from persona_sdk.cli.verdicts import verdict_line

if TYPE_CHECKING:
    from persona_sdk.store import Session, StoredTurn

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        envvar="PERSONA_STORE",
        help="File or postgresql:// URL that keeps the sessions.",
        show_envvar=True,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[
    str, typer.Argument(metavar="ID", help="As `persona sessions list` shows it.", callback=utf8)
]

app = new_app("List, show, export and delete the conversations you had.")


@app.command("list")
def list_(store: StoreOption = None, json: Json = False) -> None:
    """Show all sessions, the one used last first."""
    from persona_sdk.store import Store

    with Store.open(store) as kept:
        sessions = kept.sessions()
        place = kept.place
    if json:
        print_json([_fields(session) for session in sessions])
    elif not sessions:
        note(f"there are no sessions in {place}: `persona chat` begins one")
    else:
        out.print(_table(sessions))


@app.command()
def show(
    session_id: Id,
    store: StoreOption = None,
    attempts: Annotated[
        bool, typer.Option("--attempts", help="Show every draft with its verdict.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a conversation."""
    from persona_sdk.store import Store
    from persona_sdk.store.export import as_row

    with Store.open(store) as kept:
        session = kept.session(session_id)
        turns = kept.turns(session_id)
    if json:
        rows = [as_row(turn, persona=session.persona.name) for turn in turns]
        print_json(_fields(session) | {"turns": rows})
        return
    for turn in turns:
        _print_turn(turn, session.persona.name, attempts=attempts)


@app.command()
def export(
    session_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="One session; all of them without it.", callback=utf8),
    ] = None,
    target: Annotated[
        str, typer.Option("--out", "-o", help="File to write; `-` is standard output.")
    ] = STANDARD_STREAM,
    store: StoreOption = None,
) -> None:
    """Write one JSON object a turn, with every draft and verdict (docs/store.md)."""
    from persona_sdk.home import user_path
    from persona_sdk.store import Store

    to = sys.stdout if target == STANDARD_STREAM else user_path(target)
    with Store.open(store) as kept:
        count = kept.export_jsonl(to, session_id)
    note(f"{count} turns written" + (f" to {target}" if target != STANDARD_STREAM else ""))


@app.command()
def delete(
    session_id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Yes, for good.")] = False,
    store: StoreOption = None,
) -> None:
    """Delete a conversation with everything in it, for good."""
    from persona_sdk.store import Store

    with Store.open(store) as kept:
        turns = kept.session(session_id).turns
        if not yes:
            fail(f"{session_id} has {turns} turns; to delete it for good add --yes", USAGE)
        kept.delete(session_id)
    note(f"deleted {session_id} with {turns} turns")


def _fields(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "persona": session.persona.name,
        "model": session.model,
        "guard_mode": session.guard_mode,
        "seed": session.seed,
        "turns": session.turns,
        "created": session.created.isoformat(),
        "updated": session.updated.isoformat(),
    }


def _table(sessions: list[Session]) -> Table:
    table = Table("id", "persona", "model", "guard", "turns", "last used", box=None)
    table.columns[0].no_wrap = True
    for session in sessions:
        table.add_row(
            session.id,
            printable(session.persona.name),
            printable(session.model),
            session.guard_mode,
            str(session.turns),
            f"{session.updated.astimezone():%Y-%m-%d %H:%M}",
        )
    return table


def _print_turn(turn: StoredTurn, persona: str, *, attempts: bool) -> None:
    speaker = persona if turn.turn.role == "assistant" else "You"
    line = Text(f"{printable(speaker)}: ", style="bold")
    line.append(printable(turn.turn.content), style="not bold")
    out.print(line, soft_wrap=True)
    for remark in turn.notes:
        out.print(Text(f"  note: {printable(remark)}", style="dim"), soft_wrap=True)
    if not attempts:
        return
    for number, attempt in enumerate(turn.attempts, start=1):
        head = Text(f"  {number}. {attempt.rung}: ") + verdict_line(attempt.verdict)
        out.print(head, soft_wrap=True)
        out.print(f"     {printable(attempt.draft)}", soft_wrap=True)
