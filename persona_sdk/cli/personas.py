"""`persona personas`: list, show, lint and write personas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import shorten
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from persona_sdk.cli.new_persona import new
from persona_sdk.cli.terminal import (
    CHECK_FAILED,
    new_app,
    out,
    print_json,
    printable,
    working,
)
from persona_sdk.personas import Finding, bundled, lint_persona, load
from persona_sdk.types import Persona

PersonaArgument = Annotated[
    str, typer.Argument(metavar="NAME_OR_FILE", help="Name of a bundled persona, or a file.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = new_app("Find, read, check and write personas.")
app.command()(new)


@app.command("list")
def list_bundled(json: Json = False) -> None:
    """List the bundled personas."""
    personas = {name: load(name) for name in bundled()}
    if json:
        print_json([_summary(name, persona) for name, persona in personas.items()])
        return
    table = Table("name", "character", "statements", "hard", "scenario", box=None)
    for name, persona in personas.items():
        facts = _summary(name, persona) | {
            "scenario": shorten(persona.scenario, 36, placeholder="…")
        }
        table.add_row(*(printable(str(fact)) for fact in facts.values()))
    out.print(table)


@app.command()
def show(persona: PersonaArgument, json: Json = False) -> None:
    """Show all that a persona says."""
    who = load(persona)
    if json:
        print_json(asdict(who))
        return
    out.print(Text(printable(who.name), style="bold"))
    for title, lines in _sections(who):
        if any(lines):
            out.print(Text(f"\n{title}", style="bold"))
            for line in lines:
                out.print(f"  {printable(line)}", soft_wrap=True)


@app.command()
def lint(
    persona: PersonaArgument,
    json: Json = False,
    no_model: Annotated[
        bool, typer.Option("--no-model", help="Skip the search for contradictions.")
    ] = False,
) -> None:
    """Find statements that are not atomic, repeat or contradict each other, or lack the name.

    Exit code: 0 no errors (there may be warnings), 1 errors.
    """
    who = load(persona)
    findings = _check(who, with_model=not no_model)
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    if json:
        print_json(
            {
                "persona": who.name,
                "errors": errors,
                "warnings": warnings,
                "findings": [asdict(finding) for finding in findings],
            }
        )
    else:
        _print(findings)
        out.print(
            f"{printable(who.name)}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"
        )
    if errors:
        raise typer.Exit(CHECK_FAILED)


def _check(persona: Persona, *, with_model: bool) -> list[Finding]:
    if not with_model:
        return lint_persona(persona)
    from guards import load_scorers

    with working("judging pairs of statements"):
        return lint_persona(persona, load_scorers().entailment)


def _print(findings: Sequence[Finding]) -> None:
    styles = {"error": "red", "warning": "yellow", "note": "dim"}
    for finding in findings:
        head = Text(f"{finding.severity} {finding.rule}: ", style=styles[finding.severity])
        out.print(head + Text(printable(finding.message)), soft_wrap=True)
        if finding.fix:
            out.print(f"  {printable(finding.fix)}", soft_wrap=True)


def _summary(name: str, persona: Persona) -> dict[str, str | int]:
    return {
        "name": name,
        "character": persona.name,
        "statements": len(persona.statements),
        "hard": sum(statement.hard for statement in persona.statements),
        "scenario": persona.scenario,
    }


def _sections(persona: Persona) -> list[tuple[str, list[str]]]:
    facts = [
        f"{s.id:<12} {s.text}{' (hard)' if s.hard else ''}"
        + (f" (weight {s.weight:g})" if s.weight != 1.0 else "")
        for s in persona.statements
    ]
    examples = [line for e in persona.examples for line in (f"> {e.user}", f"  {e.character}")]
    return [
        ("Scenario", [persona.scenario]),
        ("Greeting", [persona.greeting]),
        ("Statements", facts),
        ("Voice", list(persona.voice)),
        ("Examples", examples),
        ("Fallbacks", list(persona.fallbacks)),
        ("Portrait", [persona.portrait]),
        ("Adapter", [persona.adapter]),
    ]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
