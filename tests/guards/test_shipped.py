"""The shipped discriminators behind the guard, on the persona of the paper and on small ones."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from guards import APCGuard, load_guard, load_scorers
from guards.config import digest
from guards.load import SHIPPED
from persona_sdk.errors import WeightsError
from persona_sdk.personas import load
from persona_sdk.types import Conversation, Persona, Query, as_statements

pytestmark = pytest.mark.model

COFFEE = Persona("Alice", as_statements(["Alice never drinks coffee.", "Alice lives in Porto."]))


@pytest.fixture(scope="module")
def guard():
    return load_guard()


@pytest.fixture(scope="module")
def alice():
    return load("alice")


def asked(query, *before):
    talk = Conversation()
    for role, text in before:
        talk = talk.add(role, text)
    return talk.add("user", query)


@pytest.mark.parametrize(
    ("query", "draft"),
    [
        ("What do you do for a living?", "I am a dentist. I have never touched a guitar."),
        ("Where did you grow up?", "I grew up in the middle of a huge city, far from the sea."),
        ("What colour is your hair?", "My hair is short and blonde."),
    ],
)
def test_planted_contradiction_of_alice_is_found(guard, alice, query, draft):
    verdict = guard.check(alice, asked(query), draft)
    assert verdict.outcome == "fail"
    assert verdict.violations


@pytest.mark.parametrize(
    ("query", "draft"),
    [
        ("What do you do for a living?", "I play the guitar for a living."),
        ("Where did you grow up?", "I grew up in a small coastal town."),
        ("What do you do in your free time?", "I read a lot of poetry, and I like to sketch."),
    ],
)
def test_faithful_reply_of_alice_passes(guard, alice, query, draft):
    assert guard.check(alice, asked(query), draft).outcome == "pass"


@pytest.mark.parametrize(
    ("query", "draft"),
    [
        ("Hi!", "Hello! It's nice to meet you. How are you today?"),
        ("Thanks, that was lovely.", "You're very welcome!"),
        ("It rains again.", "It does. Mind the puddles on your way home."),
    ],
)
def test_small_talk_passes(guard, alice, query, draft):
    assert guard.check(alice, asked(query), draft).outcome == "pass"


def test_one_word_answer_is_read_with_its_question(guard):
    lover = Persona("Alice", as_statements(["Alice loves coffee."]))
    question = asked("Do you like coffee?")
    assert guard.check(lover, question, "No.").outcome == "fail"
    assert guard.check(lover, question, "Yes.").outcome == "pass"


def test_action_that_contradicts_is_found(guard):
    verdict = guard.check(COFFEE, asked("What are you up to?"), "(sips her coffee) Not much.")
    assert verdict.outcome == "fail"
    assert verdict.violations[0].kind == "action"


def test_contradiction_in_one_sentence_of_a_long_reply_is_found(guard):
    draft = (
        "Oh, today was a long day. The tram was late again. I met an old friend at the market. "
        "I drink three cups of coffee every morning. Then we walked along the river. "
        "The light was beautiful."
    )
    verdict = guard.check(COFFEE, asked("How was your day?"), draft)
    assert verdict.outcome == "fail"
    assert "coffee" in verdict.violations[0].sentence


def test_relevance_ranks_the_statement_that_answers_first(guard):
    scores = load_scorers().relevance.relevance(
        Query("Alice", "Do you drink coffee?"), COFFEE.statements
    )
    assert scores[0] > scores[1]


def test_a_reply_longer_than_the_encoder_reads_is_still_judged(guard):
    draft = "We talked about the weather and the harbour for a while. " * 14
    assert guard.check(COFFEE, asked("How was it?"), draft).constraints
    draft += "I drink coffee every morning."
    assert guard.check(COFFEE, asked("How was it?"), draft).outcome == "fail"


def test_a_lie_in_a_reply_of_4000_characters_is_found_among_600_statements(tmp_path):
    voyages = [f"Alice sailed to harbour number {i} with her sister." for i in range(599)]
    persona = Persona("Alice", as_statements(["Alice never drinks coffee.", *voyages]))
    draft = "".join(f"I once sailed to harbour number {i} in spring. " for i in range(80))
    lie = "I drink coffee every morning."
    verdict = load_guard(cache=tmp_path).check(persona, asked("Tell me more."), draft + lie)
    assert 3500 < len(draft + lie) < 4500
    assert verdict.outcome == "fail"
    assert any((v.statement.id, v.sentence) == ("s1", lie) for v in verdict.violations)


@pytest.mark.parametrize("size", [8, 600])
def test_a_reply_of_20000_characters_gets_a_clear_answer(guard, size):
    persona = Persona("Alice", as_statements([f"Alice owns boat {i}." for i in range(size)]))
    draft = ("I once sailed to a harbour in spring with them. " * 420)[:20_000]
    verdict = guard.check(persona, asked("Tell me more."), draft)
    assert verdict.outcome == "unscored"
    assert "20,000 characters, at most 10,000 are checked; ask for shorter" in verdict.reason


def test_threads_get_the_same_outcomes(alice):
    scorers = load_scorers()
    drafts = ["I am a dentist.", "I play the guitar.", "Hello there!"] * 8
    question = asked("What do you do?")

    def outcomes(mapped):
        fresh = APCGuard(*load_scorers()) if mapped is map else APCGuard(*scorers)
        return [v.outcome for v in mapped(lambda d: fresh.check(alice, question, d), drafts)]

    with ThreadPoolExecutor(8) as pool:
        assert outcomes(pool.map) == outcomes(map)


@pytest.mark.parametrize("cut", ["entailment", "embedder", "relevance", "tokenizer"])
def test_damaged_weights_are_refused(tmp_path, cut):
    folder = shutil.copytree(SHIPPED, tmp_path / "weights")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    path = folder / config["files"][cut]
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(WeightsError, match="damaged or of another export"):
        load_guard(weights=folder)


def test_a_relevance_head_that_tells_nothing_apart_fails_the_probe(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "weights")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    path = folder / config["files"]["relevance"]
    head = dict(np.load(path))
    np.savez(path, **(head | {"projection": 0 * head["projection"]}))
    config["sha256"][path.name] = digest(path)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(WeightsError, match="fail a probe"):
        load_guard(weights=folder)


def test_networks_that_give_no_number_fail_the_probe(monkeypatch):
    numbers = [np.full((1, 3), np.nan)]
    monkeypatch.setattr(onnxruntime.InferenceSession, "run", lambda *_: numbers)
    with pytest.raises(WeightsError, match=r"fail a probe: .* no usable numbers"):
        load_guard()


def test_a_large_persona_keeps_its_vectors_on_disk_and_its_verdicts(tmp_path):
    statements = [*COFFEE.statements, *as_statements([f"Alice owns boat {i}." for i in range(70)])]
    large = Persona("Alice", tuple(replace(s, id=f"t{i}") for i, s in enumerate(statements)))
    question, draft = asked("How was your day?"), "I drank three cups of coffee. It rained."
    first = load_guard(cache=tmp_path).check(large, question, draft)
    assert len(list(tmp_path.iterdir())) == 1
    assert load_guard(cache=tmp_path).check(large, question, draft) == first
    assert first.outcome == load_guard(exact=True).check(large, question, draft).outcome == "fail"
    assert 0 < sum(c.judged for c in first.constraints) < len(statements)


def test_bars_come_from_the_config_of_the_weights(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "weights")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["suggested_thresholds"] = {"hard": 0.41, "soft": 0.91, "chosen": "by hand"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    thresholds = load_guard(weights=folder).thresholds
    assert (thresholds.hard_contradiction, thresholds.soft_contradiction) == (0.41, 0.91)
    assert thresholds.remote_contradiction == pytest.approx(0.955)
    config["suggested_thresholds"] = {"hard": 4.1}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(WeightsError, match="unusable thresholds: threshold hard_contradiction"):
        load_guard(weights=folder)


def test_weights_with_swapped_labels_fail_the_probe(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "weights")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["labels"]["nli"].reverse()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(WeightsError, match="fail a probe"):
        load_guard(weights=folder)
