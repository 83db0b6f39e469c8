"""`persona loop`: the whole way from drafts to a verdict, on the embedded model."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import Result

from persona_sdk.cli import loop_plan
from persona_sdk.cli.gate_fixed import fixed_places
from persona_sdk.cli.terminal import BAD_INPUT, MODEL, OK, TRAINING, USAGE
from persona_sdk.models.catalog import load_model
from persona_sdk.training.registry import Registry
from persona_sdk.types import GenerationOptions, Turn
from simulators.gym.known_answers.contest import queries

Run = Callable[..., Result]
MIRA = """
name = "Mira"
statements = [
  { text = "Mira keeps bees.", hard = true },
  "Mira lives in Rome.",
  "Mira is 52 years old.",
  "Mira drinks tea every morning.",
]
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PERSONA_ADAPTERS", str(tmp_path / "adapters"))
    # Without an adapter of its own, the plain model may be the one that is made better.
    monkeypatch.setattr("persona_sdk.models.catalog.SHIPPED_ADAPTER", tmp_path / "none.gguf")
    (tmp_path / "mira.toml").write_text(MIRA)
    return tmp_path


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the gate and the comparison of logits a matter of seconds."""
    monkeypatch.setattr(loop_plan, "SMALL", replace(loop_plan.SMALL, prompts=1))
    monkeypatch.setattr("persona_sdk.cli.gate_run.fixed_places", lambda: islice(fixed_places(), 2))
    few = dict(islice(queries().items(), 2))
    monkeypatch.setattr("persona_sdk.cli.gate_probes.queries", lambda: few)


@pytest.mark.model
@pytest.mark.usefixtures("tiny")
def test_the_loop_reaches_a_verdict_and_does_nothing_twice(persona: Run, here: Path) -> None:
    pytest.importorskip("trl")
    options = ["--small", "--model", "builtin:base", "--most", 8, "--k", 5, "--steps", 6]
    options += ["--items", 0, "--users", 0, "--max-tokens", 40, "--length", 1, "--json"]
    first = persona("loop", "mira.toml", *options)
    assert first.exit_code == OK, first.stderr
    told = json.loads(first.stdout)
    assert (told["outcome"], told["installed"]) == ("undecided", False)
    assert told["steps"]["dpo"]["steps"] == 6
    assert told["steps"]["adapter"]["same_weights"]["adapted"] <= 0.05
    assert told["steps"]["adapter"]["effect"] > 0
    (entry,) = Registry(here / "adapters").entries()
    assert (entry.name, entry.persona, entry.state) == ("mira", "Mira", "candidate")
    assert "<svg" in (here / "loops" / "mira" / "report.html").read_text()

    again = persona("loop", "mira.toml", *options)
    assert again.stderr.count("done before") == 6
    assert json.loads(again.stdout) == told

    model = load_model(f"builtin+adapter:{told['adapter']}")
    asked = [Turn("user", "Who are you?")]
    (reply,) = model.generate(asked, options=GenerationOptions(max_tokens=4, temperature=0))
    assert reply.text


def test_an_engine_that_takes_no_adapter_is_refused_at_once(persona: Run) -> None:
    done = persona("loop", "mira.toml", "--model", "scripted:Hello!")
    assert done.exit_code == MODEL
    assert "takes no adapter" in done.stderr


def test_a_persona_that_nobody_knows_is_refused_at_once(persona: Run) -> None:
    assert persona("loop", "nobody").exit_code == BAD_INPUT


@pytest.mark.parametrize(
    ("option", "why"),
    [
        (("--rate", -1), "learning_rate must be above 0"),
        (("--max-minutes", 0), "max_minutes must be above 0"),
        (("--name", "a/b"), "was: 'a/b'"),
    ],
)
def test_what_would_fail_behind_the_sampling_is_refused_before_it(
    persona: Run, here: Path, option: tuple[str, object], why: str
) -> None:
    pytest.importorskip("trl")
    done = persona("loop", "mira.toml", *option)
    assert done.exit_code == USAGE
    assert why in done.stderr
    assert not (here / "loops").exists()


def test_what_has_to_be_installed_is_told_before_anything_is_sampled(
    persona: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = persona("loop", "mira.toml")
    assert done.exit_code == USAGE
    assert "faithful-persona[train]" in done.stderr
    assert not (here / "loops").exists()


def test_an_adapter_that_is_active_already_has_to_be_the_beginning(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("trl")
    entry = type("Entry", (), {"name": "old", "id": "abc", "sha256": "ff"})()
    monkeypatch.setattr(Registry, "active", lambda *_: entry)
    done = persona("loop", "mira.toml", "--model", "builtin:base")
    assert done.exit_code == TRAINING
    assert "--model builtin:base+adapter:abc" in done.stderr
