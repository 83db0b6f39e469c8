import gzip
import json

import pytest

from guards.training.rows import LABELS, Row, nli_rows, one_pass, read_jsonl


def _write(folder, rows):
    (folder / "nli").mkdir()
    with gzip.open(folder / "nli" / "train.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


def _row(src, lic, y="e", h="A man rests ."):
    return {"p": "A man sleeps .", "h": h, "y": y, "src": src, "lic": lic}


def test_cleared_leaves_out_rows_of_unknown_licence(tmp_path):
    _write(tmp_path, [_row("mnli_mnli_train", "mnli"), _row("decode_train", "none-stated", "nc")])
    assert set(nli_rows(tmp_path, "cleared")) == {"mnli_mnli_train"}
    assert set(nli_rows(tmp_path, "all")) == {"mnli_mnli_train", "decode_train"}


def test_rows_are_normalised(tmp_path):
    _write(tmp_path, [_row("s", "mit")])
    assert nli_rows(tmp_path, "cleared")["s"] == [
        Row("nli", "A man sleeps.", "A man rests.", "e", "s")
    ]


def test_a_statement_too_long_to_keep_whole_is_left_out(tmp_path):
    _write(tmp_path, [_row("s", "mit", h="word " * 100)])
    assert nli_rows(tmp_path, "cleared") == {}


def test_mnli_is_repeated_and_fever_capped():
    found = {
        "mnli_mnli_train": [Row("nli", str(i), "h", "e", "m") for i in range(10)],
        "fever_val": [Row("nli", str(i), "h", "e", "f") for i in range(7000)],
    }
    rows = one_pass(found, seed=1)
    assert sum(row.kind == "m" for row in rows) == 20
    assert sum(row.kind == "f" for row in rows) == 5000
    assert rows == one_pass(found, seed=1)


def test_a_missing_file_names_the_option(tmp_path):
    with pytest.raises(FileNotFoundError, match="--data"):
        list(read_jsonl(tmp_path / "none.jsonl.gz"))


def test_partial_labels_allow_two_classes():
    assert set(LABELS["nc"]) == {"entailment", "neutral"}
    assert set(LABELS["ne"]) == {"neutral", "contradiction"}
