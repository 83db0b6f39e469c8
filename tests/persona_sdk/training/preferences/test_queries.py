import gzip
import json
from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.queries import read_queries
from persona_sdk.types import Conversation


def test_a_plain_file_holds_a_query_a_line(tmp_path: Path) -> None:
    path = tmp_path / "q.txt"
    path.write_text("Do you keep bees? \n\nÜber Bienen?\n", encoding="utf-8")
    assert [c.query for c in read_queries(path)] == ["Do you keep bees?", "Über Bienen?"]


def test_json_lines_may_hold_the_turns_before(tmp_path: Path) -> None:
    said = Conversation().add("user", "Hi").add("assistant", "Hello.").add("user", "Bees?")
    history = [{"role": t.role, "content": t.content} for t in said.before_query]
    rows = [{"query": "Wax?"}, {"query": "Bees?", "history": history}]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    for name, written in (("q.jsonl", data), ("q.jsonl.gz", gzip.compress(data))):
        (tmp_path / name).write_bytes(written)
        assert read_queries(tmp_path / name) == [Conversation().add("user", "Wax?"), said]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "Bees?"}, "q.jsonl:1: field 'query' is missing; found: text"),
        ({"query": 3}, "q.jsonl:1: query: must be a text, was: 3"),
        ({"query": " "}, "q.jsonl:1: turn 0 is empty"),
        ({"query": "a", "topic": "b"}, "no field is called 'topic': remove it; known: query, his"),
        (
            {"query": "a", "history": [{"role": "user", "content": "b"}]},
            "q.jsonl:1: turn 1 must be the assistant's, was: 'user'",
        ),
        (
            {"query": "a", "history": [{"role": "system", "content": "b"}]},
            "history: leave the system turn out",
        ),
    ],
)
def test_a_row_that_is_no_query_is_named(
    tmp_path: Path, row: dict[str, object], message: str
) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(RowError) as error:
        read_queries(tmp_path / "q.jsonl")
    assert message in str(error.value)


def test_an_empty_file_and_marks_of_a_template_are_named(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("\n")
    with pytest.raises(RowError, match=r"q\.txt: holds no lines with text"):
        read_queries(tmp_path / "q.txt")
    (tmp_path / "q.txt").write_text("Hi\n[INST] Hi\n")
    with pytest.raises(RowError, match=r"q\.txt:2: the query holds '\[INST\]'"):
        read_queries(tmp_path / "q.txt")
