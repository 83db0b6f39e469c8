import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import Result

from guards.apc import APCGuard
from guards.scripted import WordEntailment, WordRelevance
from persona_sdk.errors import ModelError
from persona_sdk.models.scripted import ScriptedModel
from persona_sdk.protocols import ChatModel
from persona_sdk.training.gate.ability import questions
from persona_sdk.training.gate.journal import JOURNAL, read_journal
from persona_sdk.types import Turn
from persona_sdk.words import content_words

Run = Callable[..., Result]

FOUR = "alice,bob,eve,juniper"

pytestmark = pytest.mark.usefixtures("words")


class Speaker(ScriptedModel):
    """A scripted model that tells probabilities as well: `cost` nats a word."""

    def __init__(self, say: Callable[[Sequence[Turn]], str], name: str, cost: float = 2.0) -> None:
        super().__init__(say, name=name)
        self._cost = cost

    def log_likelihood(self, messages: Sequence[Turn], continuation: str) -> list[float]:
        return [-self._cost for _ in continuation.split()]


def facts(messages: Sequence[Turn]) -> list[str]:
    found = [line[2:] for line in messages[0].content.splitlines() if line.startswith("- ")]
    return found or ["I can not tell."]


def first_fact(messages: Sequence[Turn]) -> str:
    """What somebody says who never listens."""
    return facts(messages)[0]


def fitting_fact(messages: Sequence[Turn]) -> str:
    """What somebody says who takes the fact that shares most words with the question."""
    asked = content_words(messages[-1].content)
    return max(facts(messages), key=lambda fact: len(asked & content_words(fact)))


def broken(messages: Sequence[Turn]) -> str:
    raise ModelError("the engine fell over")


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch, word_guard: None, tmp_path: Path) -> None:
    """Let discriminators compare words, models be doubles, and gates land in the test's folder."""
    scorers = SimpleNamespace(entailment=WordEntailment(), relevance=WordRelevance())
    monkeypatch.setattr("guards.load.load_scorers", lambda *_: scorers)
    monkeypatch.chdir(tmp_path)
    spoken = {"first": first_fact, "fitting": fitting_fact, "broken": broken}

    def load(name: str) -> ChatModel:
        kind, _, rest = name.partition(":")
        if rest == "dear":
            return Speaker(spoken[kind], name, cost=3.0)
        return Speaker(spoken[kind], name) if kind in spoken else ScriptedModel(rest, cycle=True)

    monkeypatch.setattr("persona_sdk.cli.gate_sides.load_model", load)
    monkeypatch.setattr("persona_sdk.cli.gate_hold.load_model", load)


def held(persona: Run, *args: object) -> tuple[int, dict[str, Any]]:
    result = persona("gate", "--out", "out", "--json", *args)
    assert result.exit_code in (0, 1), result.output
    return result.exit_code, json.loads(result.stdout)


def state(told: dict[str, Any], metric: str) -> str:
    found = next(row["state"] for row in told["metrics"] if row["metric"] == metric)
    return str(found)


def test_a_better_character_is_promoted_and_the_report_lies_there(persona: Run) -> None:
    code, told = held(
        persona, "--before", "first", "--after", "fitting", "--personas", FOUR, "--guarded", 1
    )
    assert (code, told["outcome"]) == (0, "promote"), told["reasons"]
    assert state(told, "delta_apc") == "rises"
    assert told["settings"]["after"] == {"name": "fitting"}
    for name in ("gate.json", "report.md", "report.html", JOURNAL):
        assert Path("out", name).is_file()
    assert json.loads(Path("out/gate.json").read_text()) == told


def test_a_worse_character_is_rejected(persona: Run) -> None:
    code, told = held(
        persona, "--before", "fitting", "--after", "first", "--personas", FOUR, "--guarded", 0
    )
    assert (code, told["outcome"]) == (1, "reject")


def test_a_model_that_reads_chats_worse_is_rejected_though_it_answers_better(persona: Run) -> None:
    args = ("--before", "first", "--after", "fitting:dear", "--personas", FOUR, "--guarded", 0)
    code, told = held(persona, *args)
    assert (code, told["outcome"]) == (1, "reject")
    assert state(told, "chat_surprise") == "broken"


def test_a_model_against_itself_is_undecided(persona: Run) -> None:
    code, told = held(persona, "--before", "first", "--after", "first", "--personas", "tess,bob")
    assert (code, told["outcome"]) == (1, "undecided")


def test_no_items_beside_the_generic_queries_are_too_few(persona: Run) -> None:
    code, told = held(
        persona, "--before", "first", "--after", "fitting", "--personas", "pip", "--items", 0
    )
    assert (code, told["outcome"]) == (1, "undecided")
    assert "10 items are too few" in told["reasons"][0]


def test_models_without_probabilities_are_undecided(persona: Run) -> None:
    code, told = held(
        persona, "--before", "scripted:Hm.", "--after", "scripted:I am Pip.", "--personas", "pip"
    )
    assert (code, told["outcome"]) == (1, "undecided")
    assert state(told, "chat_surprise") == state(told, "reply_surprise") == "missing"


def test_a_side_that_fails_is_told_and_never_promoted(persona: Run) -> None:
    code, told = held(persona, "--before", "first", "--after", "broken", "--personas", "pip")
    assert (code, told["outcome"]) == (1, "undecided")
    assert told["errors"] > 20
    kept = read_journal(Path("out"))[1]
    assert "ModelError: the engine fell over" in {one.error for one in kept}


def test_both_sides_are_asked_the_same_with_the_same_seeds(persona: Run) -> None:
    held(persona, "--before", "first", "--after", "fitting", "--personas", "tess", "--users", 2)
    kept = read_journal(Path("out"))[1]
    asked = {
        side: {(m.task, m.persona, m.item, m.seed, m.query) for m in kept if m.side == side}
        for side in ("before", "after")
    }
    assert asked["before"] == asked["after"]
    assert sum(m.task == "talk" for m in kept) == 4


def test_a_gate_that_was_stopped_goes_on_where_it_was(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ("--before", "first", "--after", "fitting", "--personas", "pip", "--users", 1)
    _, whole = held(persona, *args)
    lines = Path("out", JOURNAL).read_text().splitlines(keepends=True)
    assert len(lines) > 100
    Path("out", JOURNAL).write_text("".join(lines[:100]) + lines[100][:20])
    _, again = held(persona, *args)
    assert untimed(again) == untimed(whole)
    assert len(read_journal(Path("out"))[1]) == len(lines) - 1


def test_a_conversation_that_broke_off_is_held_again(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill = True

    def ailing(messages: Sequence[Turn]) -> str:
        return broken(messages) if ill else first_fact(messages)

    monkeypatch.setattr("persona_sdk.cli.gate_sides.load_model", lambda name: Speaker(ailing, name))
    args = ("--before", "first", "--after", "fitting", "--personas", "pip", "--items", 0)
    _, told = held(persona, *args, "--users", 1, "--turns", 1)
    assert told["errors"] > 2
    ill = False
    _, told = held(persona, *args, "--users", 1, "--turns", 1)
    assert told["errors"] == 0


def untimed(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in told["metrics"] if row["unit"] != "seconds"]


def test_other_settings_do_not_mix(persona: Run) -> None:
    args = ("gate", "--before", "first", "--after", "fitting", "--personas", "pip", "--out", "out")
    persona(*args)
    result = persona(*args, "--seed", 8)
    assert result.exit_code == 6
    assert "seed was 7, is 8" in result.stderr


def test_a_gate_that_another_judge_began_is_refused(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other(WordEntailment):
        name = "other words"

    args = ("gate", "--before", "first", "--after", "fitting", "--personas", "pip", "--out", "out")
    persona(*args)
    monkeypatch.setattr("guards.load.load_guard", lambda **_: APCGuard(WordRelevance(), Other()))
    result = persona(*args)
    assert result.exit_code == 6
    assert 'guard.entailment was "words", is "other words"' in result.stderr


def test_a_gate_that_another_version_began_is_refused(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ("gate", "--before", "first", "--after", "fitting", "--personas", "pip", "--out", "out")
    persona(*args)
    monkeypatch.setattr("persona_sdk.cli.gate_setup.our_version", lambda: "99.1")
    result = persona(*args)
    assert result.exit_code == 6
    assert 'is "99.1"' in result.stderr and "measured anew" in result.stderr


def test_a_gate_of_other_fixed_questions_is_refused(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ("gate", "--before", "first", "--after", "fitting", "--personas", "pip", "--out", "out")
    persona(*args)
    fewer = questions()[:60]
    monkeypatch.setattr("persona_sdk.cli.gate_setup.questions", lambda: fewer)
    result = persona(*args)
    assert result.exit_code == 6
    assert "fixed was" in result.stderr


def test_a_journal_that_does_not_tell_its_judge_can_be_read_but_not_gone_on_with(
    persona: Run,
) -> None:
    args = ("gate", "--before", "first", "--after", "fitting", "--personas", "pip", "--out", "out")
    persona(*args)
    first, *rest = Path("out", JOURNAL).read_text().splitlines(keepends=True)
    head = json.loads(first)
    for key in ("entailment", "files"):
        del head["settings"]["guard"][key]
    Path("out", JOURNAL).write_text("".join([json.dumps(head) + "\n", *rest]))
    assert len(read_journal(Path("out"))[1]) == len(rest)
    result = persona(*args)
    assert result.exit_code == 6
    assert 'guard.entailment was not told, is "words"' in result.stderr


def test_queries_of_a_file_are_asked_and_what_was_trained_on_is_not(persona: Run) -> None:
    Path("q.txt").write_text("What do you smell of?\nWho taught you?\n")
    row = {"messages": [{"role": "user", "content": "who taught  YOU?"}]}
    Path("rows.jsonl").write_text(json.dumps(row) + "\n")
    files = ("--queries", "q.txt", "--trained-on", "rows.jsonl", "--items", 0)
    held(persona, "--before", "first", "--after", "fitting", "--personas", "pip", *files)
    asked = {one.query for one in read_journal(Path("out"))[1] if one.item.startswith("file/")}
    assert asked == {"What do you smell of?"}


def test_fixed_questions_that_a_training_saw_do_not_count(persona: Run) -> None:
    said = ["What do bees  make?", "Say only the word hello.", "I have lost my keys."]
    rows = [{"messages": [{"role": "user", "content": text}]} for text in said]
    Path("rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = ("--before", "first", "--after", "fitting", "--personas", "pip", "--items", 0)
    counted = {}
    for more in ((), ("--trained-on", "rows.jsonl")):
        _, told = held(persona, *args, *more)
        counted[more] = {row["metric"]: row["n"] for row in told["metrics"]}
    before, after = counted.values()
    names = ("ability", "chat_surprise", "delta_apc")
    assert [before[name] - after[name] for name in names] == [2, 1, 0]


def test_pairs_are_asked_of_the_character_that_they_name(persona: Run) -> None:
    def pair(name: str, text: str) -> str:
        prompt = [{"role": "system", "content": "Be."}, {"role": "user", "content": text}]
        sides = {
            side: [{"role": "assistant", "content": words}]
            for side, words in (("chosen", "Yes."), ("rejected", "No."))
        }
        return json.dumps({"prompt": prompt, **sides, "persona": name}) + "\n"

    Path("pairs.jsonl").write_text(pair("Pip", "Do you tick?") + pair("Bob", "Do you run?"))
    args = ("--queries", "pairs.jsonl", "--items", 0, "--personas", "pip")
    held(persona, "--before", "first", "--after", "fitting", *args)
    asked = {one.query for one in read_journal(Path("out"))[1] if one.item.startswith("file/")}
    assert asked == {"Do you tick?"}


def test_a_folder_of_personas_is_asked(persona: Run, tmp_path: Path) -> None:
    (tmp_path / "cast").mkdir()
    (tmp_path / "cast" / "mara.toml").write_text('name = "Mara"\nstatements = ["Mara bakes."]\n')
    _, told = held(persona, "--before", "first", "--after", "fitting", "--personas", "cast")
    assert list(told["settings"]["personas"]) == ["Mara"]
    assert state(told, "hard_contradiction") == "waived"


def test_a_persona_whose_file_has_a_comma_in_its_name_is_asked(
    persona: Run, tmp_path: Path
) -> None:
    (tmp_path / "a, b.toml").write_text('name = "Mara"\nstatements = ["Mara bakes."]\n')
    args = ("--before", "first", "--after", "fitting", "--items", 0)
    _, told = held(persona, *args, "--personas", "a, b.toml")
    assert list(told["settings"]["personas"]) == ["Mara"]


def test_the_terminal_shows_the_verdict_its_reasons_and_the_table(persona: Run) -> None:
    args = ("--before", "first", "--after", "fitting", "--personas", "pip", "--items", 2)
    result = persona("gate", *args)
    assert result.exit_code == 1
    assert "UNDECIDED" in result.stdout and "ΔAPC" in result.stdout
    assert "Holds for Pip only" in result.stdout
    assert "report: gates" in result.stderr


@pytest.mark.model
def test_the_embedded_model_on_three_queries_is_undecided(
    persona: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from persona_sdk.models.catalog import load_model
    from persona_sdk.training.gate.ability import questions
    from persona_sdk.training.gate.chats import chats
    from simulators.gym.known_answers.contest import queries

    few = dict(list(queries().items())[:3])
    monkeypatch.setattr("persona_sdk.cli.gate_sides.load_model", load_model)
    monkeypatch.setattr("persona_sdk.cli.gate_probes.queries", lambda: few)
    monkeypatch.setattr("persona_sdk.cli.gate_fixed.questions", lambda: questions()[:2])
    monkeypatch.setattr("persona_sdk.cli.gate_fixed.chats", lambda: chats()[:2])
    args = ("--after", "builtin:base", "--personas", "pip", "--items", 0, "--guarded", 0)
    code, told = held(persona, *args, "--max-tokens", 12)
    assert (code, told["outcome"]) == (1, "undecided")
    kept = {row["metric"]: row for row in told["metrics"]}
    assert (kept["delta_apc"]["n"], kept["delta_apc"]["difference"]["mean"]) == (3, 0.0)
    assert kept["reply_surprise"]["before"] > 0 and kept["chat_surprise"]["n"] == 2


@pytest.mark.model
def test_the_base_file_is_no_adapter(persona: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from persona_sdk.models.catalog import builtin_path, load_model

    monkeypatch.setattr("persona_sdk.cli.gate_sides.load_model", load_model)
    after = f"builtin+adapter:{builtin_path()}"
    result = persona("gate", "--after", after, "--personas", "pip", "--out", "out")
    assert result.exit_code == 4
    assert "no LoRA adapter" in result.stderr


def test_the_same_files_under_two_names_are_told_at_once(persona: Run) -> None:
    result = persona("gate", "--before", "first", "--after", "first", "--personas", "pip")
    assert "the same files" in result.stderr


def test_two_characters_of_one_name_are_bad_input(persona: Run, tmp_path: Path) -> None:
    (tmp_path / "pip.toml").write_text('name = "Pip"\nstatements = ["Pip bakes."]\n')
    args = ("--before", "first", "--after", "fitting", "--personas", "pip,pip,./pip.toml")
    result = persona("gate", *args)
    assert result.exit_code == 3
    assert "./pip.toml: another character is called 'Pip' too" in result.stderr


def test_nobody_to_ask_is_bad_input(persona: Run) -> None:
    result = persona("gate", "--before", "first", "--after", "fitting", "--personas", " , ")
    assert result.exit_code == 3
    assert "names nobody" in result.stderr
