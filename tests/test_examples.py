"""The example project: its tests pass, and fail as its page says once the character is broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent / "examples" / "stress_test"


def run(folder: Path, test: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-k", test]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "tea-shop"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("stress-reports", "__pycache__"))
    return folder


@pytest.mark.model
def test_the_example_project_passes_and_keeps_its_report(project):
    done = run(project, "everyday")
    assert done.returncode == 0, done.stdout
    assert len(list(project.glob("stress-reports/*/report.html"))) == 1


@pytest.mark.model
def test_the_example_project_fails_when_broken_as_its_page_says(project):
    page = (PROJECT / "README.md").read_text(encoding="utf-8")
    line = re.search(r"`OTHERWISE` in `shopkeeper.py` be (\".*?\"),", page)[1]
    code = (project / "shopkeeper.py").read_text(encoding="utf-8")
    broken, times = re.subn("(?m)^OTHERWISE = .*$", f"OTHERWISE = {line}", code)
    assert times == 1
    (project / "shopkeeper.py").write_text(broken, encoding="utf-8")
    done = run(project, "everyday")
    assert done.returncode == 1, done.stdout
    assert "violation rate of Mira Holt" in done.stdout
    assert "contradicts coffee “Mira never drinks coffee.”" in done.stdout
    assert "persona stress --replay stress-reports/" in done.stdout
