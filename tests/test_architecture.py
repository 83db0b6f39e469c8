"""The rules of the house: who imports whom, and how light the import is."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAVY = (
    "torch transformers llama_cpp onnxruntime tokenizers sqlalchemy pydantic numpy httpx2 typer "
    "rich gradio langchain trl"
).split()


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.strip()


def test_the_arrows_point_down() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_importing_the_packages_pulls_in_nothing_heavy() -> None:
    found = run(
        "import sys, persona_sdk, guards, simulators, demos, persona_sdk.agent;"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    assert found == "[]"


def test_the_public_names_are_sorted_and_exist() -> None:
    import persona_sdk

    assert sorted(persona_sdk.__all__) == persona_sdk.__all__
    assert all(hasattr(persona_sdk, name) for name in persona_sdk.__all__)
