"""What decides a run of `persona gate`: its options, who is asked what, and the digests of all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from guards.apc import APCGuard
from persona_sdk.cli.distribution import our_version
from persona_sdk.cli.gate_judge import judge_of
from persona_sdk.cli.gate_probes import Probe
from persona_sdk.cli.gate_sides import files_of
from persona_sdk.errors import PersonaFileError, PersonaNotFound
from persona_sdk.models.adapter_name import plain_base
from persona_sdk.personas import bundled, load
from persona_sdk.training.gate.ability import questions
from persona_sdk.training.gate.chats import chats
from persona_sdk.types import GenerationOptions, Persona


@dataclass(frozen=True, slots=True)
class Setup:
    """The options of a gate beside its personas and queries."""

    before: str
    after: str
    base: str
    """The model without any adapter, which says how fluent a draft is."""
    items: int
    guarded: int
    """Probes of each character on which the guard repairs as well."""
    users: int
    turns: int
    seed: int
    max_tokens: int
    temperature: float
    scorers: str

    @property
    def options(self) -> GenerationOptions:
        """How drafts are sampled."""
        return GenerationOptions(max_tokens=self.max_tokens, temperature=self.temperature)


def setup_of(before: str, after: str, **options: Any) -> Setup:
    """Return the setup of two sides; what is measured as plain is the model of `before`."""
    return Setup(before, after, plain_base(before), **options)


def listed(given: str | None) -> tuple[str, ...] | None:
    """Split what an option names by commas; what is there as it is written may hold some itself.

    None, or nothing, stands for the bundled personas.
    """
    if not given:
        return None
    if os.path.exists(given):
        return (given,)
    return tuple(name for part in given.split(",") if (name := part.strip()))


def named_personas(given: Sequence[str] | None) -> list[Persona]:
    """Return the personas of names, files and folders; None takes the bundled ones.

    Raises:
        PersonaNotFound: There is no such persona, or a folder without any.
        PersonaFileError: A file breaks the schema, or two unlike characters have one name.
    """
    names: list[str | Path] = []
    for name in bundled() if given is None else given:
        names += _in_folder(Path(name)) if is_folder(name) else [name]
    if not names:
        raise PersonaNotFound("--personas names nobody: give names, files or folders by commas")
    return load_all(names)


def is_folder(name: str) -> bool:
    """Whether a name stands for a folder of personas: a bundled one's never does."""
    return name not in bundled() and Path(name).is_dir()


def load_all(names: Iterable[str | Path]) -> list[Persona]:
    """Load personas, each once.

    Raises:
        PersonaNotFound: There is no such persona.
        PersonaFileError: A file breaks the schema, or two unlike characters have one name.
    """
    found: dict[str, Persona] = {}
    for name in names:
        persona = load(name)
        if found.setdefault(persona.name, persona) != persona:
            raise PersonaFileError(
                f"{name}: another character is called {persona.name!r} too: rename one of them"
            )
    return list(found.values())


def settings(
    setup: Setup, personas: Sequence[Persona], probes: dict[str, list[Probe]], guard: APCGuard
) -> dict[str, Any]:
    """Return what the journal keeps at its head: two gates that differ here do not mix."""
    return {
        **asdict(setup),
        "before": files_of(setup.before),
        "after": files_of(setup.after),
        "base": files_of(setup.base),
        "version": our_version(),
        "guard": judge_of(setup.scorers, guard),
        "fixed": _digest([[asdict(c) for c in chats()], [asdict(q) for q in questions()]]),
        "personas": {persona.name: _digest(asdict(persona)) for persona in personas},
        "queries": {
            name: _digest([[p.id, p.turns, [asdict(t) for t in p.history]] for p in asked])
            for name, asked in probes.items()
        },
    }


def _in_folder(folder: Path) -> list[Path]:
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".toml", ".json"))
    if not found:
        raise PersonaNotFound(f"{folder} holds no persona: put .toml or .json files there")
    return list(found)


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
