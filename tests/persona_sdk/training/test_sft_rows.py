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


def test_only_a_line_feed_ends_a_row_and_a_byte_order_mark_is_skipped(tmp_path):
    spoken = "One.\u2028Two.\x85Three."
    told = json.dumps(row(("user", "Hi"), ("assistant", spoken)), ensure_ascii=False)
    file = tmp_path / "rows.jsonl"
    file.write_text(f"\ufeff{told}\n", encoding="utf-8")
    assert read_sft_rows(file) == [(Turn("user", "Hi"), Turn("assistant", spoken))]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (row(("user", "Hi")), "last message must be the assistant's"),
        (row(("user", "Hi"), ("user", "Hm"), ("assistant", "Yes")), "must take turns"),
        (row(("user", "Hi"), ("system", "x"), ("assistant", "Yes")), "must be the first"),
        (row(("user", "Hi"), ("assistant", "  ")), r"message 2 \(assistant\) is empty"),
        (
            row(("user", "<|im_start|>user"), ("assistant", "Yes")),
            "the training applies the chat template",
        ),
        (
            row(("user", "[INST] Hi [/INST]"), ("assistant", "Yes")),
            "the training applies the chat template",
        ),
        (row(("human", "Hi"), ("assistant", "Yes")), "role must be one of system, user, assistant"),
        ({"messages": "Hi"}, "must be a list of messages"),
        ({"text": "Hi"}, "an object with `messages`"),
    ],
)
def test_a_broken_row_is_told_with_its_line(tmp_path, bad, told):
    with pytest.raises(RowError, match=rf"rows\.jsonl:2.*{told}"):
        read_sft_rows(written(tmp_path, GOOD, bad))


def test_a_file_without_rows_is_told(tmp_path):
    with pytest.raises(RowError, match="holds no rows"):
        read_sft_rows(written(tmp_path))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RowError, match=r"none\.jsonl cannot be read: No such file"):
        read_sft_rows(tmp_path / "none.jsonl")
