"""`persona adapters list|show|path|install|rollback|remove`: the adapters that won a gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from persona_sdk.cli.arguments import utf8
from persona_sdk.cli.terminal import USAGE, fail, note, out, print_json, printable, write_line

if TYPE_CHECKING:
    from persona_sdk.training.registry import Registry
    from persona_sdk.training.registry_values import Entry

RegistryOption = Annotated[
    Path | None,
    typer.Option(
        "--registry",
        help="Folder of the adapters.",
        envvar="PERSONA_ADAPTERS",
        show_default="the user's data folder",
    ),
]
Name = Annotated[str, typer.Argument(help="Name or id of an adapter.", callback=utf8)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def list_(registry: RegistryOption = None, json: Json = False) -> None:
    """List the adapters, with the gate that each of them came through."""
    entries = _opened(registry).entries()
    if json:
        print_json([asdict(entry) for entry in entries])
        return
    if not entries:
        note("no adapters: `persona gate` measures one, `persona adapters install` lets it in")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("name", "id", "state", "base", "for", "ΔAPC", "gate", "added"):
        table.add_column(head, overflow="fold")
    for entry in entries:
        table.add_row(*map(printable, _row(entry)))
    out.print(table)


def show(name: Name, registry: RegistryOption = None, json: Json = False) -> None:
    """Show where an adapter comes from, what its gate said, and what happened to it."""
    opened = _opened(registry)
    entry = opened.find(name)
    history = [event for event in opened.history() if entry.id in (event.adapter, event.replaced)]
    told = {**asdict(entry), "history": [asdict(event) for event in history]}
    if json:
        print_json(told)
        return
    for key, value in _facts(entry):
        out.print(f"{key:>9}  {printable(value)}", soft_wrap=True)
    for event in history:
        replaced = f" in place of {event.replaced}" if event.replaced else ""
        out.print(f"{event.when}  {event.what} {event.adapter}{replaced}", soft_wrap=True)


def path(name: Name, registry: RegistryOption = None) -> None:
    """Print the file of an adapter: --model "builtin+adapter:$(persona adapters path NAME)"."""
    write_line(str(_opened(registry).path_of(name)))


def install(
    adapter: Annotated[
        str, typer.Argument(help="GGUF adapter, or the name of a candidate.", callback=utf8)
    ],
    gate: Annotated[
        Path, typer.Option("--gate", help="The --out of the `persona gate` that it won.")
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", help="What to call it.", show_default="the file's name"),
    ] = None,
    persona: Annotated[
        str | None,
        typer.Option(
            "--persona", help="The one character that it is for.", show_default="all", callback=utf8
        ),
    ] = None,
    registry: RegistryOption = None,
) -> None:
    """Let an adapter be used, if a gate on this very file says promote.

    What was active in its place retires; `rollback` brings it back. There is no way around the
    gate: to try an adapter out, name its file, as in builtin+adapter:PATH.
    """
    from persona_sdk.training.gate.document import read_verdict

    document = read_verdict(gate)
    opened = _opened(registry)
    key = adapter
    if Path(adapter).is_file():
        key = _added(opened, Path(adapter), document, name, persona).id
    elif name is not None or persona is not None:
        fail("--name and --persona are for a file: a candidate has its own", USAGE)
    entry = opened.install(key, document)
    note(f"active: {entry.name} ({entry.id}) for {entry.persona or 'all characters'}")
    write_line(str(opened.path_of(entry.id)))


def rollback(name: Name, registry: RegistryOption = None) -> None:
    """Take an active adapter back and let the one before it be used again."""
    before = _opened(registry).rollback(name)
    told = "the plain base" if before is None else f"{before.name} ({before.id})"
    out.print(f"active now: {printable(told)}", soft_wrap=True)


def remove(name: Name, registry: RegistryOption = None) -> None:
    """Delete an adapter that is not active."""
    entry = _opened(registry).remove(name)
    out.print(f"removed: {printable(entry.name)} ({entry.id})", soft_wrap=True)


def _opened(folder: Path | None) -> Registry:
    from persona_sdk.training.registry import Registry

    return Registry(folder)


def _added(
    registry: Registry, file: Path, document: dict[str, Any], name: str | None, persona: str | None
) -> Entry:
    """Take a file in as a candidate for the base that its gate was on."""
    from persona_sdk.models.adapter_name import plain_base
    from persona_sdk.personas import load

    after = document["settings"]["after"]
    try:
        return registry.add(
            file,
            name=name or file.stem,
            base=plain_base(str(after["name"])),
            base_sha256=str(after.get("model_sha256", "")),
            persona="" if persona is None else load(persona).name,
        )
    except ValueError as error:
        fail(f"{error}: give one with --name", USAGE)


def _row(entry: Entry) -> tuple[str, ...]:
    gate = entry.gate or {}
    scores = gate.get("scores", {}).get("delta_apc") or {}
    gain = f"{scores['before']:.2f} → {scores['after']:.2f}" if scores.get("difference") else "–"
    return (
        entry.name,
        entry.id,
        entry.state,
        entry.base,
        entry.persona or "all",
        gain,
        str(gate.get("outcome", "none yet")),
        entry.added.replace("+00:00", "Z"),
    )


def _facts(entry: Entry) -> list[tuple[str, str]]:
    facts = [
        ("name", entry.name),
        ("id", entry.id),
        ("state", entry.state),
        ("base", f"{entry.base} ({entry.base_sha256[:12]})"),
        ("for", entry.persona or "all characters"),
        ("file", f"{entry.size / 1e6:.1f} MB, SHA-256 {entry.sha256}"),
        *(entry.lineage.items()),
    ]
    if entry.gate:
        facts += [("gate", str(entry.gate["outcome"])), ("holds for", str(entry.gate["scope"]))]
        facts += [("", str(reason)) for reason in entry.gate["reasons"]]
    return facts


COMMANDS: dict[str, Callable[..., None]] = {
    "list": list_,
    "show": show,
    "path": path,
    "install": install,
    "rollback": rollback,
    "remove": remove,
}
"""Commands of `persona adapters`, by name."""
