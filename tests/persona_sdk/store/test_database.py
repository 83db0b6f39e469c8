"""Where sessions go when nobody says."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from persona_sdk.errors import StoreError
from persona_sdk.store import Store, default_path
from persona_sdk.types import Persona


def test_persona_home_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "/elsewhere")
    assert default_path() == tmp_path / "sessions.sqlite3"


@pytest.mark.skipif(sys.platform != "linux", reason="the data folder of Linux")
def test_the_data_folder_of_the_platform_is_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PERSONA_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "faithful-persona" / "sessions.sqlite3"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_path() == tmp_path / ".local/share/faithful-persona/sessions.sqlite3"


def test_the_default_folder_is_made_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path / "new" / "home"))
    with Store.open() as store:
        store.create_session(Persona("Ada", ()), model="m", guard_mode="off")
    assert stat.S_IMODE((tmp_path / "new" / "home").stat().st_mode) == 0o700
    with Store.open() as store:
        assert len(store.sessions()) == 1


def test_a_home_that_is_a_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path / "home"))
    with pytest.raises(StoreError, match=r"home: the folder .* cannot be made .*set PERSONA_HOME"):
        Store.open()


@pytest.mark.parametrize("name", ["with space?.db", "question#mark%20.db", "données.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    Store.open(tmp_path / name).close()
    assert (tmp_path / name).is_file()


def test_the_home_of_nobody_is_named() -> None:
    with pytest.raises(StoreError, match="home folder of '~nobody-here' is not known"):
        Store.open("~nobody-here/x")
