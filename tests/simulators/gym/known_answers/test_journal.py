from pathlib import Path

import pytest

from persona_sdk.errors import RowError
from simulators.gym.known_answers.journal import Checked, Journal, Record
from simulators.gym.known_answers.marks import Mark

RUN = {"persona": "Tess", "seed": 3}
FIRST = Record(
    row="builtin",
    item_id="bait/maker",
    replies=("I keep bees.",),
    seconds=(0.5,),
    tokens=4,
    mark=Mark("bait/maker", "bait", "pass", "stays in role", "'I keep bees.'"),
    checked=Checked("fail", -0.5, None, ("s1",)),
)
SECOND = Record(row="builtin", item_id="query/0", error="ModelError: gone")


def test_records_come_back_as_they_were_added(tmp_path: Path) -> None:
    with Journal(tmp_path / "a" / "answers.jsonl", RUN) as journal:
        journal.add(FIRST)
        journal.add(SECOND)
    assert Journal(tmp_path / "a" / "answers.jsonl", RUN).records() == [FIRST, SECOND]


def test_a_run_that_was_killed_goes_on_behind_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with Journal(path, RUN) as journal:
        journal.add(FIRST)
    with path.open("a") as file:
        file.write('{"row": "buil')
    with Journal(path, RUN) as journal:
        journal.add(SECOND)
    assert Journal(path, RUN).records() == [FIRST, SECOND]


def test_a_run_that_was_killed_in_its_first_line_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"known_ans')
    with Journal(path, RUN) as journal:
        journal.add(FIRST)
    assert Journal(path, RUN).records() == [FIRST]


def test_another_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with Journal(path, RUN) as journal:
        journal.add(FIRST)
    with pytest.raises(RowError, match="seed must be 4, was: 3"):
        Journal(path, {**RUN, "seed": 4}).records()


@pytest.mark.parametrize("line", ["{", "[]", '{"row": "x"}'])
def test_a_broken_line_inside_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "answers.jsonl"
    with Journal(path, RUN) as journal:
        journal.add(FIRST)
    path.write_text(f"{path.read_text()}{line}\n")
    with pytest.raises(RowError, match=":3: "):
        Journal(path, RUN).records()


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="open the journal first"):
        Journal(tmp_path / "answers.jsonl", RUN).add(FIRST)
