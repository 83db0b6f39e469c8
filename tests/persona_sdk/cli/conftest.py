"""Runs `persona` in this process, or in one of its own where signals and pipes matter."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance

WITH_DOUBLE = """
import time
import guards.load
from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance

class Slow(APCGuard):
    def check(self, *args):
        time.sleep({pause})
        return super().check(*args)

guards.load.load_guard = lambda **_: Slow(WordRelevance(), WordEntailment())
from persona_sdk.cli.main import main
main()
"""


@pytest.fixture
def persona() -> Callable[..., Result]:
    """Run `persona ARGS` in this process."""
    from persona_sdk.cli.main import app

    def run(*args: object, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, [str(arg) for arg in args], input=stdin)

    return run


@pytest.fixture
def word_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands load a guard that compares words, without weights."""
    monkeypatch.setattr(
        "guards.load.load_guard", lambda **_: APCGuard(WordRelevance(), WordEntailment())
    )


class Process:
    """A `persona` of its own, with pipes for its streams."""

    def __init__(self, home: Path) -> None:
        self._env = {**os.environ, "PERSONA_HOME": str(home), "PYTHONPATH": _ROOT}

    def start(self, *args: object, pause: float | None = None) -> "subprocess.Popen[str]":
        """Start `persona ARGS`; with `pause`, the guard is slow and compares words."""
        program = ["-m", "persona_sdk.cli"]
        if pause is not None:
            program = ["-c", WITH_DOUBLE.format(pause=pause)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, *program, *map(str, args)],
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            text=True,
            env=self._env,
        )

    def shell(self, line: str) -> "subprocess.CompletedProcess[str]":
        """Run a line of bash in which `persona` is the command."""
        define = f'persona() {{ {sys.executable} -m persona_sdk.cli "$@"; }}; '
        return subprocess.run(
            ["bash", "-c", define + line], capture_output=True, text=True, env=self._env
        )


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """Run `persona` in processes that keep nothing outside the test's folder."""
    return Process(tmp_path / "home")


_ROOT = str(Path(__file__).parents[3])
