from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import harness


def test_every_figure_is_measured_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(harness, "CONVERSATIONS", 40)
    monkeypatch.setattr(harness, "ROUNDS", 2)
    monkeypatch.setattr(
        harness,
        "_CHILD",
        f"""
import time, benchmarks.harness as harness
harness.CONVERSATIONS = 40
answer = harness._answer
harness._answer = lambda said: time.sleep(0.005) or answer(said)
{harness._CHILD}""",
    )
    rows = {row.name: row.value for row in harness.run()}
    assert 150 <= rows["turns kept at kill -9"] < 400
    assert rows["the resumed run says what the whole one says"] == 1


def test_a_first_turn_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(harness, "CONVERSATIONS", 3)
    for told in ("a turn was played\n", ""):
        harness.hold(tmp_path, harness.tell_first_turn())
        assert capsys.readouterr().out == told
