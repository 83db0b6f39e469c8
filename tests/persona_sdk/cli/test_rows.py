import gzip
import io
import sys
from pathlib import Path

import pytest

from persona_sdk.cli.rows import read_rows
from persona_sdk.cli.schemas import NliRow, RelevanceRow, ScoreRow
from persona_sdk.errors import RowError

GOOD = '{"premise": "It rains.", "hypothesis": "It is dry.", "label": "c", "id": 7}'


def write(folder: Path, *lines: str) -> str:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def message(folder: Path, *lines: str) -> str:
    with pytest.raises(RowError) as caught:
        read_rows(write(folder, *lines), NliRow)
    return str(caught.value)


def test_a_row_keeps_the_fields_that_the_command_does_not_know(tmp_path: Path) -> None:
    row = read_rows(write(tmp_path, GOOD), NliRow)[0]
    assert row.fields["id"] == 7
    assert row.value.label == "c"


def test_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n" + GOOD.encode())
    assert len(read_rows(str(path), NliRow)) == 2


def test_a_line_separator_inside_a_text_ends_no_row(tmp_path: Path) -> None:
    row = '{"premise": "one\u2028two", "hypothesis": "h", "label": "n"}'
    assert read_rows(write(tmp_path, row), NliRow)[0].value.premise == "one\u2028two"


def test_gzipped_rows_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(GOOD.encode()))
    assert read_rows(str(path), NliRow)[0].value.label == "c"


@pytest.mark.parametrize("keep", [5, -9])
def test_a_truncated_gzip_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(GOOD.encode())[:keep])
    with pytest.raises(RowError, match="not a whole gzip file"):
        read_rows(str(path), NliRow)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{"), encoding="utf-8"))
    with pytest.raises(RowError, match="standard input:1: column 2 is not JSON"):
        read_rows("-", NliRow)


def test_broken_json_names_line_and_column(tmp_path: Path) -> None:
    told = message(tmp_path, GOOD, '{"premise": "It rains."')
    assert "rows.jsonl:2: column 24 is not JSON" in told


def test_the_short_keys_of_other_files_are_told_the_right_ones(tmp_path: Path) -> None:
    told = message(tmp_path, '{"p": "It rains.", "h": "It is dry.", "y": "c"}')
    assert "rows.jsonl:1: field 'premise' is missing; found: p, h, y" in told
    assert "expected: premise, hypothesis, label" in told


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("[1, 2]", "must be a JSON object, was: [1, 2]"),
        (GOOD.replace('"c"', '"x"'), "field 'label'"),
        (GOOD.replace('"c"', '"x"'), "was: 'x'"),
        (GOOD.replace('"It rains."', "3"), "field 'premise': Input should be a valid string"),
        (GOOD.replace("It rains.", "  "), "field 'premise': must not be empty, was: '  '"),
        (GOOD.replace("It rains.", "\\ud800"), "half of a surrogate pair"),
        (GOOD.replace("7", "NaN"), "NaN is not a JSON number"),
        (GOOD.replace("7", "[" * 99_999), "cannot be read as JSON"),
    ],
)
def test_a_bad_row_names_the_place_the_field_and_the_value(
    tmp_path: Path, row: str, told: str
) -> None:
    found = message(tmp_path, GOOD, row)
    assert "rows.jsonl:2: " in found
    assert told in found


def test_a_long_wrong_value_is_shortened(tmp_path: Path) -> None:
    assert len(message(tmp_path, GOOD.replace('"c"', f'"{"x" * 9999}"'))) < 300


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"premise": "caf\xe9"}\n')
    with pytest.raises(RowError, match=r"rows\.jsonl:1: byte 17 is not UTF-8"):
        read_rows(str(path), NliRow)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RowError, match="holds no rows"):
        read_rows(write(tmp_path, ""), NliRow)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.jsonl"):
        read_rows(str(tmp_path / "gone.jsonl"), NliRow)


def test_a_relevance_label_is_a_number(tmp_path: Path) -> None:
    row = '{"character": "A", "statement": "A sings.", "query": "Sing?", "label": "1"}'
    with pytest.raises(RowError, match=r"field 'label'.*was: '1'"):
        read_rows(write(tmp_path, row), RelevanceRow)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("statements", "[]", "field 'statements'"),
        ("statements", '["ok", " "]', "field 'statements.1': must not be empty"),
        ("statements", '"one text"', "field 'statements': Input should be a valid list"),
        ("history", '[{"role": "narrator", "content": "x"}]', "field 'history.0.role'"),
        ("history", '[{"role": "user"}]', "field 'history.0.content': Field required"),
        ("response", "null", "field 'response'"),
        ("query", "5", "field 'query': Input should be a valid string, was: 5"),
        ("character", '""', "field 'character': must not be empty"),
    ],
)
def test_a_bad_score_row_names_the_field(tmp_path: Path, field: str, value: str, told: str) -> None:
    import json

    row = {
        "character": "A",
        "statements": ["A sings."],
        "query": "Hi",
        "response": "Hello",
        "history": [],
    }
    row[field] = json.loads(value)
    with pytest.raises(RowError) as caught:
        read_rows(write(tmp_path, json.dumps(row)), ScoreRow)
    assert told in str(caught.value)
