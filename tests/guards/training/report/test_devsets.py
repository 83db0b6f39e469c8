import gzip
import json

import pytest

from guards.training.report.devsets import (
    convai2,
    denied_lives,
    persona_lines,
    planted,
    synthetic_chat,
    told_lives,
)
from guards.training.synthesize.lives import lives


def _write(folder, name, rows):
    (folder / "persona").mkdir(exist_ok=True)
    with gzip.open(folder / "persona" / f"{name}.jsonl.gz", "wt") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path):
    """Forty personas of two lines; each shares its second line with the persona after it."""
    personas = [[f"i like place{i} .", f"i know friend{i // 2} of old ."] for i in range(40)]
    turns = [
        {"persona": p, "history": ["hi"], "response": f"i live at {p[0]}", "entailed": []}
        for p in personas
    ]
    _write(tmp_path, "convai2_valid_turns_entailidx", turns)
    chats = [
        {
            "user1": [line.replace(" .", ".").capitalize() for line in p],
            "user2": [f"I am person{i}."],
            "conv": ["User 2: Hello.", f"User 1: Mine is {p[0]}"],
        }
        for i, p in enumerate(personas)
    ]
    _write(tmp_path, "synthetic_persona_chat_valid", chats)
    return tmp_path


def _stated(traffic):
    return {text.lower() for reply in traffic.replies for text in reply.statements}


def test_personas_that_share_a_line_share_a_half(data):
    for read in (convai2, synthetic_chat):
        one, other = (_stated(read(data, half, 1000)) for half in (0, 1))
        assert one and other
        assert not one & other


def test_both_data_sets_are_cut_alike(data):
    for half in (0, 1):
        chat = {text for text in _stated(synthetic_chat(data, half, 1000)) if "place" in text}
        assert chat <= _stated(convai2(data, half, 1000))


def test_no_planted_line_of_one_half_is_planted_in_the_other(data):
    assert not set(persona_lines(data, 0)) & set(persona_lines(data, 1))
    one, other = ({r.statements for r in planted(data, half).replies} for half in (0, 1))
    assert one and other and not one & other


def test_people_of_lives_answer_for_the_facts_that_they_tell():
    facts = {way: told.say for life in lives("dev") for told in life for way in told.again}
    for reply in told_lives().replies:
        told = [say for way, say in facts.items() if way in reply.text]
        assert reply.labels.count("e") == len(told) in (1, 2)
        assert len(reply.labels) == len(reply.statements)


def test_people_of_lives_deny_one_fact_at_a_time():
    denials = [text for life in lives("dev") for told in life for text in told.against]
    assert [reply.text for reply in denied_lives().replies] == denials
    assert {(r.labels.count("c"), r.labels.count("e")) for r in denied_lives().replies} == {(1, 0)}
