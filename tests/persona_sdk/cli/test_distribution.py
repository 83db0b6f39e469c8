import sys
from pathlib import Path

import pytest

from persona_sdk.cli import distribution

HERE = Path(distribution.__file__).parents[2]


def plant(folder: Path, name: str, files: dict[str, str]) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    record = "".join(f"{path},,\n" for path in files)
    (info / "RECORD").write_text(record)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def test_our_own_names_do_not_clash() -> None:
    assert distribution.clashes(HERE) == []


def test_a_distribution_with_a_package_of_our_name_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "other-guards", {"guards/__init__.py": ""})
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    (problem,) = distribution.clashes(HERE)
    assert "'other-guards' also ships a package 'guards'" in problem
    assert "pip uninstall other-guards" in problem


def test_a_distribution_of_our_package_name_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "simulators", {})
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    (problem,) = distribution.clashes(HERE)
    assert "pip uninstall simulators" in problem


def test_a_package_from_another_place_is_found(tmp_path: Path) -> None:
    problems = distribution.clashes(tmp_path)
    assert len(problems) == len(distribution.PACKAGES)
    assert f"comes from {HERE}, not from {tmp_path}" in problems[0]


def test_extras_tell_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "numpy>=1.26",
        "nowhere-to-be-had>=2; extra == 'torch'",
        'numpy>=1; extra == "train"',
    ]
    monkeypatch.setattr(distribution, "requires", lambda _: lines)
    assert distribution.requirements() == ["numpy"]
    assert distribution.extras() == {"torch": ["nowhere-to-be-had"], "train": []}
