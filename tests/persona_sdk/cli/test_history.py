from pathlib import Path

import pytest

from persona_sdk.cli.history import read_history
from persona_sdk.errors import RowError
from persona_sdk.types import Turn

TURNS = (Turn("user", "Hi!"), Turn("assistant", "Hello."))
FIRST, SECOND = (f'{{"role": "{t.role}", "content": "{t.content}"}}' for t in TURNS)


def test_turns_are_read_from_the_argument() -> None:
    assert read_history(f" [{FIRST}, {SECOND}]") == TURNS


@pytest.mark.parametrize(
    ("name", "text"),
    [("h.json", f"[{FIRST},\n {SECOND}]"), ("h.jsonl", f"{FIRST}\n{SECOND}\n")],
)
def test_turns_are_read_from_a_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_history(str(tmp_path / name)) == TURNS


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("[", "--history: column 2 is not JSON"),
        ("[3]", "--history: turn 1: must be a JSON object, was: 3"),
    ],
)
def test_what_is_no_history_is_refused(source: str, told: str) -> None:
    with pytest.raises(RowError) as caught:
        read_history(source)
    assert told in str(caught.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.json"):
        read_history("gone.json")
