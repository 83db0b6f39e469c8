"""`persona train … --gate`: a fresh adapter is converted, gated, and installed only if it won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from persona_sdk.cli.gate_hold import Asked, Held, hold
from persona_sdk.cli.gate_setup import setup_of
from persona_sdk.cli.gate_sides import files_of
from persona_sdk.cli.terminal import note, working
from persona_sdk.errors import AdapterError, TrainingError
from persona_sdk.models.adapter_file import read_adapter
from persona_sdk.models.adapter_name import MARK, plain_base
from persona_sdk.models.catalog import shipped_adapter
from persona_sdk.personas import load
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.registry import Registry
from persona_sdk.training.registry_rules import refuse_other_use
from persona_sdk.training.registry_values import Entry

FOLDER, FILE = "gate", "adapter.gguf"
"""Where verdict and file lie below the folder of the training."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an adapter is gated behind its training."""

    name: str
    """What the registry calls it."""
    personas: tuple[str, ...] | None = None
    """Names, files and folders; None takes `persona`, and without one the bundled personas."""
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

    held: Held | None
    """None where the adapter was in use already: it cannot be compared with itself."""
    entry: Entry
    """`active` where it won, else still a candidate."""


def convert(folder: Path, base: str, name: str) -> Path:
    """Write the adapter that a training left as GGUF and return the file.

    A file of the same weights stays: its lineage tells times, so that another one would be another
    file, and a gate on the first could not go on.

    Raises:
        AdapterError: It cannot be converted.
    """
    from persona_sdk.training.adapters.convert import convert_adapter

    if _holds(folder, base, name):
        return folder / FILE
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

    It becomes a candidate of the registry whatever the verdict is, with the report beside it. One
    that is in use already stays so, and nothing is measured.

    Args:
        adapter: A GGUF adapter.
        base: The model that it is for: `builtin` or `gguf:PATH`.
        out: Folder of the gate.
        wanted: How it is gated, and what it is called.
        trained_on: Rows of its training and of the dev split: what they ask is not asked here.

    Raises:
        PersonaSDKError: The gate could not be held, the registry has the file for another use, or
            its copy of what is in use is not whole; nothing is installed then.
    """
    registry = Registry(wanted.registry)
    plain = plain_base(base)
    base_sha256 = str(files_of(plain)["model_sha256"])
    persona = load(wanted.persona).name if wanted.persona else ""
    active = registry.active(base_sha256, persona)
    digest = sha256_of(adapter)
    if active is not None and active.sha256 == digest:
        registry.path_of(active.id)  # raises where the copy that is used is gone or was changed
        note(f"in use already: {active.name} ({active.id}) for {persona or 'all characters'}")
        return Gated(None, active)
    if there := next((e for e in registry.entries() if e.sha256 == digest), None):
        refuse_other_use(there, wanted.name, (base_sha256, persona))
    setup = setup_of(
        _in_use(registry, plain, active),
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
    whom = wanted.personas or ((wanted.persona,) if wanted.persona else None)
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


def _holds(folder: Path, base: str, name: str) -> bool:
    """Whether the file is there already, of these weights, for this base and of this name."""
    from persona_sdk.training.adapters.peft_folder import WEIGHTS

    try:
        found = read_adapter(folder / FILE)
        kept = found.lineage["weights_sha256"], found.lineage["base_sha256"], found.name
        return kept == (
            sha256_of(folder / WEIGHTS),
            files_of(plain_base(base))["model_sha256"],
            name,
        )
    except (AdapterError, KeyError, OSError):
        return False


def _in_use(registry: Registry, plain: str, active: Entry | None) -> str:
    """Return the name of what an adapter would replace: active, else shipped, else the base."""
    if active is not None:
        return f"{plain}{MARK}{registry.path_of(active.id)}"
    return "builtin" if plain == "builtin:base" and shipped_adapter() else plain
