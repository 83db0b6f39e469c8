import gzip
import json

import numpy as np
import pytest

from guards.apc import APCGuard
from guards.scripted import ScriptedEntailment, WordEntailment, WordRelevance
from guards.training.report.evaluate import Evaluation, Judges, evaluate
from guards.training.report.kept import Kept
from guards.training.report.report_sets import NAMES, chosen
from guards.training.rows import Row
from guards.training.scorer import unwatched
from persona_sdk.types import Entailment

DRINKS = ("tea", "milk", "beer", "cider", "cocoa", "water", "juice", "wine")


class Entail:
    """Says contradiction where the premise holds `not`; counts its calls."""

    name = "toy"

    def __init__(self):
        self.rows = 0

    def pairs(self, premises, hypotheses):
        self.rows += len(premises)
        table = {True: Entailment(0.8, 0.1, 0.1), False: Entailment(0.1, 0.1, 0.8)}
        return [table["not" in premise] for premise in premises]


class Relate:
    def pairs(self, queries, statements):
        return [0.9 if q.text[0] == s[0] else 0.2 for q, s in zip(queries, statements, strict=True)]


class Frozen:
    """A frozen baseline whose head finds a contradiction everywhere, if it has one."""

    identity = "toy"

    def __init__(self, *, head):
        self._head = head

    def entailment(self):
        return ScriptedEntailment(default=Entailment(0.9, 0.1, 0.0)) if self._head else None


def _evaluation(kept=None, entail=None, watch=unwatched, frozen=None):
    guard = APCGuard(WordRelevance(), WordEntailment())
    judges = Judges("toy", entail or Entail(), Relate(), guard)
    return Evaluation(judges, Kept(kept), watch, frozen)


def _data(folder):
    (folder / "nli").mkdir()
    (folder / "persona").mkdir()
    nli = [{"p": "it is not so", "h": "it is", "y": "c"}, {"p": "it is", "h": "is it", "y": "nc"}]
    turns = [
        {
            "persona": [f"i like {what} .", f"i sell {what} ."],
            "history": ["what do you drink ?"],
            "response": f"i drink {what} , i like {what} .",
            "entailed": [0],
        }
        for what in DRINKS
    ]
    for name, rows in (("nli/dev_decode", nli), ("persona/convai2_valid_turns_entailidx", turns)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


def test_a_set_whose_file_is_missing_is_left_out_by_name(tmp_path):
    found = evaluate(_evaluation(), _data(tmp_path), sets=("decode", "mnli_matched", "alice_nli"))
    assert found.sets.keys() == {"decode"}
    assert "dev_mnli_m.jsonl.gz" in found.left_out["mnli_matched"]
    assert "Alice.nli.v2.json" in found.left_out["alice_nli"]


def test_a_set_stands_beside_its_aim(tmp_path):
    found = evaluate(_evaluation(), _data(tmp_path), sets=("decode",)).sets["decode"]
    assert (found["accuracy"], found["aim"], found["majority"]) == (1.0, 0.82, 0.5)
    assert found["auc"] == 1.0


def test_a_killed_evaluation_goes_on_where_it_was(tmp_path):
    data = _data(tmp_path)
    first, again = Entail(), Entail()
    one = evaluate(_evaluation(tmp_path / "k", first), data, sets=("decode",))
    two = evaluate(_evaluation(tmp_path / "k", again), data, sets=("decode",))
    assert one == two
    assert (first.rows, again.rows) == (2, 0)


def test_other_rules_of_the_guard_score_whole_replies_anew(tmp_path, monkeypatch):
    data, scored = _data(tmp_path), []

    def watch(title, *, total):
        scored.append(title.split()[0])
        return unwatched(title, total=total)

    for rules, times in (("as they were", 1), ("as they were", 1), ("as they are", 2)):
        monkeypatch.setattr("guards.training.report.evaluate.rules_digest", lambda r=rules: r)
        evaluate(
            _evaluation(tmp_path / "k", watch=watch), data, sets=("faithful_convai2", "decode")
        )
        assert (scored.count("ConvAI2"), scored.count("DECODE")) == (times, 1)


def test_every_reply_of_the_other_half_goes_through_the_guard(tmp_path):
    data = _data(tmp_path)
    sets = ("faithful_convai2", "planted", "faithful_synthetic_chat")
    found = evaluate(_evaluation(), data, sets=sets)
    assert found.left_out.keys() == {"faithful_synthetic_chat"}
    faithful, planted = found.sets["faithful_convai2"], found.sets["planted"]
    assert 0 < faithful["replies"] < len(DRINKS)
    assert faithful["soft"]["fail"] == faithful["hard"]["fail"] == 0.0
    assert planted["soft"]["fail"] > 0.5
    low, high = planted["soft"]["fail_95_percent"]
    assert low < planted["soft"]["fail"] <= high


def test_beside_whole_replies_stands_a_guard_over_the_frozen_vectors(tmp_path):
    data, sets = _data(tmp_path), ("faithful_convai2",)
    for frozen, fails in ((Frozen(head=True), 1.0), (Frozen(head=False), None), (None, None)):
        found = evaluate(_evaluation(frozen=frozen), data, sets=sets).sets["faithful_convai2"]
        assert found.get("frozen_embedding", {}).get("fail") == fails
        assert found["soft"]["fail"] == found["word_overlap"]["fail"] == 0.0


def test_a_set_without_rows_is_left_out(tmp_path):
    data = _data(tmp_path)
    path = data / "nli" / "dev_decode.jsonl.gz"
    path.write_bytes(gzip.compress(b""))
    found = evaluate(_evaluation(), data, sets=("decode",))
    assert found.left_out == {"decode": "the data folder holds no rows of it"}


def test_own_rows_are_sets_of_their_own(tmp_path):
    own = [
        Row("nli", "it is not so", "it is", "c", "own"),
        Row("nli", "it is so", "it is", "c", "own"),
        Row("relevance", "User to Ann: tea?", "tea is good", "yes", "own"),
    ]
    found = evaluate(_evaluation(), tmp_path, sets=(), own=own).sets
    assert found["own_entailment"]["accuracy"] == 0.5
    assert found["own_relevance"]["accuracy"] == 1.0


def test_synthetic_sets_need_no_data_folder(tmp_path):
    found = evaluate(_evaluation(), tmp_path, sets=("synthetic_profiles",))
    assert found.sets["synthetic_profiles"]["rows"] == 900


def test_no_names_are_all_names():
    assert chosen(()) == NAMES
    assert chosen(("decode",)) == ("decode",)


def test_an_unknown_set_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"no set 'decoed', there are: mnli_matched, decode"):
        chosen(("decoed",))


def test_probabilities_of_a_set_are_those_of_the_scorer():
    rows = [Row("nli", "it is not so", "it is", "c", "toy")]
    assert np.allclose(_evaluation().entailment("toy", rows), [[0.8, 0.1, 0.1]])
