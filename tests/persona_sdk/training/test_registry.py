import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from persona_sdk.errors import AdapterError, StoreError, TrainingError
from persona_sdk.models.adapters_home import REGISTRY, adapter_named, adapters_home
from persona_sdk.models.catalog import builtin_path, shipped_adapter
from persona_sdk.training.adapters.lineage import sha256_of
from persona_sdk.training.registry import Registry
from persona_sdk.training.registry_values import Entry

BASE = "b" * 64
Make = Callable[..., Entry]


def gate(entry: Entry, outcome: str = "promote", **changes: Any) -> dict[str, Any]:
    """What a gate of six characters left on an adapter beside the plain base."""
    before = {"name": "builtin:base", "model_sha256": BASE, "adapter_sha256": ""}
    after = {
        "name": "builtin+adapter:x",
        "model_sha256": BASE,
        "adapter_sha256": entry.sha256,
        "adapter_scale": 1.0,
    }
    personas = changes.get("personas", [f"p{i}" for i in range(6)])
    return {
        "format": "faithful-persona gate verdict",
        "version": 1,
        "outcome": outcome,
        "reasons": ["ΔAPC +0.50 [+0.40, +0.60]: the whole interval is better than before"],
        "scope": "characters like these",
        "metrics": [],
        "bars": {"fewest_personas": 5},
        "settings": {
            "before": {**before, **changes.get("before", {})},
            "after": {**after, **changes.get("after", {})},
            "personas": dict.fromkeys(personas, "digest"),
        },
    }


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "adapters", now=lambda: datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


@pytest.fixture
def add(registry: Registry, write_adapter: Callable[..., Path], tmp_path: Path) -> Make:
    """Add an adapter of its own for each seed."""

    def make(seed: int, **changes: Any) -> Entry:
        file = write_adapter(tmp_path / f"{seed}.gguf", width=8, strength=0.1, seed=seed)
        wanted = {"name": "character", "base": "builtin:base", "base_sha256": BASE, **changes}
        return registry.add(file, **wanted)

    return make


def test_an_added_adapter_is_a_candidate_and_not_found_by_name(
    registry: Registry, add: Make
) -> None:
    entry = add(1, lineage={"data_sha256": "d" * 64, "seed": "17"})
    assert (entry.state, entry.id) == ("candidate", entry.sha256[:12])
    assert registry.entries() == (entry,)
    assert entry.lineage["seed"] == "17" and entry.added == "2026-01-02T03:04:00+00:00"
    assert adapter_named("character", registry.folder) is None
    assert adapter_named(entry.id, registry.folder) == registry.path_of(entry.id)


def test_the_same_file_is_added_once(registry: Registry, add: Make) -> None:
    assert add(1) == add(1)
    assert len(registry.history()) == 1
    with pytest.raises(AdapterError, match="the same file is there as character"):
        add(1, persona="Tess Marlow")


def test_a_winner_becomes_active_and_is_found_by_name(registry: Registry, add: Make) -> None:
    entry = registry.install(add(1).id, gate(add(1)))
    assert entry.state == "active"
    assert registry.active(BASE) == registry.find("character") == entry
    path = adapter_named("character", registry.folder)
    assert path is not None and sha256_of(path) == entry.sha256
    kept = json.loads((registry.folder / entry.id / "gate.json").read_text())
    assert kept["outcome"] == "promote"


@pytest.mark.parametrize("outcome", ["reject", "undecided"])
def test_what_did_not_win_is_refused_with_the_gates_reasons(
    registry: Registry, add: Make, outcome: str
) -> None:
    entry = add(1)
    with pytest.raises(TrainingError, match=rf"the gate says {outcome}: ΔAPC \+0.50"):
        registry.install(entry.id, gate(entry, outcome))
    assert registry.entries() == (entry,)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"after": {"adapter_sha256": "c" * 64}}, "about another file"),
        ({"after": {"adapter_sha256": ""}}, "of no adapter"),
        ({"after": {"adapter_scale": 0.5}}, "at scale 0.5"),
        ({"after": {"model_sha256": "e" * 64}}, "on another base"),
        ({"before": {"model_sha256": "e" * 64}}, "on another base"),
        ({"personas": ["Tess", "Pip"]}, "about Tess, Pip only"),
    ],
)
def test_a_gate_on_anything_else_does_not_count(
    registry: Registry, add: Make, changes: dict[str, Any], why: str
) -> None:
    entry = add(1)
    with pytest.raises(TrainingError, match=why):
        registry.install(entry.id, gate(entry, **changes))
    assert registry.active(BASE) is None


def test_a_gate_of_few_characters_is_enough_for_one_of_them(registry: Registry, add: Make) -> None:
    tess, bob = add(1, persona="Tess"), add(2, persona="Bob")
    assert registry.install(tess.id, gate(tess, personas=["Tess", "Pip"])).state == "active"
    with pytest.raises(TrainingError, match="for Bob: the gate was about Tess, Pip"):
        registry.install(bob.id, gate(bob, personas=["Tess", "Pip"]))
    assert registry.active(BASE) is None and registry.active(BASE, "Tess") is not None


def test_a_newcomer_has_to_beat_what_is_active(registry: Registry, add: Make) -> None:
    first, second = add(1), add(2)
    registry.install(first.id, gate(first))
    with pytest.raises(TrainingError, match=rf"--before builtin:base\+adapter:{first.id}"):
        registry.install(second.id, gate(second))
    registry.install(second.id, gate(second, before={"adapter_sha256": first.sha256}))
    assert [entry.state for entry in registry.entries()] == ["retired", "active"]
    assert registry.find("character").id == second.id


def test_a_rollback_brings_back_what_was_before_down_to_the_base(
    registry: Registry, add: Make
) -> None:
    first, second = add(1), add(2)
    registry.install(first.id, gate(first))
    registry.install(second.id, gate(second, before={"adapter_sha256": first.sha256}))
    back = registry.rollback("character")
    assert back is not None and (back.id, back.state) == (first.id, "active")
    assert registry.active(BASE) == back
    assert registry.rollback("character") is None
    assert registry.active(BASE) is None
    assert [e.what for e in registry.history()][-2:] == ["rolled back", "rolled back"]
    with pytest.raises(AdapterError, match="only an active adapter can be rolled back"):
        registry.rollback(first.id)


def test_a_rollback_goes_past_what_was_removed(registry: Registry, add: Make) -> None:
    first, second, third = add(1), add(2), add(3)
    registry.install(first.id, gate(first))
    registry.install(second.id, gate(second, before={"adapter_sha256": first.sha256}))
    registry.install(third.id, gate(third, before={"adapter_sha256": second.sha256}))
    registry.remove(second.id)
    back = registry.rollback(third.id)
    assert back is not None and back.id == first.id


def test_an_active_adapter_is_not_removed(registry: Registry, add: Make) -> None:
    entry = registry.install(add(1).id, gate(add(1)))
    with pytest.raises(AdapterError, match="is active: roll it back first"):
        registry.remove(entry.id)
    registry.rollback(entry.id)
    registry.remove(entry.id)
    assert registry.entries() == () and not (registry.folder / entry.id).exists()
    assert registry.history()[-1].what == "removed"


def test_a_file_that_was_changed_is_not_used(registry: Registry, add: Make) -> None:
    entry = add(1)
    path = registry.path_of(entry.id)
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(AdapterError, match="was changed since it was added"):
        registry.install(entry.id, gate(entry))
    path.unlink()
    with pytest.raises(AdapterError, match="is gone"):
        registry.path_of(entry.id)


def test_a_rollback_to_a_file_that_is_gone_changes_nothing(registry: Registry, add: Make) -> None:
    first, second = add(1), add(2)
    registry.install(first.id, gate(first))
    registry.install(second.id, gate(second, before={"adapter_sha256": first.sha256}))
    before = registry.entries()
    registry.path_of(first.id).unlink()
    with pytest.raises(AdapterError, match="is gone"):
        registry.rollback("character")
    assert registry.entries() == before


def test_a_change_that_cannot_be_written_leaves_the_registry_as_it_was(
    registry: Registry, add: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = add(1)
    text = (registry.folder / REGISTRY).read_text()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("persona_sdk.store.export.os.replace", full)
    with pytest.raises(StoreError, match="No space left"):
        registry.install(entry.id, gate(entry))
    assert (registry.folder / REGISTRY).read_text() == text
    assert registry.find(entry.id).state == "candidate"


def test_a_copy_that_fails_leaves_nothing_half_written(
    registry: Registry, add: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("persona_sdk.training.registry_folder.shutil.copyfileobj", full)
    with pytest.raises(StoreError, match=r"adapter\.gguf: the adapter cannot be copied \(No space"):
        add(1)
    assert registry.entries() == ()
    assert not [file for file in registry.folder.glob("*/*") if file.is_file()]


def test_files_that_cannot_be_deleted_are_told(
    registry: Registry, add: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = add(1)

    def busy(path: Path) -> None:
        raise OSError(16, "Device or resource busy", str(path))

    monkeypatch.setattr("persona_sdk.training.registry_folder.shutil.rmtree", busy)
    with pytest.raises(StoreError, match=r"resource busy.*delete .* yourself"):
        registry.remove(entry.id)
    assert registry.entries() == ()


def test_an_adapter_whose_files_are_gone_is_removed(registry: Registry, add: Make) -> None:
    entry = add(1)
    registry.path_of(entry.id).unlink()
    (registry.folder / entry.id).rmdir()
    assert registry.remove(entry.id) == entry


def test_many_at_once_lose_nothing(
    registry: Registry, write_adapter: Callable[..., Path], tmp_path: Path
) -> None:
    files = [write_adapter(tmp_path / f"{n}.gguf", width=8, strength=0.1, seed=n) for n in range(6)]

    def add_one(file: Path) -> None:
        Registry(registry.folder).add(file, name=file.stem, base="builtin", base_sha256=BASE)

    threads = [threading.Thread(target=add_one, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.name for e in registry.entries()) == [f.stem for f in files]


def test_several_of_a_name_have_to_be_told_apart(registry: Registry, add: Make) -> None:
    first, second = add(1), add(2)
    with pytest.raises(AdapterError, match=f"{first.id} .candidate., {second.id}"):
        registry.find("character")
    with pytest.raises(AdapterError, match="no adapter is called 'cat', there are: character"):
        registry.find("cat")


def test_the_report_of_a_lost_gate_is_kept_with_the_candidate(
    registry: Registry, add: Make
) -> None:
    entry = add(1)
    kept = registry.keep_gate(entry.id, gate(entry, "undecided"))
    assert registry.find(entry.id) == kept and kept.state == "candidate"
    assert kept.gate is not None and kept.gate["outcome"] == "undecided"
    with pytest.raises(TrainingError, match="another file"):
        registry.keep_gate(entry.id, gate(add(2)))


@pytest.mark.parametrize("name", ["", "a/b", "x.gguf", "-x", "a@2", "a b"])
def test_names_that_cannot_stand_in_a_models_name_are_refused(add: Make, name: str) -> None:
    with pytest.raises(ValueError, match="the name of an adapter has"):
        add(1, name=name)


def test_what_is_no_adapter_is_refused(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    with pytest.raises(AdapterError):
        registry.add(tmp_path / "x.gguf", name="x", base="builtin", base_sha256=BASE)


def test_a_broken_registry_is_named_and_not_overwritten(registry: Registry, add: Make) -> None:
    add(1)
    path = registry.folder / REGISTRY
    path.write_text("{")
    with pytest.raises(AdapterError, match=r"registry.json cannot be read"):
        add(2)
    path.write_text('{"format": "faithful-persona adapters", "version": 2}')
    with pytest.raises(AdapterError, match="no registry of version 1"):
        registry.entries()
    assert path.read_text().endswith('"version": 2}')


def test_the_folder_is_the_users_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PERSONA_ADAPTERS", raising=False)
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path))
    assert Registry().folder == adapters_home() == tmp_path / "adapters"
    monkeypatch.setenv("PERSONA_ADAPTERS", str(tmp_path / "mine"))
    assert Registry().folder == tmp_path / "mine"


@pytest.mark.model
def test_what_ships_with_the_embedded_model_has_to_be_beaten_too(
    registry: Registry, add: Make
) -> None:
    base, shipped = sha256_of(builtin_path()), shipped_adapter()
    assert shipped is not None
    entry = add(1, base_sha256=base)
    sides = {"before": {"model_sha256": base}, "after": {"model_sha256": base}}
    with pytest.raises(TrainingError, match=r"--before builtin$"):
        registry.install(entry.id, gate(entry, **sides))
    sides["before"]["adapter_sha256"] = sha256_of(shipped.path)
    assert registry.install(entry.id, gate(entry, **sides)).state == "active"
