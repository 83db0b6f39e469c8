"""`persona train … --gate`: a fresh adapter is converted, gated, and installed only if it won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from persona_sdk.cli.gate_hold import Asked, Held, hold
from persona_sdk.cli.gate_setup import setup_of
from persona_sdk.cli.gate_sides import files_of
from persona_sdk.cli.terminal import note, working
from persona_sdk.errors import TrainingError
from persona_sdk.models.adapter_name import MARK, plain_base
from persona_sdk.models.catalog import shipped_adapter
from persona_sdk.personas import load
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.registry import Registry
from persona_sdk.training.registry_values import Entry

FOLDER, FILE = "gate", "adapter.gguf"
"""Where verdict and file lie below the folder of the training."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an adapter is gated behind its training."""

    name: str
    """What the registry calls it."""
    personas: str | None = None
    """Names, files and folders, by commas; None takes the bundled personas."""
    persona: str | None = None
    """The one character that it is for; None is all."""
    queries: Path | None = None
    items: int = 20
    guarded: int = 4
    users: int = 0
    turns: int = 4
    seed: int = 7
    max_tokens: int = 80
    temperature: float = 0.5
    scorers: str = "builtin"
    registry: Path | None = None
    """Folder of the registry; None is the user's."""
    bars: Bars = field(default_factory=Bars)


@dataclass(frozen=True, slots=True)
class Gated:
    """What came of it."""

    held: Held
    entry: Entry
    """`active` where it won, else still a candidate."""


def convert(folder: Path, base: str, name: str) -> Path:
    """Write the adapter that a training left as GGUF and return the file.

    Raises:
        AdapterError: It cannot be converted.
    """
    from persona_sdk.training.adapters.convert import convert_adapter

    with working("Converting the adapter"):
        convert_adapter(folder, folder / FILE, base=base, name=name)
    return folder / FILE


def gate_and_install(
    adapter: Path,
    base: str,
    out: Path,
    wanted: Wanted,
    *,
    trained_on: Sequence[Path] = (),
) -> Gated:
    """Compare an adapter with what is in use now, and install it if the verdict is promote.

    It becomes a candidate of the registry whatever the verdict is, with the report beside it.

    Args:
        adapter: A GGUF adapter.
        base: The model that it is for: `builtin` or `gguf:PATH`.
        out: Folder of the gate.
        wanted: How it is gated, and what it is called.
        trained_on: Rows of its training and of the dev split: what they ask is not asked here.

    Raises:
        PersonaSDKError: The gate could not be held; nothing is installed then.
    """
    registry = Registry(wanted.registry)
    plain = plain_base(base)
    base_sha256 = str(files_of(plain)["model_sha256"])
    persona = load(wanted.persona).name if wanted.persona else ""
    setup = setup_of(
        _in_use(registry, plain, base_sha256, persona),
        f"{plain}{MARK}{adapter.resolve()}",
        items=wanted.items,
        guarded=wanted.guarded,
        users=wanted.users,
        turns=wanted.turns,
        seed=wanted.seed,
        max_tokens=wanted.max_tokens,
        temperature=wanted.temperature,
        scorers=wanted.scorers,
    )
    whom = wanted.personas or wanted.persona
    held = hold(Asked(setup, whom, wanted.queries, tuple(trained_on), wanted.bars), out)
    entry = registry.add(
        adapter, name=wanted.name, base=plain, base_sha256=base_sha256, persona=persona
    )
    if entry.sha256 != held.document["settings"]["after"]["adapter_sha256"]:
        raise TrainingError(f"{adapter} was changed while it was gated: gate it again")
    why = f"the gate says {held.verdict.outcome}"
    if held.verdict.outcome == "promote":
        try:
            entry = registry.install(entry.id, held.document)
        except TrainingError as error:  # it won, but not for whom it was to be installed
            why = str(error)
    if entry.state == "active":
        note(f"installed: {entry.name} ({entry.id}) for {entry.persona or 'all characters'}")
    else:
        entry = registry.keep_gate(entry.id, held.document)
        note(f"kept as candidate {entry.id}, not installed: {why}")
    return Gated(held, entry)


def _in_use(registry: Registry, plain: str, base_sha256: str, persona: str) -> str:
    """Return the name of what an adapter would replace: active, else shipped, else the base."""
    active = registry.active(base_sha256, persona)
    if active is not None:
        return f"{plain}{MARK}{registry.path_of(active.id)}"
    return "builtin" if plain == "builtin:base" and shipped_adapter() else plain
