"""What a chat shows beside the replies: its opening, the persona, the verdict and the drafts."""

from __future__ import annotations

from rich.text import Text

from persona_sdk.cli.terminal import OUTCOME_STYLE, note, out, printable
from persona_sdk.cli.verdicts import constraints_table, violations_table
from persona_sdk.store import Session
from persona_sdk.types import Conversation, Persona, Reply


def print_opening(session: Session, said: Conversation) -> None:
    """Say who talks on which model, and repeat what was said so far."""
    persona = session.persona
    note(f"{persona.name} on {session.model}, guard {session.guard_mode}; /help lists the commands")
    if persona.scenario:
        out.print(Text(printable(persona.scenario), style="italic"), soft_wrap=True)
    for turn in said:
        label = "> " if turn.role == "user" else f"{persona.name}: "
        out.print(
            Text.assemble((printable(label), "bold"), printable(turn.content)), soft_wrap=True
        )


def print_persona(persona: Persona) -> None:
    """List the statements of the persona."""
    hard = sum(s.hard for s in persona.statements)
    out.print(Text(printable(persona.name), style="bold"))
    out.print(f"{len(persona.statements)} statements, {hard} of them hard")
    for statement in persona.statements:
        out.print(f"  {statement.id}  {printable(statement.text)}", soft_wrap=True)


def print_attempts(reply: Reply) -> None:
    """Show every draft with what the guard saw in it."""
    for number, attempt in enumerate(reply.attempts, start=1):
        verdict = attempt.verdict
        head = Text(f"{number}. {attempt.rung}: {verdict.outcome}")
        head.stylize(OUTCOME_STYLE[verdict.outcome])
        head.append(f"  {printable(attempt.draft)}", style="default")
        out.print(head, soft_wrap=True)
        if verdict.reason:
            out.print(f"   {printable(verdict.reason)}", soft_wrap=True)
        if verdict.violations:
            out.print(violations_table(verdict))
    if (shown := reply.verdict) and shown.constraints:
        out.print(constraints_table(shown, most=_WHY_ROWS))


def reply_line(reply: Reply, seconds: float) -> Text:
    """Return the verdict on a reply in one line: colour, scores, what was repaired, time."""
    verdict = reply.verdict
    line = Text("● ", style=OUTCOME_STYLE[reply.outcome])
    line.append(reply.outcome)
    if verdict is not None and verdict.constraints:
        line.append(f" ΔAPC {verdict.delta_apc:+.2f}", style="default")
        if verdict.coverage is not None:
            line.append(f" coverage {verdict.coverage:.2f}", style="default")
    failed = [a for a in reply.attempts if a.verdict.outcome != "pass"]
    if failed and reply.outcome == "pass" and reply.shown is not None:
        broken = sorted({v.statement.id for a in failed for v in a.verdict.violations})
        against = f" against {', '.join(broken)}" if broken else ""
        drafts = f"{len(failed)} draft{'s' if len(failed) > 1 else ''}"
        line.append(f" {drafts}{against} held back, shown: {reply.shown.rung}", style="yellow")
    if reply.outcome != "pass" and verdict is not None and verdict.reason:
        line.append(f" {printable(verdict.reason)}", style="default")
    line.append(f" {seconds:.1f} s", style="dim")
    return line


def quoted(text: str) -> str:
    """Return a line for a remark about it: the beginning of a very long one."""
    if len(text) <= _QUOTED_CHARACTERS:
        return text
    return f"{text[:_QUOTED_CHARACTERS]}… ({len(text)} characters)"


_WHY_ROWS = 8
_QUOTED_CHARACTERS = 400
