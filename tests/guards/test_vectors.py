from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from guards import vectors
from guards.embedder import KEPT_VECTORS, WIDTH
from guards.vectors import SMALL, Vectors, default_folder

PERSONA = [f"fact {'abcdefghij'[i % 10] * (i // 10 + 1)}." for i in range(SMALL)]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "vectors"


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_persona_is_embedded_once_and_then_read_from_disk(make_embedder, folder):
    computed = Vectors(make_embedder(), folder).of_persona(PERSONA)
    embedder = make_embedder()
    assert np.array_equal(Vectors(embedder, folder).of_persona(PERSONA), computed)
    assert embedder.toy_session.rows == 0


def test_vectors_are_the_same_with_and_without_a_disk(make_embedder, folder):
    kept = Vectors(make_embedder(), folder).of_persona(PERSONA)
    assert np.array_equal(Vectors(make_embedder(), None).of_persona(PERSONA), kept)


def test_a_persona_in_memory_needs_no_disk(make_embedder, folder):
    embedder = make_embedder()
    found = Vectors(embedder, folder)
    first = found.of_persona(PERSONA)
    (folder / files(folder)[0]).unlink()
    assert np.array_equal(found.of_persona(list(PERSONA)), first)
    assert embedder.toy_session.rows == SMALL


def test_a_passing_text_is_embedded_alone_and_once(make_embedder):
    embedder = make_embedder()
    found = Vectors(embedder)
    found.of_texts(["jj", "zz"])
    embedder.toy_session.shapes.clear()
    assert np.array_equal(found.of_passing(["jj", "zz"]), found.of_passing(["zz", "jj"])[::-1])
    assert [rows for rows, _ in embedder.toy_session.shapes] == [1, 1]


class Crowded:
    """What it says of a text depends on the batch, as with int8 weights."""

    digest = "crowded"

    def embed(self, texts):
        return np.full((len(texts), WIDTH), 1 / len(texts), dtype=np.float32)

    vectors = embed


@pytest.mark.parametrize("before", [[], PERSONA[:3], PERSONA[5:], [*PERSONA, "another fact."]])
@pytest.mark.parametrize("many", [1, KEPT_VECTORS // SMALL])
def test_vectors_do_not_depend_on_what_was_embedded_before(folder, before, many):
    persona = [f"{text} {i}" for text in PERSONA for i in range(many)]
    warm = Vectors(Crowded(), folder)
    if before:
        warm.of_texts(before)
        warm.of_passing(before)
        warm.of_persona(before)
    expected = Vectors(Crowded()).of_persona(persona)
    assert np.array_equal(warm.of_persona(persona), expected)
    assert np.array_equal(Vectors(Crowded(), folder).of_persona(persona), expected)


def test_a_statement_has_the_same_vector_in_every_persona(folder):
    found = Vectors(Crowded(), folder)
    assert np.array_equal(found.of_persona(PERSONA)[:3], found.of_persona(PERSONA[:3]))


def test_a_changed_statement_alone_is_embedded_again(make_embedder, folder):
    embedder = make_embedder()
    found = Vectors(embedder, folder)
    found.of_persona(PERSONA)
    found.of_persona([*PERSONA[:-1], "another fact."])
    assert embedder.toy_session.rows == SMALL + 1
    assert len(files(folder)) == 2


@pytest.mark.parametrize(
    "other",
    [[*PERSONA[1:], PERSONA[0]], [*PERSONA[:-2], PERSONA[-2] + PERSONA[-1], ""]],
)
def test_other_statements_have_a_file_of_their_own(make_embedder, folder, other):
    Vectors(make_embedder(), folder).of_persona(PERSONA)
    expected = make_embedder().embed(other)
    assert Vectors(make_embedder(), folder).of_persona(other) == pytest.approx(expected, abs=1e-3)
    assert len(files(folder)) == 2


def test_another_embedder_has_files_of_its_own(make_embedder, folder):
    Vectors(make_embedder(digest="one"), folder).of_persona(PERSONA)
    other = make_embedder(digest="two")
    Vectors(other, folder).of_persona(PERSONA)
    assert other.toy_session.rows == SMALL


def test_a_small_persona_leaves_no_file(make_embedder, folder):
    Vectors(make_embedder(), folder).of_persona(PERSONA[1:])
    assert not folder.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-7],
        lambda raw: raw[:10],
        lambda raw: b"",
        lambda raw: raw + b"x",
        lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
    ],
)
def test_a_damaged_file_is_computed_anew_and_mended(make_embedder, folder, damage):
    expected = Vectors(make_embedder(), folder).of_persona(PERSONA)
    path = folder / files(folder)[0]
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    embedder = make_embedder()
    assert np.array_equal(Vectors(embedder, folder).of_persona(PERSONA), expected)
    assert embedder.toy_session.rows == SMALL
    assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_made_costs_no_answer(make_embedder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    found = Vectors(make_embedder(), tmp_path / "file" / "vectors").of_persona(PERSONA)
    assert len(found) == SMALL


def test_a_full_disk_costs_no_answer_and_leaves_no_rest(make_embedder, folder, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert len(Vectors(make_embedder(), folder).of_persona(PERSONA)) == SMALL
    assert files(folder) == []


def test_those_used_longest_ago_go_first(make_embedder, folder, monkeypatch):
    monkeypatch.setattr(vectors, "KEPT_FILES", 2)
    names = []
    for last in ("one", "two", "three"):
        Vectors(make_embedder(), folder).of_persona([*PERSONA, last])
        names += [name for name in files(folder) if name not in names]
        for age, name in enumerate(reversed(names)):
            if (folder / name).exists():
                os.utime(folder / name, (1000 - age, 1000 - age))
    assert files(folder) == sorted(names[1:])


def test_files_of_other_programs_stay(make_embedder, folder, monkeypatch):
    monkeypatch.setattr(vectors, "KEPT_FILES", 1)
    folder.mkdir(parents=True)
    foreign = ["notes.txt", "mine.vectors", "tmpabc"]
    for name in foreign:
        (folder / name).write_text("not ours")
        os.utime(folder / name, (1, 1))
    (folder / "inner.vectors").mkdir()
    for last in ("one", "two"):
        Vectors(make_embedder(), folder).of_persona([*PERSONA, last])
    assert {*foreign, "inner.vectors"} < set(files(folder))
    assert len(files(folder)) == 5


def test_what_a_killed_writer_left_goes_in_its_turn(make_embedder, folder, monkeypatch):
    def killed(source, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(os, "replace", killed)
        Vectors(make_embedder(), folder).of_persona(PERSONA)
    os.utime(folder / files(folder)[0], (1, 1))
    monkeypatch.setattr(vectors, "KEPT_FILES", 1)
    Vectors(make_embedder(), folder).of_persona(PERSONA)
    assert [Path(name).suffix for name in files(folder)] == [".vectors"]


def test_a_file_whose_age_cannot_be_set_is_read_all_the_same(make_embedder, folder, monkeypatch):
    def denied(*_):
        raise PermissionError("read-only")

    expected = Vectors(make_embedder(), folder).of_persona(PERSONA)
    monkeypatch.setattr(os, "utime", denied)
    embedder = make_embedder()
    assert np.array_equal(Vectors(embedder, folder).of_persona(PERSONA), expected)
    assert embedder.toy_session.rows == 0


def test_another_tokenizer_has_files_of_its_own(make_embedder, make_tokenizer, folder):
    Vectors(make_embedder(), folder).of_persona(PERSONA)
    other = make_embedder(tokenizer=make_tokenizer(lowercase=False))
    Vectors(other, folder).of_persona(PERSONA)
    assert other.toy_session.rows == SMALL


def test_many_writers_leave_one_whole_file(make_embedder, folder):
    start = threading.Barrier(8)

    def work(_):
        found = Vectors(make_embedder(), folder)
        start.wait()
        return found.of_persona(PERSONA)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(8)))
    assert all(np.array_equal(result, results[0]) for result in results)
    assert len(files(folder)) == 1
    embedder = make_embedder()
    Vectors(embedder, folder).of_persona(PERSONA)
    assert embedder.toy_session.rows == 0


WRITER = """
import logging, sys
from pathlib import Path
import numpy as np
from guards import vectors

class Constant:
    digest = "constant"
    def embed(self, texts):
        return np.full((len(texts), vectors.WIDTH), len(texts[0]) / 64, dtype=np.float32)

logging.basicConfig(level=logging.INFO, stream=sys.stdout)
print("ready", flush=True)
sys.stdin.readline()
for size in list(range(64, 84)) * 3:
    found = vectors.Vectors(Constant(), Path(sys.argv[1])).of_persona(["fact."] * size)
    assert (found == 5 / 64).all() and len(found) == size
"""


def test_processes_share_a_folder_and_none_meets_half_a_file(folder):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    assert [writer.stdout.readline() for writer in started] == ["ready\n"] * 3
    for writer in started:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = [writer.communicate()[0] for writer in started]
    assert told == [""] * 3
    assert [writer.returncode for writer in started] == [0] * 3
    assert [Path(name).suffix for name in files(folder)] == [".vectors"] * 20


def test_a_file_that_another_process_removes_meanwhile_costs_nothing(
    make_embedder, folder, monkeypatch, caplog
):
    list_folder = os.scandir

    def then_removed(path):
        entries = sorted(list_folder(path), key=lambda entry: entry.name)
        if len(entries) > 1:
            Path(entries[0].path).unlink()
        return contextlib.nullcontext(entries)

    caplog.set_level("INFO", "guards.vectors")
    Vectors(make_embedder(), folder).of_persona(PERSONA)
    monkeypatch.setattr(os, "scandir", then_removed)
    Vectors(make_embedder(), folder).of_persona([*PERSONA, "one"])
    monkeypatch.undo()
    assert len(files(folder)) == 1
    assert caplog.messages == []


def test_the_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.delenv("PERSONA_CACHE", raising=False)
    monkeypatch.setenv("PERSONA_HOME", str(tmp_path / "home"))
    assert default_folder() == tmp_path / "home" / "cache" / "vectors"
    monkeypatch.setenv("PERSONA_CACHE", str(tmp_path / "named"))
    assert default_folder() == tmp_path / "named" / "vectors"
