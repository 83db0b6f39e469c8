import doctest
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import simulators.running.budget
import simulators.running.tally
import simulators.stress
from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import ModelNotFound, ModelUnavailable, StoreError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.profile import Profile
from persona_sdk.types import Conversation, Persona, Reply
from simulators.journal import JOURNAL, read_run
from simulators.protocols import Replier
from simulators.running.budget import Budget, Prices
from simulators.running.metering import MeteredModel
from simulators.running.tally import Tally
from simulators.stress import stress
from simulators.values import Dialogue, Move, Run, RunConfig, Usage

TESS = Persona("Tess", (), greeting="Good day.")
PEOPLE = (Profile("ada"), Profile("bo"), Profile("cy"))
CONFIG = RunConfig(TESS, PEOPLE, 6, 4, 7, "scripted", "asking", "off")
TOPICS = "tea boats winter music cheese letters tailors".split()


class Asking:
    """Asks what its seed, its profile and the conversation give; may break or leave."""

    def __init__(self, profile: Profile, seed: int) -> None:
        self._profile = profile
        self._seed = seed

    def move(self, conversation: Conversation) -> Move:
        turn = sum(t.role == "user" for t in conversation)
        if self._profile.id == "bo" and turn == 2:
            raise RuntimeError("bo lost the thread")
        topic = TOPICS[(self._seed + 3 * turn) % len(TOPICS)]
        leaves = self._profile.id == "cy" and turn == 1
        return Move(f"{topic} {turn}, says {self._seed}", "satisfied" if leaves else "running")


def make_agent(seed: int) -> Replier:
    return PersonaAgent(
        TESS, MeteredModel(ScriptedModel(lambda said: f"{len(said)} is {seed}.")), None, mode="off"
    )


def hold(folder: Path, config: RunConfig = CONFIG, **how: object) -> Run:
    makers = {"make_agent": make_agent, "make_user": Asking}
    return stress(config, **{**makers, "folder": folder, **how})  # type: ignore[arg-type]


def texts(run: Run) -> list[tuple[str, Conversation]]:
    """What was said, and how it ended."""
    return [(dialogue.status, dialogue.conversation("Good day.")) for dialogue in run.dialogues]


def test_every_conversation_is_held_with_its_own_profile_and_seed(tmp_path: Path) -> None:
    run = hold(tmp_path)
    assert [d.profile_id for d in run.dialogues] == ["ada", "bo", "cy"] * 2
    assert len({d.seed for d in run.dialogues}) == 6
    assert [d.status for d in run.dialogues] == ["max_turns", "error", "satisfied"] * 2
    assert [len(d.exchanges) for d in run.dialogues] == [4, 2, 2] * 2
    assert read_run(tmp_path) == run


def test_a_failing_conversation_keeps_its_turns_and_names_whom_to_blame(tmp_path: Path) -> None:
    broken = hold(tmp_path).dialogues[1]
    assert (broken.fault, broken.error) == ("simulator", "RuntimeError: bo lost the thread")
    assert len(broken.exchanges) == 2


def test_the_result_does_not_depend_on_how_many_talk_at_once(tmp_path: Path) -> None:
    alone, together = (hold(tmp_path / str(n), concurrency=n) for n in (1, 5))
    assert texts(alone) == texts(together)


def test_no_two_turns_of_a_run_share_a_seed(tmp_path: Path) -> None:
    seeds: list[int] = []

    def counted(seed: int) -> Replier:
        seeds.append(seed)
        return make_agent(seed)

    hold(tmp_path, make_agent=counted)
    assert max(Counter(seeds).values()) == 1
    other = hold(tmp_path / "other", replace(CONFIG, seed=8))
    assert texts(other) != texts(read_run(tmp_path))


def test_a_finished_run_does_nothing_when_it_is_started_again(tmp_path: Path) -> None:
    first = hold(tmp_path)
    size = (tmp_path / JOURNAL).stat().st_size

    def nobody(seed: int) -> Replier:
        raise AssertionError("the run was finished")

    assert hold(tmp_path, make_agent=nobody) == first
    assert (tmp_path / JOURNAL).stat().st_size == size


def test_a_run_goes_on_as_it_would_have_gone_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = texts(hold(tmp_path / "whole", concurrency=3))
    lines = (tmp_path / "whole" / JOURNAL).read_bytes().splitlines(keepends=True)
    for kept in range(1, len(lines), 3):
        folder = tmp_path / str(kept)
        folder.mkdir()
        (folder / JOURNAL).write_bytes(b"".join(lines[:kept]) + lines[kept][:20])
        assert texts(hold(folder, concurrency=2)) == whole


CHILD = """
import sys, time
from pathlib import Path
import tests.simulators.test_stress as test

class Slow:
    def __init__(self, seed):
        self._agent = test.make_agent(seed)
    def reply(self, conversation):
        print("begun", flush=True)
        time.sleep(float(sys.argv[2]))
        return self._agent.reply(conversation)

test.hold(Path(sys.argv[1]), make_agent=Slow, concurrency=3)
"""


def child(folder: Path, pause: float = 0.02) -> "subprocess.Popen[bytes]":
    """A run of its own that tells when it begins a turn, each of which takes `pause` seconds."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(pause)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
        stderr=subprocess.PIPE,
    )


def wait_for_lines(path: Path, count: int) -> None:
    until = time.monotonic() + 30
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_run_that_is_killed_loses_and_repeats_nothing(tmp_path: Path) -> None:
    whole = texts(hold(tmp_path / "whole"))
    folder = tmp_path / "killed"
    with child(folder) as running:
        wait_for_lines(folder / JOURNAL, 7)
        running.kill()
    kept = read_run(folder)
    assert 0 < sum(len(d.exchanges) for d in kept.dialogues) < 16
    made: list[int] = []

    def counted(seed: int) -> Replier:
        agent = make_agent(seed)

        class Counted:
            def reply(self, conversation: Conversation) -> Reply:
                made.append(1)
                return agent.reply(conversation)

        return Counted()

    run = hold(folder, make_agent=counted)
    assert texts(run) == whole
    turns = [sum(len(d.exchanges) for d in one.dialogues) for one in (kept, run)]
    assert len(made) == turns[1] - turns[0]


def test_ctrl_c_journals_the_turns_in_flight_and_the_run_goes_on_later(tmp_path: Path) -> None:
    with child(tmp_path, pause=0.3) as running:
        wait_for_lines(tmp_path / JOURNAL, 2)
        running.send_signal(signal.SIGINT)
        begun, told = running.communicate(timeout=30)
    assert b"KeyboardInterrupt" in told
    kept = sum(len(dialogue.exchanges) for dialogue in read_run(tmp_path).dialogues)
    assert kept == begun.count(b"begun") < 16
    assert texts(hold(tmp_path)) == texts(hold(tmp_path / "whole"))


def test_two_runs_on_one_journal_are_refused(tmp_path: Path) -> None:
    started, go = threading.Event(), threading.Event()

    class Waiting:
        def reply(self, conversation: Conversation) -> Reply:
            started.set()
            assert go.wait(30)
            return Reply("Yes.")

    first = threading.Thread(
        target=hold, args=(tmp_path,), kwargs={"make_agent": lambda _: Waiting()}
    )
    first.start()
    try:
        assert started.wait(30)
        with pytest.raises(StoreError, match="another run is at work on it"):
            hold(tmp_path)
    finally:
        go.set()
        first.join()


def test_conversations_that_an_error_broke_off_go_on_when_asked_to(tmp_path: Path) -> None:
    def dead(seed: int) -> Replier:
        class Dead:
            def reply(self, conversation: Conversation) -> Reply:
                if len(conversation) > 2:
                    raise ModelUnavailable("http://x is gone")
                return make_agent(seed).reply(conversation)

        return Dead()

    config = replace(CONFIG, profiles=PEOPLE[:1])
    first = hold(tmp_path, config, make_agent=dead)
    assert {(d.status, d.fault, len(d.exchanges)) for d in first.dialogues} == {
        ("error", "engine", 1)
    }
    assert hold(tmp_path, config) == first
    again = hold(tmp_path, config, retry=True)
    assert texts(again) == texts(hold(tmp_path / "whole", config))
    assert all(d.fault is None for d in again.dialogues)


def test_what_makes_no_character_at_all_stops_the_run(tmp_path: Path) -> None:
    def missing(seed: int) -> Replier:
        raise ModelNotFound("no such file")

    with pytest.raises(ModelNotFound):
        hold(tmp_path, make_agent=missing)
    assert all(d.status == "running" for d in read_run(tmp_path).dialogues)


@pytest.mark.parametrize(
    "budget",
    [
        Budget(turns=5),
        Budget(tokens=40),
        Budget(money=0.0003, character=Prices(1.0, 20.0)),
    ],
)
def test_a_run_stops_at_its_budget_and_goes_on_with_a_larger_one(
    tmp_path: Path, budget: Budget
) -> None:
    short = hold(tmp_path, budget=budget, concurrency=1)
    endings = Counter(dialogue.status for dialogue in short.dialogues)
    assert endings["budget"] >= 3
    assert read_run(tmp_path) == short
    size = (tmp_path / JOURNAL).stat().st_size
    assert hold(tmp_path, budget=budget, concurrency=1) == short
    assert (tmp_path / JOURNAL).stat().st_size == size
    assert texts(hold(tmp_path)) == texts(hold(tmp_path / "whole"))


def test_a_budget_of_seconds_lets_no_turn_begin_after_them(tmp_path: Path) -> None:
    run = hold(tmp_path, budget=Budget(seconds=1e-9))
    assert {dialogue.status for dialogue in run.dialogues} == {"budget"}


def test_the_totals_are_told_at_the_start_and_after_each_event(tmp_path: Path) -> None:
    told: list[Tally] = []
    hold(tmp_path, on_progress=told.append, concurrency=2)
    assert told[0] == Tally(conversations=6)
    assert len(told) == 1 + 16 + 6
    last = told[-1]
    assert (last.running, last.done, last.failed, last.turns) == (0, 4, 2, 16)
    assert last.character.completion_tokens == 3 * 16
    assert max(tally.running for tally in told) <= 2
    again: list[Tally] = []
    hold(tmp_path, on_progress=again.append)
    assert again == [replace(last, user=again[0].user, character=again[0].character)]


def test_a_callback_that_fails_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    def failing(tally: Tally) -> None:
        if tally.turns == 4:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hold(tmp_path, on_progress=failing)
    assert texts(hold(tmp_path)) == texts(hold(tmp_path / "whole"))


@pytest.mark.parametrize(
    ("change", "how", "told"),
    [
        ({"conversations": 0}, {}, "conversations must be at least 1, was: 0"),
        ({"turns": 0}, {}, "turns must be at least 1, was: 0"),
        ({"profiles": ()}, {}, "at least one user"),
        ({}, {"concurrency": 0}, "concurrency must be at least 1, was: 0"),
    ],
)
def test_a_run_of_nothing_is_refused(
    tmp_path: Path, change: dict[str, object], how: dict[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        hold(tmp_path, replace(CONFIG, **change), **how)  # type: ignore[arg-type]
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Budget(seconds=0), "a budget of seconds must be above 0, was: 0"),
        (lambda: Budget(money=3), "needs prices"),
        (lambda: Prices(-1.0), "the prompt price must be at least 0, was: -1.0"),
    ],
)
def test_a_budget_without_sense_is_refused(make: Callable[[], object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make()


def test_each_side_has_its_price() -> None:
    budget = Budget(character=Prices(1.0, 2.0), user=Prices(0.5, 0.0))
    tally = Tally(character=Usage(10**6, 10**6), user=Usage(10**6, 10**6))
    assert budget.cost(tally) == 3.5


def test_the_examples_run() -> None:
    for module in (simulators.stress, simulators.running.tally, simulators.running.budget):
        assert doctest.testmod(module).failed == 0


def test_a_dialogue_in_the_middle_of_a_run_is_none_of_its_endings(tmp_path: Path) -> None:
    hold(tmp_path, budget=Budget(turns=1), concurrency=1)
    first: Dialogue = read_run(tmp_path).dialogues[0]
    assert (first.status, len(first.exchanges), first.fault) == ("budget", 1, None)


def test_no_more_threads_are_started_than_conversations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[threading.Thread] = []
    real = threading.Thread.start

    def counting(thread: threading.Thread) -> None:
        started.append(thread)
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", counting)
    hold(tmp_path, concurrency=500)
    assert 0 < len(started) <= CONFIG.conversations


@pytest.mark.parametrize("first", [{"budget": Budget(turns=3)}, {}])
def test_the_totals_of_a_run_that_goes_on_are_those_of_its_dialogues(
    tmp_path: Path, first: dict[str, object]
) -> None:
    told: list[Tally] = []
    hold(tmp_path, **first)  # type: ignore[arg-type]
    run = hold(tmp_path, retry=True, on_progress=told.append)
    whole = simulators.running.tally.tally_of(run.dialogues)
    assert replace(told[-1], user=Usage(), character=Usage()) == replace(
        whole, user=Usage(), character=Usage()
    )
