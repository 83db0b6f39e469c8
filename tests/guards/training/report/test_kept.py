import contextlib
import os

import numpy as np
import pytest

from guards.training.report.kept import Kept, fingerprint
from guards.training.rows import Row

ROW = Row("nli", "p", "h", "e", "toy")


def _never():
    raise AssertionError("computed again")


def test_what_was_computed_is_read_by_the_next_run(tmp_path):
    first = Kept(tmp_path).through(["weights", "rows"], lambda: np.array([1.0, 2.0]))
    again = Kept(tmp_path).through(["weights", "rows"], _never)
    assert first.tolist() == again.tolist() == [1.0, 2.0]


def test_another_origin_is_another_array(tmp_path):
    kept = Kept(tmp_path)
    kept.through(["a", "bc"], lambda: np.array([1.0]))
    assert kept.through(["ab", "c"], lambda: np.array([2.0])).tolist() == [2.0]


def test_a_killed_computation_leaves_nothing_behind(tmp_path):
    def killed():
        raise KeyboardInterrupt

    with contextlib.suppress(KeyboardInterrupt):
        Kept(tmp_path / "new").through(["a"], killed)
    assert not list(tmp_path.rglob("*.npy"))


def test_two_writers_leave_one_whole_array(tmp_path, monkeypatch):
    put_in_place = os.replace

    def after_another(source, target):
        monkeypatch.setattr(os, "replace", put_in_place)
        Kept(tmp_path).through(["a"], lambda: np.arange(3.0))
        put_in_place(source, target)

    monkeypatch.setattr(os, "replace", after_another)
    Kept(tmp_path).through(["a"], lambda: np.arange(3.0))
    assert Kept(tmp_path).through(["a"], _never).tolist() == [0.0, 1.0, 2.0]
    assert [path.suffix for path in tmp_path.iterdir()] == [".npy"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:40],
        lambda raw: raw[:-1],
        lambda raw: b"PK" + raw[2:],
        lambda raw: raw.replace(b"'descr'", b"'decsr'"),
    ],
)
def test_a_damaged_array_is_computed_anew_and_mended(tmp_path, damage):
    Kept(tmp_path).through(["a"], lambda: np.array([1.0, 2.0]))
    path = next(tmp_path.iterdir())
    path.write_bytes(damage(path.read_bytes()))
    assert Kept(tmp_path).through(["a"], lambda: np.array([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert Kept(tmp_path).through(["a"], _never).tolist() == [1.0, 2.0]


def test_nothing_is_kept_without_a_folder():
    kept = Kept(None)
    kept.through(["a"], lambda: np.array([1.0]))
    assert kept.through(["a"], lambda: np.array([2.0])).tolist() == [2.0]


def test_a_fingerprint_changes_with_any_text_and_not_with_the_label():
    other = Row("nli", "p", "other", "e", "toy")
    assert fingerprint([ROW]) != fingerprint([other])
    assert fingerprint([ROW, other]) != fingerprint([other, ROW])
    assert fingerprint([ROW]) == fingerprint([Row("nli", "p", "h", "c", "toy")])
