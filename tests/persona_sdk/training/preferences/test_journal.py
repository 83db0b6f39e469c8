import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.errors import RowError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.training.preferences.candidates import Candidates
from persona_sdk.training.preferences.journal import (
    CandidateJournal,
    journal_key,
    read_candidates,
)
from persona_sdk.training.preferences.sampling import as_conversation, sample_candidates
from persona_sdk.types import Persona, as_statements

TESS = Persona("Tess", as_statements(["Tess keeps bees.", "Tess lives in Rome."]))
RUN = {"model": "scripted", "k": 2}


@pytest.fixture
def sampled() -> Callable[[str], Candidates]:
    guard = APCGuard(WordRelevance(), WordEntailment())

    @cache  # drafts carry the seconds they took
    def made(query: str) -> Candidates:
        model = ScriptedModel(["I keep bees.", "I do not keep bees."])
        return next(sample_candidates(TESS, [query], model, guard, k=2))

    return made


def keep(path: Path, *found: Candidates) -> None:
    with CandidateJournal(path, RUN) as journal:
        for one in found:
            journal.add(journal_key(TESS, as_conversation(one.query)), one)


def test_candidates_come_back_equal_with_every_score(
    sampled: Callable[[str], Candidates], tmp_path: Path
) -> None:
    one, other = sampled("Bees?"), sampled("Rome?")
    keep(tmp_path / "c.jsonl", one)
    keep(tmp_path / "c.jsonl", other)
    assert read_candidates(tmp_path / "c.jsonl") == [one, other]
    assert one.attempts[0].verdict.constraints
    kept = CandidateJournal(tmp_path / "c.jsonl", RUN).kept()
    assert list(kept) == [journal_key(TESS, as_conversation(q)) for q in ("bees", "rome")]


def test_a_line_that_a_kill_cut_off_is_lost_alone(
    sampled: Callable[[str], Candidates], tmp_path: Path
) -> None:
    path = tmp_path / "c.jsonl"
    keep(path, sampled("Bees?"), sampled("Rome?"))
    path.write_bytes(path.read_bytes()[:-20])
    assert read_candidates(path) == [sampled("Bees?")]
    keep(path, sampled("Rome?"))
    assert read_candidates(path) == [sampled("Bees?"), sampled("Rome?")]


def test_a_journal_cut_off_in_its_first_line_begins_anew(
    sampled: Callable[[str], Candidates], tmp_path: Path
) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(b'{"format": "faith')
    keep(path, sampled("Bees?"))
    assert read_candidates(path) == [sampled("Bees?")]


def test_the_journal_of_another_run_is_refused(
    sampled: Callable[[str], Candidates], tmp_path: Path
) -> None:
    keep(tmp_path / "c.jsonl", sampled("Bees?"))
    journal = CandidateJournal(tmp_path / "c.jsonl", {"model": "scripted", "k": 4})
    with pytest.raises(RowError, match="of another run: k is 2 there, 4 here: give the same"):
        journal.kept()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{]", r"c.jsonl:2: no JSON .*: remove the line to go on"),
        (b"[]", "c.jsonl:2: must be a JSON object"),
        (b'{"key": "x", "prompt": [], "persona": 3}', r"c.jsonl:2: persona: .*string"),
    ],
)
def test_a_broken_line_inside_is_named(
    sampled: Callable[[str], Candidates], tmp_path: Path, line: bytes, message: str
) -> None:
    path = tmp_path / "c.jsonl"
    keep(path, sampled("Bees?"))
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n" + line + b"\n")
    with pytest.raises(RowError, match=message):
        read_candidates(path)


@pytest.mark.parametrize(
    "head", [{"prompt": []}, {"format": "faithful-persona candidates", "version": 1}]
)
def test_another_file_is_no_journal(tmp_path: Path, head: dict[str, object]) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps(head) + "\n")
    with pytest.raises(RowError, match="is no journal of candidates of version 1"):
        read_candidates(path)


def test_the_key_changes_with_the_persona_and_the_words_of_the_query() -> None:
    asked = as_conversation("Bees?")
    assert journal_key(TESS, asked) == journal_key(TESS, as_conversation("bees"))
    assert journal_key(TESS, asked) != journal_key(TESS, as_conversation("Wax?"))
    assert journal_key(TESS, asked) != journal_key(Persona("Tess", ()), asked)


def test_a_closed_journal_takes_nothing(
    sampled: Callable[[str], Candidates], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="open the journal first"):
        CandidateJournal(tmp_path / "c.jsonl", RUN).add("x", sampled("Bees?"))
