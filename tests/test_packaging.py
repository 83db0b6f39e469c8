"""The wheel: it carries what an installed package needs, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_weights_personas_and_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"{p}/py.typed" for p in ("persona_sdk", "guards", "simulators", "demos")} <= names
    assert {"guards/weights/config.json", "guards/weights/tokenizer.json"} <= names
    assert any(n.startswith("guards/weights/") and n.endswith(".onnx") for n in names)
    assert {
        f"simulators/report/{f}" for f in ("report.html.j2", "audit.html.j2", "report.css")
    } <= names
    adapter = "persona_sdk/models/weights/character.gguf"
    assert {adapter, "persona_sdk/models/weights/README.md"} <= names
    assert zipfile.ZipFile(wheel).getinfo(adapter).file_size <= 12_000_000
    bundled = list((ROOT / "persona_sdk/personas/bundled").glob("*.toml"))
    assert bundled
    assert {str(p.relative_to(ROOT)) for p in bundled} <= names


def test_the_wheel_ships_exactly_our_packages(wheel: Path) -> None:
    check = Path(sys.executable).with_name("check-wheel-contents")
    done = subprocess.run([check, wheel], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout
