import doctest
import gzip
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

import simulators.profiles.files
from persona_sdk.errors import RowError
from persona_sdk.profile import BigFive, Fact, Profile, Style
from simulators.profiles.files import (
    profile_document,
    profile_line,
    profile_of,
    read_profiles,
    write_profiles,
)

ANN = Profile(
    "ann",
    (Fact("f1", "You are a nurse.", attribute="occupation", evidence=(0, 2)),),
    goals=("Find out what Ada eats.",),
    style=Style(words=4, phrases=("i dont know",), register="casual"),
    big_five=BigFive(openness="high"),
    patience=2,
    attacks=("injection",),
    objective="Own prose.\n\nWith two paragraphs.",
    language="und",
    source="log.jsonl:3 (rules)",
    licence="MIT",
    parents=("a", "b"),
)


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.files).failed == 0


def test_what_is_written_is_read_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    write_profiles(path, [ANN, replace(ANN, id="Bär 熊\u2028")])
    assert read_profiles(path) == (ANN, replace(ANN, id="Bär 熊\u2028"))


def test_a_profile_survives_a_journal() -> None:
    assert profile_of(profile_document(ANN)) == ANN


def test_gzipped_profiles_are_read(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + profile_line(ANN).encode()))
    assert read_profiles(path) == (ANN,)


def test_a_gzipped_name_is_written_gzipped_and_the_same_again(tmp_path: Path) -> None:
    first, again = tmp_path / "users.jsonl.gz", tmp_path / "again.jsonl.gz"
    for path in (first, again):
        write_profiles(path, [ANN])
    assert read_profiles(first) == (ANN,)
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("folder", ["none", "file"])
def test_a_place_that_cannot_be_written_is_named_as_it_was_told(
    tmp_path: Path, folder: str
) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / folder / "users.jsonl"
    with pytest.raises(OSError, match=rf"'{re.escape(str(path))}'\Z"):
        write_profiles(path, [ANN])


def test_a_file_that_is_no_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl.gz"
    path.write_bytes(gzip.compress(profile_line(ANN).encode())[:-9])
    with pytest.raises(RowError, match="not a whole gzip file"):
        read_profiles(path)


def test_a_write_that_fails_leaves_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    write_profiles(path, [ANN])

    def broken():  # type: ignore[no-untyped-def]
        yield replace(ANN, id="other")
        raise OSError(28, "no space left on device")

    with pytest.raises(OSError, match="no space"):
        write_profiles(path, broken())
    assert read_profiles(path) == (ANN,)
    assert os.listdir(tmp_path) == ["users.jsonl"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            '{"version": 1, "id": "a", "stile": {}}',
            r":2: unknown key 'stile'; did you mean 'style'",
        ),
        ('{"version": 1, "id": "a", "style": {"typo": 1}}', "did you mean 'typos'"),
        ('{"version": 2, "id": "a"}', r":2: key 'version': Input should be 1, was: 2"),
        ('{"id": "a"}', "key 'version' is missing"),
        ('{"version": 1, "id": "a", "style": {"typos": 1.5}}', "'style.typos': .*was: 1.5"),
        ('{"version": 1, "id": "a", "facts": [{"id": "f", "text": "  "}]}', "must have a text"),
        (
            '{"version": 1, "id": "a", "facts": [{"id": "f", "text": "x"}, '
            '{"id": "f", "text": "y"}]}',
            "'f' stands twice",
        ),
        ('{"version": 1, "id": "a", "goals": ["\\u0000"]}', r"U\+0000: remove it"),
        ('{"version": 1, "id": "ann"}', ":2: profile id 'ann' stands twice"),
        ("[1]", ":2: must be a JSON object"),
        ('{"version": 1,', ":2: column 15 is not JSON"),
        ("[" * 100_000, ":2: cannot be read as JSON"),
    ],
)
def test_a_broken_line_is_told_with_its_number(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "users.jsonl"
    path.write_text(profile_line(ANN) + "\n" + line + "\n")
    with pytest.raises(RowError, match=told):
        read_profiles(path)


def test_bytes_that_are_not_utf8_are_told(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_bytes(b'{"version": 1, "id": "\xff"}')
    with pytest.raises(RowError, match=r":1: byte 23 is not UTF-8"):
        read_profiles(path)


def test_a_file_without_profiles_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    path.write_text("\n\n")
    with pytest.raises(RowError, match="holds no profiles"):
        read_profiles(path)
