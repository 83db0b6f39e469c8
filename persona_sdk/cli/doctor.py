"""`persona doctor`: is everything in place, and if not, what mends it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from persona_sdk.cli.terminal import CHECK_FAILED, err, out, print_json, printable, working

if TYPE_CHECKING:
    from persona_sdk.cli.diagnosis import Examination


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Examine this installation: versions, machine, extras, models, guard, store, name clashes.

    Exit code: 0 if all is well, 1 if something is amiss; each problem comes with its mend.
    """
    from persona_sdk.cli.diagnosis import examine

    with working("Examining"):
        found = examine()
    problems = [problem for part in found for problem in part.problems]
    if json:
        print_json(
            {
                "ok": not problems,
                **{part.subject: part.facts for part in found},
                "problems": problems,
            }
        )
    else:
        for part in found:
            _print(part)
    if problems:
        err.print(f"persona: {len(problems)} problem(s) found")
        raise typer.Exit(CHECK_FAILED)
    if not json:
        out.print("all is well", style="green")


def _print(part: Examination) -> None:
    out.print(part.subject, style="bold")
    for name, value in part.facts.items():
        out.print(f"  {name}: {printable(_shown(value))}", soft_wrap=True)
    for problem in part.problems:
        out.print(f"  ! {printable(problem)}", style="red", soft_wrap=True)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
