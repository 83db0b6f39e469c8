import json
from typing import get_args

import pytest

pytest.importorskip("torch")

from guards.training import ablate as module
from guards.training.ablate import ablate, main
from guards.training.batches import pair_tokenizer
from guards.training.network import Discriminators, start_weights
from guards.training.options import Options, Part
from guards.training.rows import Row
from guards.training.run import run

ROWS = [
    Row("nli", "Ann: I like tea.", "Ann likes tea.", "e", "toy"),
    Row("nli", "Ann: I hate tea.", "Ann likes tea.", "c", "toy"),
    Row("nli", "Ann: I own a cat.", "Ann has a dog.", "nc", "toy"),
] * 8


READ: list[tuple[str, tuple[str, ...]]] = []


class ToyCorpus:
    def __init__(self, data, sources, seed, without=()):
        READ.append((sources, without))

    def epoch(self, number, *, nli_only):
        assert not nli_only, "nothing is left out of an epoch of public rows alone"
        return ROWS

    def sha256(self):
        return "toy"


@pytest.fixture
def start(tmp_path, monkeypatch):
    try:
        tokenizer = pair_tokenizer(start_weights() / "tokenizer.json")
    except ImportError as error:
        pytest.skip(str(error))
    out = tmp_path / "start"
    options = Options(tmp_path, out, minutes=0.01, nli_minutes=0, batch=8, threads=1)
    run(options, ToyCorpus(None, None, 1), Discriminators(layers=1), tokenizer)
    READ.clear()
    monkeypatch.setattr(module, "Corpus", ToyCorpus)
    monkeypatch.setattr(module, "_sets", lambda data: [("all", ROWS), ("sure", ROWS[:2])])
    return out


def _options(tmp_path, **changed):
    given = {"nli_minutes": 0, "start": tmp_path, "batch": 8, "threads": 1}
    return Options(tmp_path, tmp_path, **(given | changed))


def test_every_part_is_left_out_once_and_rows_of_unknown_licence_are_added_once(start, tmp_path):
    table = ablate(_options(tmp_path, start=start), 2, tmp_path / "a" / "table.json")
    parts = [("cleared", (part,)) for part in list(table)[2:]]
    assert [("cleared", ()), ("all", ()), *parts] == READ
    assert {without[0] for _, without in parts} == set(get_args(Part))
    assert set(table["public"]) == {"all", "sure"}
    assert all(0 <= score <= 1 for scores in table.values() for score in scores.values())
    assert json.loads((tmp_path / "a" / "table.json").read_text())["scores"] == table


def _command(tmp_path, start, *, steps):
    path = tmp_path / "table.json"
    return main(["--start", str(start), "--out", str(path), "--steps", str(steps)]), path


def test_the_command_reads_mixed_epochs_and_keeps_its_settings(start, tmp_path):
    code, path = _command(tmp_path, start, steps=1)
    assert code == 0
    kept = json.loads(path.read_text())
    assert (kept["settings"]["steps"], kept["settings"]["start"]) == (1, "start")


def test_what_the_table_holds_is_not_run_again(start, tmp_path):
    _, path = _command(tmp_path, start, steps=1)
    kept = json.loads(path.read_text())
    kept["scores"] = {"nothing": {"all": 0.5}}
    path.write_text(json.dumps(kept))
    READ.clear()
    _command(tmp_path, start, steps=1)
    assert json.loads(path.read_text())["scores"]["nothing"] == {"all": 0.5}
    assert ("cleared", ()) not in READ


def test_a_table_of_other_settings_is_refused(start, tmp_path, capsys):
    _, path = _command(tmp_path, start, steps=1)
    before = path.read_text()
    assert _command(tmp_path, start, steps=2)[0] == 2
    assert "other settings: steps 1 (now 2); choose another --out" in capsys.readouterr().err
    assert path.read_text() == before


@pytest.mark.parametrize("changed", [{"start": None}, {"nli_minutes": 1}])
def test_senseless_options_are_refused_by_name(tmp_path, changed):
    with pytest.raises(ValueError, match=next(iter(changed))):
        ablate(_options(tmp_path, **changed), 2, tmp_path / "table.json")


def test_a_missing_earlier_run_is_named(tmp_path, capsys):
    assert main(["--start", str(tmp_path / "none"), "--out", str(tmp_path / "t.json")]) == 2
    assert "none" in capsys.readouterr().err
