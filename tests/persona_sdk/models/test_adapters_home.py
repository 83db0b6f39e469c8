import json
from pathlib import Path

import pytest

from persona_sdk.errors import AdapterError
from persona_sdk.models.adapter_name import split_name
from persona_sdk.models.adapters_home import ADAPTER, REGISTRY, adapter_named


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A registry with an active and a retired version of one adapter."""
    rows = [
        {"id": "aaa", "name": "character", "state": "retired", "persona": ""},
        {"id": "ccc", "name": "character", "state": "active", "persona": "Tess"},
        {"id": "bbb", "name": "character", "state": "active", "persona": ""},
    ]
    content = {"format": "faithful-persona adapters", "version": 1, "adapters": rows}
    (tmp_path / REGISTRY).write_text(json.dumps({**content, "history": []}))
    monkeypatch.setenv("PERSONA_ADAPTERS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_stands_for_what_is_active_for_all_and_an_id_for_itself(home: Path) -> None:
    assert adapter_named("character") == home / "bbb" / ADAPTER
    assert adapter_named("aaa") == home / "aaa" / ADAPTER
    assert adapter_named("other") is None


@pytest.mark.parametrize(("first", "other"), [("", ""), ("Tess", "Bob")])
def test_a_name_of_several_active_ones_is_told(home: Path, first: str, other: str) -> None:
    content = json.loads((home / REGISTRY).read_text())
    rows = [
        {"id": "ddd", "name": "twin", "state": "active", "persona": first},
        {"id": "eee", "name": "twin", "state": "active", "persona": other},
    ]
    (home / REGISTRY).write_text(json.dumps({**content, "adapters": rows}))
    with pytest.raises(AdapterError, match=r"'twin' stands for several active .* one of ddd, eee"):
        adapter_named("twin")
    assert adapter_named("eee") == home / "eee" / ADAPTER


def test_models_take_a_name_where_no_such_file_is(home: Path) -> None:
    plain, chosen = split_name("builtin+adapter:character@0.5")
    assert chosen is not None
    assert (plain, chosen.path, chosen.scale) == ("builtin", home / "bbb" / ADAPTER, 0.5)


@pytest.mark.parametrize("name", ["other", "character.gguf", "./character"])
def test_everything_else_is_a_path(home: Path, name: str) -> None:
    _, chosen = split_name(f"builtin+adapter:{name}")
    assert chosen is not None and chosen.path == Path(name)


def test_a_file_goes_before_a_name(home: Path) -> None:
    Path("character").write_bytes(b"GGUF")
    _, chosen = split_name("builtin+adapter:character")
    assert chosen is not None and chosen.path == Path("character")


def test_a_broken_registry_is_named(home: Path) -> None:
    (home / REGISTRY).write_text('{"format": "faithful-persona adapters", "version": 1}')
    with pytest.raises(AdapterError, match=r"registry\.json"):
        adapter_named("character")
