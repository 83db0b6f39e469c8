"""`persona users`: profiles of simulated users, from logs to the people who play them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import BAD_INPUT, fail, new_app, out, print_json, printable
from persona_sdk.cli.users_audit import audit, compare
from persona_sdk.cli.users_extract import extract
from persona_sdk.cli.users_sample import sample

if TYPE_CHECKING:
    from persona_sdk.profile import Profile

Profiles = Annotated[
    str,
    typer.Argument(
        metavar="PROFILES",
        help="JSONL; or bundled, bundled:adversarial, bundled:languages.",
        callback=utf8,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = new_app("Extract, read, pick and audit simulated users.")
app.command()(extract)
app.command()(sample)
app.command()(audit)
app.command()(compare)


@app.command()
def show(
    profiles: Profiles,
    id: Annotated[
        str | None, typer.Argument(help="Of one profile; default: all.", callback=utf8)
    ] = None,
    json: Json = False,
) -> None:
    """Show profiles as the user who plays them reads them, and their style in figures."""
    from simulators.profiles.files import profile_document

    found = _chosen(profiles, id)
    if json:
        print_json([profile_document(profile) for profile in found])
        return
    for number, profile in enumerate(found):
        if number:
            out.print()
        _show(profile)


@app.command("list")
def list_profiles(profiles: Profiles = "bundled", json: Json = False) -> None:
    """List profiles, one line each."""
    found = _chosen(profiles, None)
    if json:
        print_json([_summary(profile) for profile in found])
        return
    table = Table("id", "facts", "words", "register", "attacks", "goal", box=None)
    for profile in found:
        summary = _summary(profile)
        summary["goal"] = shorten(str(summary["goal"]), 36, placeholder="…")
        table.add_row(*(printable(str(value)) for value in summary.values()))
    out.print(table)


def _chosen(name: str, id: str | None) -> list[Profile]:
    from simulators.profiles.catalog import load_profiles

    profiles = load_profiles(name)
    chosen = [profile for profile in profiles if id is None or profile.id == id]
    if not chosen:
        known = ", ".join(profile.id for profile in profiles[:5])
        fail(f"{name} has no profile {id!r}; it has {known}, … (see persona users list)", BAD_INPUT)
    return chosen


def _show(profile: Profile) -> None:
    from simulators.profiles.render import objective, subjective

    out.print(Text(printable(profile.id), style="bold"))
    for paragraph in (objective(profile), subjective(profile)):
        if paragraph:
            out.print(f"\n{printable(paragraph)}", soft_wrap=True)
    table = Table("style", "", "trait", "", box=None)
    style = [(f.name, getattr(profile.style, f.name)) for f in fields(profile.style)]
    traits = [(f.name, getattr(profile.big_five, f.name)) for f in fields(profile.big_five)]
    traits += [("patience", profile.patience), ("language", profile.language)]
    for number, (name, value) in enumerate(style):
        trait = traits[number] if number < len(traits) else ("", "")
        table.add_row(name, printable(_figure(value)), *map(str, trait))
    out.print()
    out.print(table)
    told = Counter(fact.attribute or "other" for fact in profile.facts)
    if told:
        counts = ", ".join(f"{name} {count}" for name, count in told.most_common())
        out.print(printable(f"\nfacts: {counts}"), soft_wrap=True)
    for name, value in (("source", profile.source), ("licence", profile.licence)):
        if value:
            out.print(printable(f"{name}: {value}"), soft_wrap=True)


def _figure(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _summary(profile: Profile) -> dict[str, object]:
    return {
        "id": profile.id,
        "facts": len(profile.facts),
        "words": profile.style.words,
        "register": profile.style.register,
        "attacks": ", ".join(profile.attacks),
        "goal": profile.goals[0] if profile.goals else "",
    }
