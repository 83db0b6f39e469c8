"""The end of a loop: only what the gate promotes is installed, and what it said is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from persona_sdk.cli.gate_hold import Asked, Held
from persona_sdk.cli.gate_setup import named_personas
from persona_sdk.cli.loop_gate import gate_step, registry_step
from persona_sdk.cli.loop_plan import SMALL, Loop, Plan
from persona_sdk.errors import ModelError, TrainingError
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.gate.values import GateVerdict
from persona_sdk.training.registry import Registry


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(
        personas=("tess",),
        model="builtin",
        scorers="builtin",
        queries=None,
        size=SMALL,
        length=0.15,
        sft=False,
        max_tokens=80,
        name="tess",
        install=True,
        registry=tmp_path / "adapters",
        seed=7,
    )


@pytest.fixture
def folder(tmp_path: Path, plan: Plan, write_adapter: Callable[..., Path]) -> Path:
    """A loop whose adapter is written."""
    for name in ("adapter", "gate", "registry"):
        (tmp_path / "loop" / name).mkdir(parents=True)
    write_adapter(Loop(plan).adapter(tmp_path / "loop"), width=8, strength=0.1, seed=1)
    return tmp_path / "loop"


def held(plan: Plan, folder: Path, outcome: str) -> None:
    """Write what a gate of that outcome leaves."""
    loop = Loop(plan)
    digest = sha256_of(loop.adapter(folder))
    after = {**loop.speaks, "adapter_sha256": digest, "adapter_scale": 1.0}
    document: dict[str, Any] = {
        "format": "faithful-persona gate verdict",
        "version": 1,
        "outcome": outcome,
        "reasons": ["because"],
        "scope": "Tess Marlow only",
        "metrics": [],
        "bars": {"fewest_personas": 5},
        "settings": {
            "before": dict(loop.speaks),
            "after": after,
            "personas": {"Tess Marlow": "digest"},
        },
    }
    (folder / "gate" / "gate.json").write_text(json.dumps(document))


def test_a_winner_is_installed_for_its_character(plan: Plan, folder: Path) -> None:
    held(plan, folder, "promote")
    assert registry_step(Loop(plan)).run(folder)["state"] == "active"
    (entry,) = Registry(plan.registry).entries()
    assert (entry.name, entry.persona, entry.state) == ("tess", "Tess Marlow", "active")
    assert json.loads((folder / "registry" / "entry.json").read_text())["id"] == entry.id


def test_the_gate_asks_a_character_whose_file_has_a_comma_in_its_name(
    plan: Plan, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Asked] = []

    def hold(wanted: Asked, out: Path) -> Held:
        asked.append(wanted)
        return Held(GateVerdict("undecided", (), (), ""), {}, [], out, out / "report.html")

    monkeypatch.setattr("persona_sdk.cli.loop_gate.hold", hold)
    file = folder / "a, b.toml"
    file.write_text('name = "Mara"\nstatements = ["Mara bakes."]\n')
    gate_step(Loop(replace(plan, personas=(str(file), "tess")))).run(folder)
    names = [persona.name for persona in named_personas(asked[0].personas)]
    assert names == ["Mara", "Tess Marlow"]


@pytest.mark.parametrize("outcome", ["undecided", "reject"])
def test_what_did_not_win_is_kept_and_not_used(plan: Plan, folder: Path, outcome: str) -> None:
    held(plan, folder, outcome)
    told = registry_step(Loop(plan)).run(folder)
    assert (told["state"], told["not_installed"]) == ("candidate", f"the gate says {outcome}")
    (entry,) = Registry(plan.registry).entries()
    assert entry.gate is not None
    assert entry.gate["outcome"] == outcome


def test_a_winner_is_not_installed_where_nobody_wants_it(plan: Plan, folder: Path) -> None:
    held(plan, folder, "promote")
    told = registry_step(Loop(replace(plan, install=False))).run(folder)
    assert (told["state"], told["not_installed"]) == ("candidate", "--no-install")


def test_two_characters_cannot_have_an_adapter_that_is_for_all(plan: Plan, folder: Path) -> None:
    held(plan, folder, "promote")
    two = Loop(replace(plan, personas=("tess", "pip")))
    told = registry_step(two).run(folder)
    assert told["state"] == "candidate"
    assert "not installed for all characters" in told["not_installed"]


def test_the_next_loop_has_to_begin_with_what_is_active(plan: Plan, folder: Path) -> None:
    held(plan, folder, "promote")
    registry_step(Loop(plan)).run(folder)
    with pytest.raises(TrainingError, match="is active for Tess Marlow"):
        Loop(plan).check_place()
    file = Loop(plan).adapter(folder)
    Loop(replace(plan, model=f"builtin+adapter:{file}")).check_place()
    Loop(replace(plan, install=False)).check_place()


def test_an_adapter_at_half_strength_is_no_beginning(plan: Plan) -> None:
    with pytest.raises(ModelError, match=r"leave out @0\.5"):
        Loop(replace(plan, model="builtin+adapter:x.gguf@0.5"))


def test_a_loop_begins_with_what_ships_with_the_embedded_model(plan: Plan) -> None:
    plain = replace(plan, model="builtin:base")
    with pytest.raises(TrainingError, match="has an adapter of its own: begin with it"):
        Loop(plain).check_place()
    Loop(replace(plain, install=False)).check_place()
    Loop(plan).check_place()
