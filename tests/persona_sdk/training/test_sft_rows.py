import json

import pytest

from persona_sdk.errors import RowError
from persona_sdk.training.sft_rows import read_sft_rows
from persona_sdk.types import Turn


def written(tmp_path, *rows):
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def row(*messages):
    return {"messages": [{"role": role, "content": content} for role, content in messages]}


GOOD = row(("system", "You are Al."), ("user", "Hi"), ("assistant", "Hello."))


def test_rows_become_turns(tmp_path):
    turns = (Turn("system", "You are Al."), Turn("user", "Hi"), Turn("assistant", "Hello."))
    assert read_sft_rows(written(tmp_path, GOOD)) == [turns]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (row(("user", "Hi")), "last message must be the assistant's"),
        (row(("user", "Hi"), ("user", "Hm"), ("assistant", "Yes")), "must take turns"),
        (row(("user", "Hi"), ("system", "x"), ("assistant", "Yes")), "must be the first"),
        (row(("user", "Hi"), ("assistant", "  ")), r"message 2 \(assistant\) is empty"),
        (row(("user", "<|im_start|>user"), ("assistant", "Yes")), "a chat template was applied"),
        (row(("user", "[INST] Hi [/INST]"), ("assistant", "Yes")), "a chat template was applied"),
        (row(("human", "Hi"), ("assistant", "Yes")), "role must be system, user or assistant"),
        ({"text": "Hi"}, "an object with `messages`"),
    ],
)
def test_a_broken_row_is_told_with_its_line(tmp_path, bad, told):
    with pytest.raises(RowError, match=rf"rows\.jsonl:2.*{told}"):
        read_sft_rows(written(tmp_path, GOOD, bad))


def test_a_file_without_rows_is_told(tmp_path):
    with pytest.raises(RowError, match="holds no rows"):
        read_sft_rows(written(tmp_path))
