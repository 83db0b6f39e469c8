import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from persona_sdk.training.adapters.lineage import sha256_of

Run = Callable[..., Result]
BASE = "b" * 64


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSONA_ADAPTERS", str(tmp_path / "adapters"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def adapter(write_adapter: Callable[..., Path]) -> Path:
    """A LoRA adapter that says where it comes from."""
    lineage = {"faithful_persona.command": "persona train sft rows.jsonl"}
    return write_adapter(Path("tess.gguf"), width=8, strength=0.1, **lineage)


def gated(adapter: Path, outcome: str, beaten: str = "") -> Path:
    """Write what a gate of six characters would leave."""
    before = {"name": "builtin:base", "model_sha256": BASE, "adapter_sha256": beaten}
    after = {
        "name": f"builtin+adapter:{adapter}",
        "model_sha256": BASE,
        "adapter_sha256": sha256_of(adapter),
        "adapter_scale": 1.0,
    }
    folder = Path(f"gate-{adapter.stem}-{outcome}")
    folder.mkdir(exist_ok=True)
    gain = {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 6}
    score = {"before": 0.25, "after": 0.75, "difference": gain, "state": "rises"}
    document = {
        "format": "faithful-persona gate verdict",
        "version": 1,
        "outcome": outcome,
        "reasons": ["ΔAPC +0.50"],
        "scope": "characters like these 6",
        "metrics": [{"metric": "delta_apc", **score}],
        "bars": {"fewest_personas": 5},
        "settings": {
            "before": before,
            "after": after,
            "personas": dict.fromkeys(["Tess Marlow", *"abcde"], "digest"),
        },
    }
    (folder / "gate.json").write_text(json.dumps(document))
    return folder


def test_an_empty_registry_says_how_to_fill_it(persona: Run) -> None:
    result = persona("adapters", "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "persona gate" in result.stderr


def test_a_winner_is_installed_listed_shown_and_found(persona: Run, adapter: Path) -> None:
    result = persona("adapters", "install", adapter, "--gate", gated(adapter, "promote"))
    assert result.exit_code == 0, result.output
    assert "active: tess" in result.stderr
    assert sha256_of(result.stdout.strip()) == sha256_of(adapter)
    listed = persona("adapters", "list").stdout
    assert "tess" in listed and "active" in listed and "0.25 → 0.75" in listed
    shown = persona("adapters", "show", "tess").stdout
    assert "persona train sft rows.jsonl" in shown and "installed" in shown and "promote" in shown
    assert persona("adapters", "path", "tess").stdout == result.stdout


@pytest.mark.parametrize("outcome", ["reject", "undecided"])
def test_what_did_not_win_is_refused(persona: Run, adapter: Path, outcome: str) -> None:
    result = persona("adapters", "install", adapter, "--gate", gated(adapter, outcome))
    assert result.exit_code == 7
    assert f"the gate says {outcome}" in result.stderr
    assert json.loads(persona("adapters", "list", "--json").stdout)[0]["state"] == "candidate"
    assert persona("adapters", "path", "tess").exit_code == 0


def test_there_is_no_way_around_the_gate(persona: Run, adapter: Path) -> None:
    assert persona("adapters", "install", adapter).exit_code == 2
    assert persona("adapters", "install", adapter, "--force").exit_code == 2


def test_a_rollback_says_what_is_active_now(
    persona: Run, adapter: Path, write_adapter: Callable[..., Path]
) -> None:
    newer = write_adapter(Path("newer.gguf"), width=8, strength=0.1, seed=2)
    persona("adapters", "install", adapter, "--gate", gated(adapter, "promote"), "--name", "c")
    beaten = gated(newer, "promote", sha256_of(adapter))
    assert persona("adapters", "install", newer, "--gate", beaten, "--name", "c").exit_code == 0
    first, second = json.loads(persona("adapters", "list", "--json").stdout)
    assert (first["state"], second["state"]) == ("retired", "active")
    assert first["id"] in persona("adapters", "rollback", "c").stdout
    assert "the plain base" in persona("adapters", "rollback", "c").stdout
    assert persona("adapters", "remove", first["id"]).exit_code == 0
    assert len(json.loads(persona("adapters", "list", "--json").stdout)) == 1


def test_an_adapter_can_be_for_one_character(persona: Run, adapter: Path) -> None:
    gate = gated(adapter, "promote")
    persona("adapters", "install", adapter, "--gate", gate, "--persona", "tess")
    shown = json.loads(persona("adapters", "show", "tess", "--json").stdout)
    assert (shown["persona"], shown["state"]) == ("Tess Marlow", "active")


def test_a_name_that_cannot_stand_in_a_models_name_is_wrong_usage(
    persona: Run, adapter: Path
) -> None:
    gate = gated(adapter, "promote")
    result = persona("adapters", "install", adapter, "--gate", gate, "--name", "a/b")
    assert result.exit_code == 2 and "a/b" in result.stderr


def test_unknown_adapters_and_gates_are_named(persona: Run, adapter: Path) -> None:
    assert persona("adapters", "show", "nobody").exit_code == 4
    result = persona("adapters", "install", adapter, "--gate", "nowhere")
    assert result.exit_code == 6 and "nowhere" in result.stderr
