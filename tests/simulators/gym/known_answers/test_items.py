import json
from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from simulators.gym.known_answers.items import Item, read_items, write_items

ITEM = Item(
    id="stated/age.straight",
    persona="Tess",
    kind="stated",
    turns=("How old are you?",),
    gold=("Tess is 52 years old.",),
    statement_ids=("age",),
    template_id="age.straight.0",
    seed=3,
)


def test_items_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_items([ITEM], tmp_path / "items.jsonl")
    assert read_items(tmp_path / "items.jsonl") == [ITEM]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "0"}, "version must be '1', was: '0'"),
        ({"colour": "red"}, "no field 'colour'"),
        ({"kind": "trivia"}, "kind must be one of"),
        ({"turns": []}, "must ask something"),
        ({"scored": [4]}, "scored turns must be in"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "items.jsonl"
    write_items([ITEM], path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change) + "\n")
    with pytest.raises(RowError, match=message) as raised:
        read_items(path)
    assert f"{path}:1" in str(raised.value)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text("{\n")
    with pytest.raises(RowError, match="no JSON"):
        read_items(path)
