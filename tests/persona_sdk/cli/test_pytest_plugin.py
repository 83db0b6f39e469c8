"""The pytest plugin, in pytest runs of their own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HEAD = """
import pytest
from guards.scripted import ScriptedGuard
from persona_sdk.agent import PersonaAgent
from persona_sdk.errors import ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.types import Persona, Reply, as_statements

alice = Persona("Alice", as_statements(["Alice never drinks coffee.", "Alice is a guitarist."]))
guard = ScriptedGuard({"love coffee": "s1"})

def agent(text, mode="warn"):
    return PersonaAgent(alice, ScriptedModel(text, cycle=True), guard, mode=mode)
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def tested(tmp_path: Path) -> Run:
    """Run pytest on a test file, with warnings as errors."""

    def run(code: str, *options: object, ini: str = "") -> "subprocess.CompletedProcess[str]":
        (tmp_path / "test_it.py").write_text(HEAD + code, encoding="utf-8")
        (tmp_path / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{ini}")
        command = [sys.executable, "-m", "pytest", "-q", *map(str, options)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    return run


def test_a_faithful_character_passes_and_its_report_is_named(tested):
    done = tested("""
def test_alice(stress):
    assert stress(agent("Tea for me."), users=4, turns=2).violation_rate < 0.05
""")
    assert done.returncode == 0, done.stdout
    assert "stress reports" in done.stdout
    page = next(line for line in done.stdout.splitlines() if line.endswith("report.html"))
    assert Path(page).is_file()


def test_a_failing_assert_tells_the_worst_turn_and_its_replay(tested):
    done = tested("""
def test_alice(stress):
    assert stress(agent("I love coffee."), users=4, turns=2).violation_rate < 0.05
""")
    assert done.returncode == 1
    assert "assert 1.0 < 0.05" in done.stdout
    assert "violation rate of Alice: 1.000 [0.398, 1.000] in 4 conversations" in done.stdout
    assert "draft: I love coffee." in done.stdout
    assert "contradicts s1 “Alice never drinks coffee.” with “love coffee”" in done.stdout
    assert "persona stress --replay " in done.stdout


def test_the_replay_of_a_failed_turn_works(tested, persona):
    done = tested("""
def test_alice(stress):
    assert stress(agent("I love coffee."), users=2, turns=1).violation_rate < 0.05
""")
    line = next(line for line in done.stdout.splitlines() if "persona stress --replay" in line)
    command = line.partition("persona ")[2].split()
    assert "I love coffee." in persona(*command).stdout


def test_an_agent_without_a_guard_is_judged_by_the_one_given(tested):
    done = tested("""
class Bot:
    def reply(self, conversation):
        return Reply("I love coffee.")

def test_alice(stress):
    found = stress(Bot(), persona=alice, guard=guard, users=3, turns=1)
    assert found.violation_rate == 1.0 and found.clean == 0.0
""")
    assert done.returncode == 0, done.stdout


def test_a_guard_in_doubt_is_not_asked_again(tested):
    done = tested("""
from persona_sdk.types import Attempt, ConstraintScore, Entailment, Verdict

class Doubting:
    def reply(self, conversation):
        score = ConstraintScore(alice.statements[0], 0.9, Entailment(0.8, 0.1, 0.1))
        verdict = Verdict("unscored", (score,), reason="just below the bar")
        return Reply("I love coffee.", (Attempt("I love coffee.", verdict),), "unscored")

def test_alice(stress):
    found = stress(Doubting(), persona=alice, guard=guard, users=2, turns=1)
    assert found.figures.drafts.judged == 0
""")
    assert done.returncode == 0, done.stdout


def test_the_report_names_the_guard_that_was_at_work(tested):
    done = tested("""
class Bot:
    def reply(self, conversation):
        return Reply("I love coffee.")

@pytest.mark.parametrize(("character", "guards", "told", "judged"), [
    (agent("Tea.", "enforce"), "warn", "ScriptedGuard enforce", True),
    (agent("Tea.", "enforce"), "enforce", "ScriptedGuard enforce", True),
    (Bot(), guard, "ScriptedGuard warn", True),
    (Bot(), "off", "off", False),
])
def test_alice(stress, character, guards, told, judged):
    found = stress(character, persona=alice, guard=guards, users=2, turns=1)
    assert (found.run.config.guard, found.figures.checked) == (told, judged)
""")
    assert done.returncode == 0, done.stdout


def test_an_upper_end_explains_itself_as_its_mean_does(tested):
    done = tested("""
def test_alice(stress):
    assert stress(agent("Tea."), users=3, turns=1).violation_rate.high < 0.05
""")
    assert done.returncode == 1
    assert "violation rate of Alice: 0.000 [0.000, 0.708] in 3 conversations" in done.stdout


def test_a_test_with_a_very_long_name_has_a_folder(tested, tmp_path):
    code = """
@pytest.mark.parametrize("text", ["a" * 300, "a" * 301])
def test_alice(stress, text):
    stress(agent("Tea."), users=1, turns=1)
"""
    done = tested(code, "--stress-report", "kept")
    assert done.returncode == 0, done.stdout
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_an_enforcing_agent_shows_no_violation_but_its_drafts_tell(tested):
    done = tested("""
def test_alice(stress):
    found = stress(agent("I love coffee.", "enforce"), users=2, turns=2)
    assert found.shown_violation_rate == 0.0
    assert found.violation_rate == 1.0
    assert found.figures.effort.fallback == 1.0
""")
    assert done.returncode == 0, done.stdout


def test_a_test_whose_conversations_break_off_fails(tested):
    done = tested("""
class Dead:
    def reply(self, conversation):
        raise ModelError("the endpoint is gone")

def test_alice(stress):
    stress(Dead(), persona=alice, guard=guard, users=3, turns=1)

def test_bob(stress):
    found = stress(Dead(), persona=alice, guard=guard, users=3, turns=1, broken=3)
    assert found.violation_rate < 0.05
""")
    assert "3 of 3 conversations broke off:" in done.stdout
    assert "engine: the endpoint is gone" in done.stdout
    assert "violation rate could not be told" in done.stdout
    assert "2 failed" in done.stdout


def test_options_choose_seed_and_folder(tested, tmp_path):
    code = """
def test_alice(stress):
    assert stress(agent("Tea."), users=2, turns=1).run.config.seed == 11

def test_twice(stress):
    stress(agent("Tea."), users=2, turns=1), stress(agent("Tea."), users=2, turns=1, seed=3)
"""
    done = tested(code, "--stress-report", "kept", ini="stress_seed = 11")
    assert done.returncode == 0, done.stdout
    kept = tmp_path / "kept"
    assert {p.name for p in kept.iterdir()} == {
        "test_it.py-test_alice", "test_it.py-test_twice", "test_it.py-test_twice-2"
    }  # fmt: skip
    config = json.loads((kept / "test_it.py-test_twice-2" / "report.json").read_text())["config"]
    assert config["seed"] == 3


def test_kept_runs_are_held_anew(tested):
    code = """
def test_alice(stress):
    assert stress(agent("{}"), users=2, turns=1).violation_rate < 0.05
"""
    assert tested(code.format("Tea."), "--stress-report", "kept").returncode == 0
    assert tested(code.format("I love coffee."), "--stress-report", "kept").returncode == 1


def test_a_seed_that_is_no_number_is_told(tested):
    done = tested("""
def test_alice(stress):
    pass
""", "--stress-seed", "many")  # fmt: skip
    assert done.returncode != 0
    assert "stress_seed must be a whole number from 0, was: 'many'" in done.stdout + done.stderr


def test_wrong_arguments_are_told(tested):
    done = tested("""
class Bot:
    def reply(self, conversation):
        return Reply("Tea.")

def test_who(stress):
    with pytest.raises(ValueError, match="whom does Bot play"):
        stress(Bot(), guard=guard)

def test_repair(stress):
    with pytest.raises(ValueError, match="guard='enforce' cannot repair what Bot says"):
        stress(Bot(), persona=alice, guard="enforce")

def test_nobody(stress):
    with pytest.raises(ValueError, match="users must be at least 1, was: 0"):
        stress(agent("Tea."), users=0)
    with pytest.raises(ValueError, match="at least 1, were: none"):
        stress(agent("Tea."), users=())
""")
    assert done.returncode == 0, done.stdout


@pytest.mark.model
def test_a_persona_talks_through_the_model_of_the_option(tested):
    done = tested(
        """
def test_alice(stress):
    found = stress(alice, users=2, turns=1)
    assert found.run.config.character == "scripted:I do drink coffee, often."
    assert found.violation_rate > 0.5
""",
        "--stress-model",
        "scripted:I do drink coffee, often.",
    )
    assert done.returncode == 0, done.stdout


def test_runs_that_do_not_use_it_load_nothing_heavy():
    heavy = "numpy jinja2 pydantic typer rich onnxruntime llama_cpp tokenizers sqlalchemy".split()
    code = (
        f"import sys, persona_sdk.cli.pytest_plugin;print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PAGE = (Path(__file__).parents[3] / "docs" / "pytest.md").read_text(encoding="utf-8")


def test_the_page_tells_every_argument_figure_and_option():
    import inspect

    from persona_sdk.cli.pytest_figures import Outcome
    from persona_sdk.cli.pytest_plugin import _OPTIONS
    from persona_sdk.cli.pytest_stress import Stress

    names = set(inspect.signature(Stress.__call__).parameters) - {"self", "character"}
    assert {name for name in names if f"\n| `{name}` |" not in PAGE} == set()
    figures = {name for name, kind in vars(Outcome).items() if isinstance(kind, property)}
    assert {name for name in figures if f"`{name}`" not in PAGE} == set()
    assert {name for name in _OPTIONS if f"`{name}`" not in PAGE} == set()
