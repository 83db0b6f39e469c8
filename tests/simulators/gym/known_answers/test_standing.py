from typing import Literal

from simulators.gym.known_answers.items import Item
from simulators.gym.known_answers.journal import Checked, Record
from simulators.gym.known_answers.marks import Mark
from simulators.gym.known_answers.standing import differences, standings, unusable

Short = Literal["pass", "fail", "unscored"]
ITEMS = [
    Item(
        id=f"stated/{i}", persona="Tess", kind="stated", turns=(f"{i}?",), statement_ids=(f"s{i}",)
    )
    for i in range(4)
]


def record(row: str, number: int, outcome: Short, *, gain: float | None = None) -> Record:
    key = f"stated/{number}"
    checked = None if gain is None else Checked(outcome, gain, 0.5)
    mark = Mark(key, "stated", outcome, "rule", "evidence")
    return Record(row, key, (f"{row} says {number}.",), (0.5,), 6, mark, checked)


def row(name: str, *outcomes: Short) -> list[Record]:
    return [record(name, number, outcome) for number, outcome in enumerate(outcomes)]


def test_unscored_items_are_neither_passed_nor_failed() -> None:
    (one,) = standings(row("a", "pass", "fail", "unscored", "pass"), ITEMS)
    assert one.score is not None
    assert (round(one.score.mean, 3), one.score.n, one.unscored) == (0.667, 3, 1)
    assert set(one.kinds) == {"stated"}


def test_items_about_the_same_statement_are_drawn_together() -> None:
    twins = [
        ITEMS[0],
        Item(**{f: getattr(ITEMS[1], f) for f in ITEMS[1].__slots__} | {"statement_ids": ("s0",)}),
    ]
    (one,) = standings(row("a", "pass", "fail"), twins)
    assert one.score is not None
    assert one.score.n == 1


def test_costs_and_failures_are_told() -> None:
    records = [*row("a", "pass", "pass"), Record("a", "stated/2", error="ModelError: gone")]
    (one,) = standings(records, ITEMS)
    assert (one.seconds, one.tokens, one.errors) == (0.5, 6.0, 1)


def test_a_sentence_said_before_is_a_repetition() -> None:
    records = [Record("a", f"query/{i}", ("I keep bees. And you?",)) for i in range(2)]
    (one,) = standings(records, ITEMS)
    assert one.repetition == 0.5


def test_differences_are_paired_over_what_both_answered() -> None:
    records = [
        *(record("a", i, "pass", gain=0.1 * i) for i in range(4)),
        *(record("b", i, "pass", gain=0.1 * i + 0.5) for i in range(3)),
    ]
    found = {d.measure: d for d in differences(records, ITEMS, first="a")}
    assert round(found["delta_apc"].estimate.mean, 6) == 0.5
    assert found["delta_apc"].estimate.n == 3
    assert found["delta_apc"].resolved
    assert not found["score"].resolved


def test_a_measure_on_which_a_control_wins_is_flagged() -> None:
    records = [*row("a", "pass", "fail"), *row("echo", "pass", "pass")]
    found = standings(records, ITEMS, controls=["echo"])
    assert unusable(found) == {"score": "echo", "stated": "echo"}
    beaten = [*row("a", "pass", "pass"), *row("echo", "pass", "fail")]
    assert unusable(standings(beaten, ITEMS, controls=["echo"])) == {}


def test_a_measure_on_which_a_control_is_as_good_is_flagged_as_well() -> None:
    records = [*row("a", "pass", "fail"), *row("echo", "pass", "fail")]
    assert unusable(standings(records, ITEMS, controls=["echo"]))["score"] == "echo"
