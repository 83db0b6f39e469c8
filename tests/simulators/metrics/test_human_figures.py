import gzip
import json
from pathlib import Path

import pytest

from simulators.metrics.human import human_copying, human_sources, style_distance
from simulators.metrics.human_figures import farthest_sample, main, measure_source
from simulators.metrics.spoken import Spoken

TURNS = [(f"turn {i} of mine", "ok, Why?") for i in range(9)]


def convai2(folder: Path) -> Path:
    """Two people of two turns each; the first one says one of his two lines."""
    path = folder / "convai2.jsonl.gz"
    lines = ["i am a nurse .", "i have two cats ."]
    talks = [["hi there !", "well , i am a nurse ."], ["hello", "bread is nice"]]
    rows = [
        {"persona": lines, "history": ["hey"] * (1 + 2 * i), "response": turn}
        for talk in talks
        for i, turn in enumerate(talk)
    ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Figures made of a toy log in place of the shipped ones."""
    log, figures = tmp_path / "log.jsonl", tmp_path / "human.json"
    rows = [{"user_queries": turns, "ai_responses": []} for turns in TURNS]
    log.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    monkeypatch.setattr("simulators.metrics.human.FILE", figures)
    monkeypatch.setattr("simulators.metrics.human_figures.FILE", figures)
    main([str(log), str(log), str(convai2(tmp_path))])
    yield figures
    human_sources.cache_clear()
    human_copying.cache_clear()


def test_people_are_at_no_distance_from_their_own_figures(made):
    assert style_distance([t for turns in TURNS for t in turns]).mean == pytest.approx(0, abs=1e-3)


def test_the_file_says_how_it_was_made_and_holds_no_turn(made):
    text = made.read_text(encoding="utf-8")
    assert "simulators.metrics.human_figures" in json.loads(text)["made_by"]
    assert "of mine" not in text


def test_the_same_log_makes_the_same_bytes(made, tmp_path):
    before = made.read_bytes()
    main([*[str(tmp_path / "log.jsonl")] * 2, str(tmp_path / "convai2.jsonl.gz")])
    assert made.read_bytes() == before


def test_samples_of_other_people_lie_farther(made):
    own = [Spoken(str(i), turns) for i, turns in enumerate(TURNS)]
    other = [Spoken("x", ("Could you tell me more, please? That sounds wonderful!",))]
    assert farthest_sample(own, draws=5) < 0.1 < farthest_sample(other, draws=5)


def test_lines_that_people_say_are_counted(made):
    found = human_copying()
    assert (found.conversations, found.verbatim, found.half) == (2, 0.25, 0.25)
    assert found.licence == "CC-BY-4.0"


def test_people_who_said_nothing_are_refused():
    with pytest.raises(ValueError, match="need a turn"):
        measure_source([], name="nobody", source="", licence="")
