from dataclasses import replace
from pathlib import Path

import pytest

from persona_sdk.errors import StoreError, TrainingError
from persona_sdk.training.gate.bars import Bars
from persona_sdk.training.gate.decision import decide
from persona_sdk.training.gate.document import as_json, read_verdict, winner_of, write_verdict
from persona_sdk.training.gate.echoes import with_echoes
from persona_sdk.training.gate.extremes import contrasts, losses, wins
from persona_sdk.training.gate.report import HTML, MARKDOWN, write_report

SETTINGS = {
    "before": {"name": "builtin:base", "model_sha256": "b" * 64, "adapter_sha256": ""},
    "after": {
        "name": "builtin+adapter:new.gguf",
        "model_sha256": "b" * 64,
        "adapter_sha256": "a" * 64,
        "adapter_scale": 1.0,
    },
    "personas": {"p0": "1", "p1": "2", "p2": "3", "p3": "4"},
    "seed": 7,
}


def written(planted, folder: Path):  # type: ignore[no-untyped-def]
    found = planted(delta_apc=0.5)
    found[0] = replace(found[0], query="<script>alert(1)</script> | \u202eback")
    found[1] = replace(found[1], reply="<b>bold</b>\x1b[31m", values={"delta_apc": 99.0})
    found = with_echoes(found)
    verdict = decide(found)
    notes = {"measurements": len(found), "errors": 1}
    document = as_json(verdict, Bars(), SETTINGS, notes)
    write_report(verdict, found, document, folder)
    write_verdict(document, folder)
    return verdict, document


def test_the_page_tells_the_verdict_and_escapes_what_others_wrote(planted, tmp_path: Path) -> None:
    verdict, _ = written(planted, tmp_path)
    page = (tmp_path / HTML).read_text(encoding="utf-8")
    assert verdict.outcome.upper() in page
    assert page.count("<svg") == 3
    assert "<script>" not in page and "<b>bold" not in page
    assert "\x1b" not in page and "\u202e" not in page
    assert all(reason.split(":")[0] in page for reason in verdict.reasons)


def test_the_markdown_has_a_row_for_each_metric(planted, tmp_path: Path) -> None:
    verdict, _ = written(planted, tmp_path)
    text = (tmp_path / MARKDOWN).read_text(encoding="utf-8")
    table = text[text.index("| metric") : text.index("## Worst")]
    assert table.count("\n| ") == 1 + len(verdict.findings)
    assert "## Worst losses in ΔAPC" in text and "\\|" in text


def test_a_verdict_comes_back_as_it_was_written(planted, tmp_path: Path) -> None:
    _, document = written(planted, tmp_path)
    winner = winner_of(read_verdict(tmp_path), "here")
    assert (winner.adapter_sha256, winner.model_sha256) == ("a" * 64, "b" * 64)
    assert winner.outcome == document["outcome"]
    assert winner.personas == ("p0", "p1", "p2", "p3")
    assert not winner.is_general


def test_another_file_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="finished `persona gate`"):
        read_verdict(tmp_path)
    (tmp_path / "gate.json").write_text("[]")
    with pytest.raises(TrainingError, match="no verdict of a gate"):
        read_verdict(tmp_path)
    (tmp_path / "gate.json").write_text("{")
    with pytest.raises(TrainingError, match="no JSON"):
        read_verdict(tmp_path)


def test_losses_and_wins_are_the_ends(planted) -> None:
    found = contrasts(planted(), "delta_apc")
    assert losses(found)[0].gain == min(one.gain for one in found) < 0
    assert wins(found)[0].gain == max(one.gain for one in found) > 0
    assert len(losses(found)) == len(wins(found)) == 6
