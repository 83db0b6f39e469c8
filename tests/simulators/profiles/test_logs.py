import gzip
import json
from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from simulators.profiles.log_lines import MAX_LINE
from simulators.profiles.logs import format_of, read_logs

EXCERPTS = Path(__file__).parent / "excerpts"
CHAT = [
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "Hi, I'm Ann."},
    {"role": "assistant", "content": "Hello!"},
    {"role": "user", "content": [{"type": "text", "text": "Look:"}, {"type": "image_url"}]},
]


def put(folder: Path, text: str | bytes, name: str = "log.jsonl") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def said(path: Path, **options: object) -> list[tuple[str, ...]]:
    return [one.said for one in read_logs(path, **options).conversations]  # type: ignore[arg-type]


def test_openai_messages_are_read(tmp_path: Path) -> None:
    path = put(tmp_path, json.dumps({"messages": CHAT}) + "\n\n" + json.dumps({"messages": CHAT}))
    assert said(path) == [("Hi, I'm Ann.", "Look:")] * 2
    assert [one.id for one in read_logs(path).conversations] == ["log-1", "log-2"]
    assert [one.place for one in read_logs(path).conversations] == [f"{path}:1", f"{path}:3"]


def test_sharegpt_is_read_as_lines_and_as_one_array(tmp_path: Path) -> None:
    turns = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]
    rows = [{"id": "a", "conversations": turns}, {"id": "a", "conversations": turns}]
    lines = put(tmp_path, "\n".join(map(json.dumps, rows)))
    array = put(tmp_path, json.dumps(rows, indent=1), "log.json")
    for path in (lines, array):
        log = read_logs(path)
        assert [one.id for one in log.conversations] == ["a", "a-2"]  # nothing is lost
        assert log.conversations[0].said == ("Hi",)


def test_sillytavern_is_one_conversation_a_file(tmp_path: Path) -> None:
    rows = [
        {"user_name": "Kim", "character_name": "Aqua", "chat_metadata": {}},
        {"name": "Aqua", "is_user": False, "mes": "Splash."},
        {"name": "Kim", "is_user": True, "mes": "hey"},
        {"name": "note", "is_user": True, "is_system": True, "mes": "hidden"},
    ]
    path = put(tmp_path, "\n".join(map(json.dumps, rows)), "Aqua - 2024.jsonl")
    log = read_logs(path)
    assert [one.id for one in log.conversations] == ["Aqua - 2024"]
    assert said(path) == [("hey",)]
    assert said(path, user="Aqua") == [("Splash.",)]


def test_a_broken_line_of_a_sillytavern_chat_costs_that_line_only(tmp_path: Path) -> None:
    rows = ['{"name": "K", "is_user": true, "mes": "a"}', "{", '{"is_user": true, "mes": "b"}']
    path = put(tmp_path, "\n".join(rows))
    log = read_logs(path, on_error="skip")
    assert log.conversations[0].said == ("a", "b")
    assert [skip.place for skip in log.skipped] == [f"{path}:2"]


def test_text_with_speakers_is_cut_into_turns_and_conversations(tmp_path: Path) -> None:
    text = "User: hi\nhow are you\nAssistant: fine\nNote: no speaker\n---\nUser: again\nAI: yes\n"
    log = read_logs(put(tmp_path, text, "log.txt"))
    assert [one.said for one in log.conversations] == [("hi\nhow are you",), ("again",)]
    assert log.conversations[0].turns[1].content == "fine\nNote: no speaker"


@pytest.mark.parametrize(
    ("text", "user", "wanted"),
    [
        ("[12:30] Ann: hi\n[12:31] Bot: ho\n[12:32] Ann: ok\n", "", ("hi", "ok")),
        ("12/03/2023, 14:05 - Ann: hi\n12/03/2023, 14:06 - Bot: ho\n", "Ann", ("hi",)),
        ("Bo: one\nAnn: two\nBo: three\nAnn: four\nBo: five", "", ("one", "three", "five")),
        ("Bo: one\nAnn: two\nBo: three\nAnn: four\nAnn: five", "Bo", ("one", "three")),
        ("Ann: hi\nBob: ho\nAnn: see http://x.org\nBob: k\n", "", ("hi", "see http://x.org")),
    ],
)
def test_the_user_of_a_text_is_who_is_named_or_who_speaks_most(
    tmp_path: Path, text: str, user: str, wanted: tuple[str, ...]
) -> None:
    assert said(put(tmp_path, text, "log.txt"), user=user) == [wanted]


def test_real_logs_are_read() -> None:
    tutoring, assistant, talk = (
        read_logs(EXCERPTS / name, user=user)
        for name, user in (
            ("simulatorarena.jsonl", ""),
            ("oasst1.jsonl", ""),
            ("synthetic_persona_chat.txt", "User 1"),
        )
    )
    assert tutoring.conversations[0].said[0] == "How would I maximize x^2y - xy^2?"
    assert len(assistant.conversations) == 3 and len(talk.conversations) == 2
    assert all(one.said and len(one.turns) > len(one.said) for one in talk.conversations)
    assert not (tutoring.skipped or assistant.skipped or talk.skipped)


def test_files_that_were_sent_are_no_words(tmp_path: Path) -> None:
    row = {"user_queries": ["hi", ["/tmp/a.png"], "ok"], "ai_responses": ["a", None, "b"]}
    assert said(put(tmp_path, json.dumps(row))) == [("hi", "ok")]


def test_a_gzipped_log_is_read_and_a_torn_one_refused(tmp_path: Path) -> None:
    data = gzip.compress(json.dumps({"messages": CHAT}).encode())
    assert len(said(put(tmp_path, data, "log.jsonl.gz"))) == 1
    with pytest.raises(RowError, match="not a whole gzip file"):
        read_logs(put(tmp_path, data[:-10], "torn.jsonl.gz"))


BROKEN = [
    ('{"messages": [', "column 15 is not JSON"),
    ('{"messages": [{"content": "hi"}]}', "message 1 has no 'role'"),
    ('{"messages": [{"role": "Ann", "content": "hi"}]}', "by 'Ann': say who is the user with"),
    ('{"messages": [{"role": "assistant", "content": "hi"}]}', "has no user turn"),
    ('{"messages": [{"role": "user", "content": "  "}]}', "has no turns"),
    ('{"messages": [{"role": "user", "content": 5}]}', "message 1 must hold a text, was: 5"),
    ('{"messages": ["hi"]}', "message 1 must be an object"),
    ('{"messages": "hi"}', "key 'messages' must hold a list"),
    ('{"messages": [{"role": "user", "content": "\\ud800"}]}', "cannot be read as JSON"),
    ("[1, 2]", "must be a JSON object"),
]


@pytest.mark.parametrize(("line", "told"), BROKEN)
def test_a_broken_conversation_is_refused_or_counted(tmp_path: Path, line: str, told: str) -> None:
    good = json.dumps({"messages": CHAT})
    path = put(tmp_path, f"{good}\n{line}\n{good}\n")
    with pytest.raises(RowError, match=rf":2: .*{told}.*--on-error skip"):
        read_logs(path)
    log = read_logs(path, on_error="skip")
    assert len(log.conversations) == 2
    assert [skip.place for skip in log.skipped] == [f"{path}:2"]


def test_a_huge_line_is_left_out_and_the_next_one_read(tmp_path: Path) -> None:
    good = json.dumps({"messages": CHAT})
    path = put(tmp_path, f"{good}\n{'x' * (2 * MAX_LINE + 5)}\n{good}\n")
    log = read_logs(path, on_error="skip")
    assert [one.place for one in log.conversations] == [f"{path}:1", f"{path}:3"]
    assert log.skipped == ((f"{path}:2", f"the line has more than {MAX_LINE:,} bytes"),)


def test_bytes_that_are_not_utf8_cost_their_line(tmp_path: Path) -> None:
    good = json.dumps({"messages": CHAT}).encode()
    log = read_logs(put(tmp_path, good + b"\n\xff\xfe\n" + good), on_error="skip")
    assert len(log.conversations) == 2 and "not UTF-8" in log.skipped[0].reason


def test_a_log_of_nothing_is_refused_with_the_first_reason(tmp_path: Path) -> None:
    path = put(tmp_path, '{"messages": [{"role": "assistant", "content": "hi"}]}')
    with pytest.raises(RowError, match=r"holds no conversation .*1 left out, .*no user turn"):
        read_logs(path, on_error="skip")


def test_an_unknown_shape_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(RowError, match="found: foo: name one of openai, sharegpt"):
        format_of(put(tmp_path, '{"foo": 1}'))


def test_other_scripts_are_read(tmp_path: Path) -> None:
    row = {"messages": [{"role": "user", "content": "Привет, как дела? 你好"}]}
    assert said(put(tmp_path, json.dumps(row, ensure_ascii=False))) == [("Привет, как дела? 你好",)]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        ('{"messages": []}'.encode("utf-16"), "byte 1 is not UTF-8"),
        (b"[" * 100_000, "cannot be read as JSON"),
    ],
)
def test_a_file_without_any_object_says_why(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "log.jsonl").write_bytes(data)
    with pytest.raises(RowError, match=told):
        read_logs(tmp_path / "log.jsonl")
