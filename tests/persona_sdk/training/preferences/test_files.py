import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.files import read_pairs, write_pairs
from persona_sdk.types import PreferencePair

Made = Callable[..., PreferencePair]
USER = {"role": "user", "content": "Hi"}
ROW = {
    "prompt": [USER],
    "chosen": [{"role": "assistant", "content": "Yes."}],
    "rejected": [{"role": "assistant", "content": "No."}],
}


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_pairs_are_read_as_they_were_written(pair: Made, tmp_path: Path) -> None:
    pairs = [
        pair(margin=1.25, source="test", supporting=1.5, opposing=0.25, violated=("Tess is 40.",)),
        pair("Ja,\u2028é", "Nein."),
    ]
    assert write_pairs(pairs, tmp_path / "pairs.jsonl") == 2
    found = read_pairs(tmp_path / "pairs.jsonl")
    assert found == pairs
    assert found[0].source == "test"


def test_rows_are_trls_conversational_preferences(pair: Made, tmp_path: Path) -> None:
    write_pairs([pair()], tmp_path / "pairs.jsonl")
    row = json.loads((tmp_path / "pairs.jsonl").read_text())
    assert row["prompt"] == [
        {"role": "system", "content": "You are Tess."},
        {"role": "user", "content": "What do you do?"},
    ]
    assert row["chosen"] == [{"role": "assistant", "content": "I keep bees."}]


def test_a_plain_row_of_another_tool_is_a_pair_without_weights(tmp_path: Path) -> None:
    (found,) = read_pairs(written(tmp_path / "p.jsonl", ROW))
    assert (found.supporting, found.opposing, found.margin) == (1.0, 0.0, 0.0)


def test_gzipped_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(ROW).encode()))
    assert len(read_pairs(path)) == 1


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROW).encode())
    assert len(read_pairs(path)) == 1


def reply(text: str, role: str = "assistant") -> list[dict[str, str]]:
    return [{"role": role, "content": text}]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rejected": reply("Yes. ")}, "p.jsonl:2: chosen and rejected are the same text, 'Yes.'"),
        ({"chosen": reply(" ")}, "p.jsonl:2: chosen: is empty"),
        ({"chosen": reply("Hi", "user")}, "chosen: must be the assistant's, was: 'user'"),
        ({"chosen": reply("Hi", "gpt")}, "chosen: role must be one of system, user, assistant"),
        ({"chosen": [*reply("a"), *reply("b")]}, "chosen: must be one message, were: 2"),
        ({"chosen": "Yes."}, "chosen: must be an object of 'role' and 'content', was: 'Yes.'"),
        ({"prompt": "Hi"}, "prompt: must be a list of messages, was: 'Hi'"),
        ({"prompt": []}, "prompt: is empty"),
        ({"prompt": reply("Hi")}, "prompt: turn 0 must be the user's, was: 'assistant'"),
        ({"prompt": [USER, *reply("Ho")]}, "prompt: must end with a user turn, was: 'assistant'"),
        ({"prompt": [USER, USER]}, "prompt: turn 1 must be the assistant's, was: 'user'"),
        ({"prompt": [USER, *reply("x", "system")]}, "turn 1 is a system turn: only the first"),
        ({"prompt": reply("x", "system")}, "prompt: must end with a user turn, was: 'system'"),
        ({"prompt": reply("<|im_start|>x", "user")}, "prompt: turn 0 holds '<|im_start|>'"),
        ({"chosen": reply("Yes.</s>")}, "chosen: holds '</s>': give plain texts"),
        ({"chosen": reply("[INST] Yes.")}, "chosen: holds '[INST]'"),
        ({"chosen": reply("Yes.<end_of_turn>")}, "chosen: holds '<end_of_turn>'"),
        ({"score": 1}, "no field is called 'score': remove it; known: prompt, chosen, rejected"),
        ({"margin": "1"}, "margin: must be a number, was: '1'"),
        ({"opposing": -1}, "opposing: must be at least 0, was: -1"),
        ({"supporting": 0, "opposing": 0}, "supporting and opposing are both 0"),
        ({"violated": 1}, "violated: must be a text, was: 1"),
        ({"persona": 3}, "persona: must be a text, was: 3"),
    ],
)
def test_a_row_that_cannot_be_learned_from_is_named(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = written(tmp_path / "p.jsonl", ROW, {**ROW, **change})
    with pytest.raises(RowError) as error:
        read_pairs(path)
    assert str(error.value).startswith(f"{path}:2: ")
    assert message in str(error.value)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "p.jsonl", {"prompt": [USER], "chosen": reply("Yes.")})
    with pytest.raises(RowError, match=r"p.jsonl:1: field 'rejected' is missing; found: prompt, "):
        read_pairs(path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"prompt": \n', "p.jsonl:1: column 12 is not JSON"),
        (b"[1]\n", r"p.jsonl:1: must be a JSON object, was: \[1\]"),
        (b'{"a": "\xff"}\n', "p.jsonl:1: byte 8 is not UTF-8"),
        (b'{"a": "\\ud800"}\n', "p.jsonl:1: holds half of a surrogate pair"),
        (b'{"a": NaN}\n', "p.jsonl:1: cannot be read as JSON: NaN is not a JSON number"),
        (b"\n\n", "p.jsonl: holds no rows"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(data)
    with pytest.raises(RowError, match=message):
        read_pairs(path)


def test_what_is_no_gzip_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl.gz"
    path.write_bytes(b"{}")
    with pytest.raises(RowError, match="is not a whole gzip file"):
        read_pairs(path)


def test_a_failed_write_leaves_the_old_file(pair: Made, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    write_pairs([pair()], path)
    before = path.read_bytes()

    def failing() -> object:
        yield pair("Other.")
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_pairs(failing(), path)  # type: ignore[arg-type]
    assert path.read_bytes() == before


def test_rows_are_written_uncompressed(pair: Made, tmp_path: Path) -> None:
    with pytest.raises(RowError, match=r"choose a name without \.gz"):
        write_pairs([pair()], tmp_path / "pairs.jsonl.gz")
