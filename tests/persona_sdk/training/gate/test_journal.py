import json
from pathlib import Path

import pytest

from persona_sdk.errors import StoreError
from persona_sdk.training.gate.journal import JOURNAL, Journal, read_journal
from persona_sdk.training.gate.values import Measurement

SETTINGS = {"seed": 7, "guard": {"scorers": "builtin"}}
ONE = Measurement(
    "before", "reply", "Tess", "q0", 3, "Well?", "Bees — 🐝.", "pass", {"delta_apc": 0.5}
)


def test_what_was_measured_is_there_when_the_journal_is_opened_again(tmp_path: Path) -> None:
    with Journal(tmp_path, SETTINGS) as journal:
        journal.add(ONE)
    with Journal(tmp_path, SETTINGS) as journal:
        assert journal.measurements == [ONE]
        assert ("before", "reply", "Tess", "q0") in journal
        assert ("after", "reply", "Tess", "q0") not in journal
    assert read_journal(tmp_path) == (SETTINGS, [ONE])


def test_a_line_that_a_kill_cut_is_dropped(tmp_path: Path) -> None:
    with Journal(tmp_path, SETTINGS) as journal:
        journal.add(ONE)
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(b'{"side": "after", "task": "re')
    with Journal(tmp_path, SETTINGS) as journal:
        assert journal.measurements == [ONE]
        journal.add(Measurement("after", "reply", "Tess", "q0"))
    assert len(read_journal(tmp_path)[1]) == 2


def test_a_line_that_a_full_disk_cuts_is_an_error(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(tmp_path, SETTINGS) as journal:
        room = journal.path.stat().st_size + 20
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, unlimited[1]))
        try:
            with pytest.raises(StoreError, match="make room"):
                journal.add(ONE)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    with Journal(tmp_path, SETTINGS) as journal:
        assert journal.measurements == []


def test_an_item_that_broke_off_is_measured_again(tmp_path: Path) -> None:
    place = ("before", "reply", "Tess", "q1")
    with Journal(tmp_path, SETTINGS) as journal:
        journal.add(Measurement(*place, error="ModelError: no"))
        assert place not in journal
        journal.add(Measurement(*place, values={"delta_apc": 0.1}))
        assert place in journal
    with Journal(tmp_path, SETTINGS) as journal:
        assert [one.error for one in journal.measurements] == [""]


def test_other_settings_are_refused_and_named(tmp_path: Path) -> None:
    Journal(tmp_path, SETTINGS).__exit__()
    with pytest.raises(StoreError, match=r'gate: guard\.scorers was "builtin", is "hf:other": cho'):
        Journal(tmp_path, {**SETTINGS, "guard": {"scorers": "hf:other"}})


def test_two_gates_cannot_write_one_journal(tmp_path: Path) -> None:
    with Journal(tmp_path, SETTINGS), pytest.raises(StoreError, match="another gate is at work"):
        Journal(tmp_path, SETTINGS)


def test_what_is_not_finite_is_written_as_not_measured(tmp_path: Path) -> None:
    with Journal(tmp_path, SETTINGS) as journal:
        journal.add(Measurement("after", "chat", "", "c0", values={"chat_surprise": float("nan")}))
    kept = read_journal(tmp_path)[1][0]
    assert (kept.values, kept.missing) == ({}, {"chat_surprise": "was nan"})


def test_half_of_a_surrogate_pair_in_a_reply_is_kept(tmp_path: Path) -> None:
    one = Measurement("after", "reply", "Tess", "q0", reply="Bees \ud83d")
    with Journal(tmp_path, SETTINGS) as journal:
        journal.add(one)
    assert read_journal(tmp_path)[1] == [one]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    Journal(tmp_path, SETTINGS).__exit__()
    with (tmp_path / JOURNAL).open("a") as file:
        file.write('{"side": "before"}\n')
    with pytest.raises(StoreError, match=r"measurements.jsonl:2: the line is broken"):
        Journal(tmp_path, SETTINGS)


def test_another_file_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).write_text(json.dumps({"format": "else"}) + "\n")
    with pytest.raises(StoreError, match="no journal of a gate"):
        Journal(tmp_path, SETTINGS)
    with pytest.raises(StoreError, match="No such file"):
        read_journal(tmp_path / "none")
