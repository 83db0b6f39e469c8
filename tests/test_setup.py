"""setup.sh says what is missing; what it installs is shown by running the other tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="setup.sh needs a POSIX shell")


def set_up(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", str(ROOT / "setup.sh"), *arguments],
        input="the conversation",
        capture_output=True,
        text=True,
        env={**os.environ, **variables},
    )


def fake_python(folder: Path, body: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("arguments", [(), ("everything",)])
def test_it_must_be_told_what_for(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = set_up(*arguments, VENV=str(tmp_path / "venv"))
    assert result.returncode == 1
    forms = "sh setup.sh runtime, sh setup.sh train, sh setup.sh dev, or sh setup.sh bench"
    assert result.stderr == f"setup: say what for: {forms}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    result = set_up("runtime", PYTHON="python0.9", VENV=str(tmp_path / "venv"))
    assert result.returncode == 1
    assert "no 'python0.9' here: install Python 3.11" in result.stderr


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    old = fake_python(tmp_path, '[ "$1" = --version ] && echo Python 3.9.2 && exit; exit 1')
    result = set_up("runtime", PYTHON=old, VENV=str(tmp_path / "venv"))
    assert result.returncode == 1
    assert "Python 3.9.2 is too old" in result.stderr


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    bare = fake_python(tmp_path, 'case "$*" in *version_info*) exit 0;; *) exit 1;; esac')
    result = set_up("runtime", PYTHON=bare, VENV=str(tmp_path / "venv"))
    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_the_benchmarks_install_what_they_compare_with(tmp_path: Path) -> None:
    planned = subprocess.run(
        ["make", "-n", "-C", str(ROOT), "bench", f"VENV={tmp_path}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f'VENV="{tmp_path}" sh setup.sh bench' in planned.stdout
    assert "bench)\n    make_venv\n    install_llama\n    install_package '.[bench]'" in (
        ROOT / "setup.sh"
    ).read_text("utf-8")
