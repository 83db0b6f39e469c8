"""A loop's steps: done once, gone on with, done anew where something else goes in."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_sdk.cli.loop_ledger import FILE, Figures
from persona_sdk.cli.loop_run import Step, run_steps
from persona_sdk.errors import StoreError, TrainingError
from persona_sdk.filelock import try_lock

SLEEPER = """
import sys, time
from pathlib import Path
from persona_sdk.cli.loop_run import Step, run_steps

def sleep(folder):
    (folder / "slow" / "kept.txt").write_text("half")
    print("begun", flush=True)
    time.sleep(600)

def quick(folder):
    (folder / "quick" / "a.txt").write_text("done")
    return {}

steps = [
    Step("quick", "Quick", {}, (), ("a.txt",), quick),
    Step("slow", "Slow", {}, ("quick",), ("b.txt",), sleep),
]
run_steps(steps, Path(sys.argv[1]))
"""
"""A loop that never ends its second step."""


class Toys:
    """Two steps that write a file each; the second copies the first's."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.word = "one"
        self.breaks: Callable[[], None] = lambda: None

    def steps(self) -> list[Step]:
        return [
            Step("drafts", "Drafting", {"word": self.word}, (), ("a.txt",), self._first),
            Step("pairs", "Choosing", {}, ("drafts",), ("b.txt",), self._second),
        ]

    def _first(self, folder: Path) -> Figures:
        self.ran.append("drafts")
        (folder / "drafts" / "a.txt").write_text(self.word)
        return {"drafts": 1}

    def _second(self, folder: Path) -> Figures:
        self.ran.append("pairs")
        with (folder / "pairs" / "kept.txt").open("a") as file:
            file.write("begun ")
        self.breaks()
        (folder / "pairs" / "b.txt").write_text((folder / "drafts" / "a.txt").read_text())
        return {"pairs": 2}


@pytest.fixture
def toys() -> Toys:
    return Toys()


def test_a_finished_step_is_skipped_and_keeps_its_figures(toys: Toys, tmp_path: Path) -> None:
    first = run_steps(toys.steps(), tmp_path)
    again = run_steps(toys.steps(), tmp_path)
    assert toys.ran == ["drafts", "pairs"]
    assert again == first
    assert again["pairs"].figures == {"pairs": 2}


def test_a_step_that_failed_goes_on_in_its_folder(toys: Toys, tmp_path: Path) -> None:
    def fail() -> None:
        raise TrainingError("killed")

    toys.breaks = fail
    with pytest.raises(TrainingError):
        run_steps(toys.steps(), tmp_path)
    assert json.loads((tmp_path / FILE).read_text())["steps"]["pairs"]["state"] == "begun"
    toys.breaks = lambda: None
    run_steps(toys.steps(), tmp_path)
    assert toys.ran == ["drafts", "pairs", "pairs"]
    assert (tmp_path / "pairs" / "kept.txt").read_text() == "begun begun "


def test_other_options_put_the_former_results_aside(toys: Toys, tmp_path: Path) -> None:
    run_steps(toys.steps(), tmp_path)
    toys.word = "two"
    run_steps(toys.steps(), tmp_path)
    assert (tmp_path / "pairs" / "b.txt").read_text() == "two"
    assert (tmp_path / "pairs" / "kept.txt").read_text() == "begun "
    kept = sorted(p.read_text() for p in (tmp_path / "earlier").glob("*/[ab].txt"))
    assert kept == ["one", "one"]


def test_a_file_changed_by_hand_stays_and_what_follows_is_done_anew(
    toys: Toys, tmp_path: Path
) -> None:
    run_steps(toys.steps(), tmp_path)
    (tmp_path / "drafts" / "a.txt").write_text("by hand")
    run_steps(toys.steps(), tmp_path)
    assert toys.ran == ["drafts", "pairs", "pairs"]
    assert (tmp_path / "pairs" / "b.txt").read_text() == "by hand"


def test_a_step_whose_file_is_gone_is_done_again(toys: Toys, tmp_path: Path) -> None:
    run_steps(toys.steps(), tmp_path)
    (tmp_path / "pairs" / "b.txt").unlink()
    run_steps(toys.steps(), tmp_path)
    assert toys.ran == ["drafts", "pairs", "pairs"]
    assert not (tmp_path / "earlier").exists()


def test_two_loops_do_not_work_in_one_folder(toys: Toys, tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("a") as file:
        assert try_lock(file.fileno())
        with pytest.raises(StoreError, match="another loop"):
            run_steps(toys.steps(), tmp_path)
    assert toys.ran == []


def test_a_broken_ledger_is_told_and_left_alone(toys: Toys, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"format": "something else"}')
    with pytest.raises(StoreError, match=r"loop\.json"):
        run_steps(toys.steps(), tmp_path)
    assert (tmp_path / FILE).read_text() == '{"format": "something else"}'


def test_after_a_kill_the_same_loop_goes_on(tmp_path: Path) -> None:
    slow = subprocess.Popen(
        [sys.executable, "-c", SLEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with slow:
        assert slow.stdout is not None
        assert slow.stdout.readline() == "begun\n"
        os.kill(slow.pid, signal.SIGKILL)
    ran: list[str] = []

    def finish(folder: Path) -> Figures:
        ran.append((folder / "slow" / "kept.txt").read_text())
        (folder / "slow" / "b.txt").write_text("whole")
        return {}

    def never(folder: Path) -> Figures:
        raise AssertionError("it was done before")

    steps = [
        Step("quick", "Quick", {}, (), ("a.txt",), never),
        Step("slow", "Slow", {}, ("quick",), ("b.txt",), finish),
    ]
    assert run_steps(steps, tmp_path)["slow"].state == "done"
    assert ran == ["half"]
