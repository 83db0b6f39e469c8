import json
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from persona_sdk.training.preferences.formats import (
    FORMATS,
    Format,
    dataset_info,
    read_as,
    write_as,
)
from persona_sdk.training.preferences.kto import both_ways
from persona_sdk.types import PreferencePair, Turn

Made = Callable[..., PreferencePair]


def talks(pair: Made) -> list[PreferencePair]:
    turns = (Turn("user", "Hi"), Turn("assistant", "Hello."), Turn("user", "Bees?"))
    return [
        pair(margin=1.5, source="test", supporting=2.0, opposing=0.5, violated=("Tess is 40.",)),
        PreferencePair(turns, "Yes, bees.", "No bees."),
        pair("I do sell honey.", "I sell wax."),
        pair("I keep bees.", "I sell wax."),
    ]


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("form", FORMATS)
def test_pairs_survive_the_way_there_and_back(pair: Made, tmp_path: Path, form: Format) -> None:
    path = tmp_path / "pairs.jsonl"
    write_as(talks(pair), path, form)
    found = read_as(path, form)
    assert found == talks(pair)
    assert found[0].source == "test"


def test_kto_rows_are_two_a_pair(pair: Made, tmp_path: Path) -> None:
    assert write_as([pair()], tmp_path / "kto.jsonl", "kto") == 2
    liked, disliked = rows(tmp_path / "kto.jsonl")
    assert (liked["completion"], liked["label"]) == (
        [{"role": "assistant", "content": "I keep bees."}],
        True,
    )
    assert disliked["label"] is False
    assert liked["prompt"] == disliked["prompt"]


def test_kto_rows_of_others_are_paired_by_prompt(tmp_path: Path) -> None:
    def row(query: str, text: str, label: object) -> str:
        prompt = [{"role": "user", "content": query}]
        completion = [{"role": "assistant", "content": text}]
        return json.dumps({"prompt": prompt, "completion": completion, "label": label}) + "\n"

    path = tmp_path / "kto.jsonl"
    path.write_text(row("A?", "no", False) + row("B?", "yes", True) + row("A?", "good", True))
    with pytest.raises(RowError, match=r"kto.jsonl:2: no rejected reply to the same prompt"):
        read_as(path, "kto")
    path.write_text(row("A?", "no", False) + row("A?", "good", True))
    (found,) = read_as(path, "kto")
    assert (found.chosen, found.rejected) == ("good", "no")
    path.write_text(row("A?", "no", "false"))
    with pytest.raises(RowError, match=r"kto.jsonl:1: label: must be true or false, was: 'false'"):
        read_as(path, "kto")


def test_replies_that_are_liked_and_disliked_are_counted(pair: Made) -> None:
    assert both_ways(talks(pair)) == 0
    assert both_ways([pair("A.", "B."), pair("B.", "C.")]) == 1


def test_axolotl_rows_hold_the_prompt_and_one_message_a_side(pair: Made, tmp_path: Path) -> None:
    write_as([pair()], tmp_path / "a.jsonl", "axolotl")
    (row,) = rows(tmp_path / "a.jsonl")
    assert row["messages"][-1] == {"role": "user", "content": "What do you do?"}  # type: ignore[index]
    assert row["rejected"] == {"role": "assistant", "content": "I hate bees."}


def test_llama_factory_rows_begin_with_the_human_and_name_the_system_apart(
    pair: Made, tmp_path: Path
) -> None:
    write_as([pair()], tmp_path / "l.jsonl", "llamafactory")
    (row,) = rows(tmp_path / "l.jsonl")
    assert row["conversations"] == [{"from": "human", "value": "What do you do?"}]
    assert row["system"] == "You are Tess."
    assert row["chosen"] == {"from": "gpt", "value": "I keep bees."}
    entry = dataset_info("tess", "l.jsonl")["tess"]
    assert (entry["ranking"], entry["formatting"]) == (True, "sharegpt")  # type: ignore[index]
    assert set(entry["columns"].values()) <= set(row)  # type: ignore[index]


def test_a_file_of_another_format_is_named(pair: Made, tmp_path: Path) -> None:
    write_as([pair()], tmp_path / "l.jsonl", "llamafactory")
    with pytest.raises(RowError, match=r"l.jsonl:1: field 'messages' is missing; found: conv"):
        read_as(tmp_path / "l.jsonl", "axolotl")


def test_a_column_has_one_type_in_every_row(pair: Made, tmp_path: Path) -> None:
    write_as(talks(pair), tmp_path / "p.jsonl", "trl")
    kinds = {tuple(type(value) for value in row.values()) for row in rows(tmp_path / "p.jsonl")}
    assert len(kinds) == 1
