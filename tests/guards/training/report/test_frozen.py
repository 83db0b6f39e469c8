import gzip
import json
import zlib

import numpy as np
import pytest

from guards.apc import APCGuard
from guards.metrics import accuracy
from guards.scripted import WordRelevance
from guards.training.report.frozen import Embedder, Frozen, features, fit_softmax
from guards.training.report.kept import Kept
from guards.training.rows import Row
from guards.training.scorer import unwatched
from persona_sdk.types import Conversation, Persona, Query, as_statements


def _vectors(texts):
    """One random direction a word: texts that share words are near."""
    made = np.zeros((len(texts), 32), dtype=np.float32)
    for place, text in enumerate(texts):
        for word in text.lower().split():
            made[place] += np.random.default_rng(zlib.crc32(word.encode())).normal(size=32)
    return made


def _data(folder):
    rows = []
    for number in range(60):
        rows.append({"p": f"red fox {number}", "h": f"red fox {number}", "y": "e"})
        rows.append({"p": f"red fox {number}", "h": f"blue whale sings {number + 500}", "y": "n"})
        rows.append({"p": f"red fox {number}", "h": f"never red fox {number}", "y": "c"})
    (folder / "nli").mkdir(parents=True)
    with gzip.open(folder / "nli" / "train.jsonl.gz", "wt") as out:
        for row in rows:
            out.write(json.dumps(row | {"src": "mnli_toy", "lic": "mnli"}) + "\n")
    return folder


def _frozen(folder, kept=None, vectors=_vectors):
    return Frozen(Embedder("toy", vectors), folder, Kept(kept), unwatched)


def test_a_logistic_head_learns_what_is_linear():
    x = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
    classes = x[:, :3].argmax(axis=1)
    head = fit_softmax(x, list(classes))
    assert head.shape == (6, 3)
    assert np.mean((x @ head[:-1] + head[-1]).argmax(axis=1) == classes) > 0.9


def test_features_stand_side_by_side():
    u, v = np.array([[3.0, 4.0]]), np.array([[0.0, 1.0]])
    assert features(u, v).shape == (1, 8)
    assert features(u, v)[0, 6:] / 2 == pytest.approx([0.0, 0.8])


def test_labels_come_from_a_head_fitted_on_the_data_folder(tmp_path):
    rows = [
        Row("nli", "red fox 7", "red fox 7", "e", "toy"),
        Row("nli", "red fox 9", "blue whale sings 900", "n", "toy"),
        Row("nli", "red fox 11", "never red fox 11", "c", "toy"),
    ]
    said = _frozen(_data(tmp_path)).labels(rows)
    assert accuracy([row.label for row in rows], said) == 1.0


def test_without_training_rows_there_are_no_labels(tmp_path):
    assert _frozen(tmp_path).labels([Row("nli", "a", "b", "e", "toy")]) is None


def test_a_guard_over_the_head_judges_whole_replies(tmp_path):
    judge = _frozen(_data(tmp_path)).entailment()
    guard = APCGuard(WordRelevance(), judge)
    persona = Persona("Ann", as_statements(["never red fox 11"]))
    verdict = guard.check(persona, Conversation(), "red fox 11")
    assert verdict.violations[0].contradiction > 0.7
    open_to = judge.entailment(Query("Ann", ""), ["red fox 9"], as_statements(["blue whale sings"]))
    assert open_to[0].neutral > 0.5


def test_without_training_rows_no_guard_can_be_had(tmp_path):
    assert _frozen(tmp_path).entailment() is None


def test_cosines_of_relevance_rows_read_the_query_alone(tmp_path):
    row = Row("relevance", "User to Ann: red fox", "red fox", "yes", "toy")
    assert _frozen(tmp_path).cosines([row])[0] == pytest.approx(1.0)


def test_what_was_judged_is_kept(tmp_path):
    def never(texts):
        raise AssertionError("embedded again")

    rows = [Row("nli", "red fox", "red fox", "e", "toy")]
    data = _data(tmp_path / "data")
    first = _frozen(data, tmp_path / "kept").labels(rows)
    assert _frozen(data, tmp_path / "kept", never).labels(rows) == first
