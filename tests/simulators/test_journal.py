import doctest
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import simulators.running.records
import simulators.running.verdict_records
from persona_sdk.errors import StoreError
from persona_sdk.profile import Fact, Profile
from persona_sdk.types import (
    Attempt,
    ConstraintScore,
    Entailment,
    Persona,
    Reply,
    Statement,
    Verdict,
    Violation,
    as_statements,
)
from simulators.journal import JOURNAL, Journal, read_run
from simulators.play import Ending
from simulators.running.run_header import config_hash
from simulators.values import Exchange, Move, RunConfig, Usage

TEA, COFFEE = as_statements(["Tess drinks tea.", "Tess never drinks coffee."], hard=[1])
TESS = Persona("Tess", (TEA, COFFEE), greeting="Come in!", voice=("short",))
ADA = Profile("ada", (Fact("f1", "You are a nurse."),), goals=("Rest.",), attacks=("injection",))
CONFIG = RunConfig(
    TESS, (ADA, Profile("bo")), 3, 5, 7, "builtin", "agenda", "off", (("prompt", "retrieval"),)
)
HI = Exchange(Move("Hi."), Reply("Hello.", outcome="pass"))
HALF = Entailment(0.5, 0.5, 0.0)
FULL = Exchange(
    Move("Cöffee? \ud800", "gave_up", "injection", ("s2",), ("f1",), ("leak",)),
    Reply(
        "Never.",
        (
            Attempt(
                "I love it.",
                Verdict(
                    "fail",
                    (
                        ConstraintScore(TEA, 0.1, Entailment(0.1, 0.2, 0.7)),
                        ConstraintScore(COFFEE, 0.9, Entailment(0.0, 1.0, 0.0), judged=False),
                    ),
                    (Violation(COFFEE, "I love it.", 0, 10, "speech", 0.9, 0.5, 0.8, "toy"),),
                    apc=1.25,
                    delta_apc=-0.5,
                    coverage=0.0,
                    reason="contradicts s2",
                ),
                "draft",
                0.125,
                0.25,
            ),
            Attempt(
                "Never.",
                Verdict(
                    "pass",
                    (ConstraintScore(Statement("s9", "Not hers.", weight=2.0), 0.5, HALF),),
                ),
                "hint",
            ),
        ),
        "pass",
        ("an old turn left the context",),
    ),
    Usage(3, 4, 0.5),
    Usage(5, 6, 1.0 / 3.0),
)


def lines(folder: Path) -> list[bytes]:
    return (folder / JOURNAL).read_bytes().splitlines()


def begun(folder: Path) -> Path:
    """A journal with two turns and two ends."""
    with Journal(folder, CONFIG) as journal:
        journal.write(0, 0, HI)
        journal.write(1, 0, FULL)
        journal.write(0, 1, Ending("max_turns"))
        journal.write(1, 1, Ending("error", "engine", "it is gone"))
    return folder / JOURNAL


def test_what_was_written_is_read_back_equal(tmp_path: Path) -> None:
    begun(tmp_path)
    run = read_run(tmp_path)
    first, second, third = run.dialogues
    assert run.config == CONFIG
    assert (first.exchanges, first.status, first.profile_id) == ((HI,), "max_turns", "ada")
    assert (second.exchanges, second.status, second.profile_id) == ((FULL,), "error", "bo")
    assert (second.fault, second.error) == ("engine", "it is gone")
    assert (third.exchanges, third.status, third.profile_id) == ((), "running", "ada")
    assert len({dialogue.seed for dialogue in run.dialogues}) == 3


def test_an_opened_journal_tells_where_the_run_stood(tmp_path: Path) -> None:
    begun(tmp_path)
    with Journal(tmp_path, CONFIG) as journal:
        assert journal.dialogues == read_run(tmp_path).dialogues


def test_a_turn_has_left_the_program_when_it_is_written(tmp_path: Path) -> None:
    with Journal(tmp_path, CONFIG) as journal:
        journal.write(2, 0, HI)
        assert read_run(tmp_path).dialogues[2].exchanges == (HI,)


def test_statements_of_the_persona_are_written_once(tmp_path: Path) -> None:
    begun(tmp_path)
    header, *turns = lines(tmp_path)
    assert header.count(b"Tess drinks tea.") == 1
    assert not any(b"Tess drinks tea." in line for line in turns)


def test_a_cut_last_line_is_dropped_and_the_run_goes_on_there(tmp_path: Path) -> None:
    path = begun(tmp_path)
    whole = path.read_bytes()
    for cut in range(1, len(lines(tmp_path)[-1]) + 1):
        path.write_bytes(whole[:-cut])
        assert read_run(tmp_path).dialogues[1].status == "running"
    with Journal(tmp_path, CONFIG) as journal:
        journal.write(1, 1, Ending("loop"))
    assert read_run(tmp_path).dialogues[1].status == "loop"


def test_a_cut_header_is_written_again(tmp_path: Path) -> None:
    path = begun(tmp_path)
    path.write_bytes(lines(tmp_path)[0][:100])
    with Journal(tmp_path, CONFIG) as journal:
        assert all(dialogue.status == "running" for dialogue in journal.dialogues)
    assert read_run(tmp_path).config == CONFIG


def test_a_turn_after_an_end_goes_on_with_the_conversation(tmp_path: Path) -> None:
    with Journal(tmp_path, CONFIG) as journal:
        journal.write(0, 0, HI)
        journal.write(0, 1, Ending("budget"))
        journal.write(0, 1, HI)
    dialogue = read_run(tmp_path).dialogues[0]
    assert (dialogue.exchanges, dialogue.status) == ((HI, HI), "running")


def said(outcome: str = "pass", tokens: str = "1") -> bytes:
    """A turn whose guard said that, and whose prompt took so many tokens."""
    verdict = f'{{"outcome": "{outcome}"}}'
    attempt = f'{{"draft": "", "verdict": {verdict}, "rung": "draft", "seconds": [0, 0]}}'
    reply = f'{{"text": "", "outcome": "pass", "attempts": [{attempt}]}}'
    usage = f'"user": [{tokens}, 1, 0], "character": [1, 1, 0]'
    place = '"conversation": 0, "turn": 0, "move": {"text": ""}'
    return f'{{{place}, "reply": {reply}, {usage}}}'.encode()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "JSONDecodeError"),
        (b"\0\0\0", "JSONDecodeError"),
        (b'{"conversation": 3, "status": "loop"}', r"must be in \[0, 3\), was: 3"),
        (b'{"conversation": 0, "status": "bored"}', "was: 'bored'"),
        (b'{"conversation": 0, "turn": 4}', "turn of conversation 0 must be 0, was: 4"),
        (b'{"conversation": 0, "turn": 0, "move": {"text": 5}}', "must be a text, was: 5"),
        (b"[]", "TypeError"),
        (said(outcome="good"), "outcome must be one of pass, fail, unscored, was: 'good'"),
        (said(tokens="NaN"), r"usage must be numbers from 0 on, was: \[nan"),
        (said(tokens='"1"'), "TypeError"),
    ],
)
def test_a_broken_line_in_the_middle_is_told_with_its_number(
    tmp_path: Path, line: bytes, told: str
) -> None:
    path = begun(tmp_path)
    header, *rest = lines(tmp_path)
    path.write_bytes(b"\n".join([header, line, *rest, b""]))
    with pytest.raises(StoreError, match=rf"journal.jsonl:2: the line is broken .*{told}"):
        read_run(tmp_path)
    with pytest.raises(StoreError, match=r":2: the line is broken"):
        Journal(tmp_path, CONFIG)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (replace(CONFIG, seed=8), "seed is 7 there, 8 here"),
        (replace(CONFIG, settings=(("prompt", "name-only"),)), "prompt is 'retrieval' there, "),
        (replace(CONFIG, settings=()), "prompt is 'retrieval' there, None here"),
        (replace(CONFIG, profiles=(ADA,)), "profiles are 2 there, 1 here"),
        (replace(CONFIG, profiles=(ADA, Profile("cy"))), "first 'bo' there, 'cy' here"),
        (replace(CONFIG, persona=replace(TESS, greeting="")), "persona differs in greeting"),
    ],
)
def test_another_config_is_refused_with_what_differs(
    tmp_path: Path, other: RunConfig, told: str
) -> None:
    begun(tmp_path)
    before = lines(tmp_path)
    with pytest.raises(StoreError, match=told):
        Journal(tmp_path, other)
    assert lines(tmp_path) == before
    assert config_hash(other) != config_hash(CONFIG)


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = begun(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 2', 1))
    with pytest.raises(StoreError, match="is a journal of format 2, this program reads format 1"):
        Journal(tmp_path, CONFIG)


def test_a_changed_header_is_refused(tmp_path: Path) -> None:
    path = begun(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"seed": 7', b'"seed": 8', 1))
    with pytest.raises(StoreError, match="the header was changed after it was written"):
        read_run(tmp_path)


@pytest.mark.parametrize("text", ["my notes", "my notes\n", '{"format": "other"}\n'])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / JOURNAL).write_text(text)
    with pytest.raises(StoreError, match="is no journal of a run"):
        Journal(tmp_path, CONFIG)
    assert (tmp_path / JOURNAL).read_text() == text


def test_two_runs_on_one_journal_are_refused(tmp_path: Path) -> None:
    with (
        Journal(tmp_path, CONFIG),
        pytest.raises(StoreError, match="another run is at work on it"),
    ):
        Journal(tmp_path, CONFIG)
    Journal(tmp_path, CONFIG).close()


def test_the_lock_of_a_killed_run_holds_nobody_up(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\n"
            "from tests.simulators.test_journal import CONFIG\n"
            "from simulators.journal import Journal\n"
            "journal = Journal(sys.argv[1], CONFIG)\n"
            "print('open', flush=True)\n"
            "time.sleep(60)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert child.stdout is not None
    with child, child.stdout:
        assert child.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match="another run is at work on it"):
            Journal(tmp_path, CONFIG)
        child.kill()
        child.wait()
    Journal(tmp_path, CONFIG).close()


def test_on_a_full_disk_nothing_half_written_counts_and_the_run_goes_on_later(
    tmp_path: Path,
) -> None:
    begun(tmp_path)
    size = (tmp_path / JOURNAL).stat().st_size
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource, sys\n"
            "from tests.simulators.test_journal import CONFIG, FULL\n"
            "from simulators.journal import Journal\n"
            "journal = Journal(sys.argv[1], CONFIG)\n"
            "most = int(sys.argv[2])\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
            "for again in range(2):\n"
            "    try:\n"
            "        journal.write(2, 0, FULL)\n"
            "    except Exception as error:\n"
            "        print(type(error).__name__, error)\n",
            str(tmp_path),
            str(size + 50),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        check=True,
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("StoreError")
    assert "make room" in first
    assert "could not be written before" in second
    assert (tmp_path / JOURNAL).stat().st_size == size
    with Journal(tmp_path, CONFIG) as journal:
        journal.write(2, 0, FULL)
    assert read_run(tmp_path).dialogues[2].exchanges == (FULL,)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        read_run(tmp_path / "nowhere")
    (tmp_path / JOURNAL).touch()
    with pytest.raises(StoreError, match="holds no run yet"):
        read_run(tmp_path)


def test_a_closed_journal_takes_nothing_more(tmp_path: Path) -> None:
    with Journal(tmp_path, CONFIG) as journal:
        pass
    with pytest.raises(StoreError, match="is closed"):
        journal.write(0, 0, HI)


def test_a_line_is_json_that_others_can_read(tmp_path: Path) -> None:
    begun(tmp_path)
    assert json.loads(lines(tmp_path)[1])["reply"] == {"text": "Hello.", "outcome": "pass"}


def test_the_examples_run() -> None:
    for module in (simulators.running.records, simulators.running.verdict_records):
        assert doctest.testmod(module).failed == 0
