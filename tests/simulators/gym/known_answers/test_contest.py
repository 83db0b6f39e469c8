import pytest

from guards.scripted import ScriptedGuard, WordEntailment
from persona_sdk.errors import ModelError
from persona_sdk.types import Conversation, Persona, Reply, as_statements
from simulators.gym.known_answers.contest import Contender, Contest, queries
from simulators.gym.known_answers.generate import make_items
from simulators.gym.known_answers.scoring import KnownAnswers

TESS = Persona("Tess", as_statements(["Tess collects sea glass.", "Tess is 52 years old."]))
ITEMS = make_items(TESS).sample(12).items
KNOWN = KnownAnswers(TESS, WordEntailment())


class Saying:
    def __init__(self, text: str) -> None:
        self._text = text

    def reply(self, conversation: Conversation) -> Reply:
        return Reply(self._text)


class Failing:
    def reply(self, conversation: Conversation) -> Reply:
        if "old" in conversation.query:
            raise ModelError("the engine is gone")
        return Reply("I collect sea glass.")


def row(name: str, agent: Saying | Failing) -> Contender:
    return Contender(name, lambda item_id: agent)


def test_every_row_answers_every_item_and_query() -> None:
    rows = [row("a", Saying("I am 52.")), row("b", Saying("Hm."))]
    contest = Contest(TESS, ITEMS, rows, KNOWN)
    keys = [(record.row, record.item_id) for record in contest.records()]
    wanted = {(r, key) for r in "ab" for key in [*queries(), *(i.id for i in ITEMS)]}
    assert len(keys) == len(contest) == len(wanted)
    assert set(keys) == wanted


def test_what_is_done_is_not_asked_again() -> None:
    contest = Contest(TESS, ITEMS, [row("a", Saying("Hm."))], KNOWN)
    records = list(contest.records())
    done = {(r.row, r.item_id) for r in records[:5]}
    assert list(contest.records(done, clock=lambda: 0.0)) == [
        r for r in contest.records(clock=lambda: 0.0) if (r.row, r.item_id) not in done
    ]


def test_one_failing_item_loses_nothing_else() -> None:
    records = list(Contest(TESS, ITEMS, [row("a", Failing())], KNOWN).records())
    failed = [r for r in records if r.error]
    assert 0 < len(failed) < len(records)
    assert failed[0].error == "ModelError: the engine is gone"
    assert failed[0].mark is None


def test_a_spent_budget_stops_the_asking() -> None:
    ticks = iter(range(10_000))
    contest = Contest(TESS, ITEMS, [row("a", Saying("Hm."))], KNOWN)
    records = list(contest.records(until=20, clock=lambda: next(ticks)))
    assert 0 < len(records) < len(contest)


def test_single_questions_are_checked_by_the_guard() -> None:
    contest = Contest(
        TESS, ITEMS, [row("a", Saying("Hm, no."))], KNOWN, ScriptedGuard({"no": "s1"})
    )
    checked = {r.item_id: r.checked for r in contest.records() if r.checked}
    assert set(queries()) <= set(checked)
    found = checked["query/0"]
    assert (found.outcome, found.violations, found.delta_apc) == ("fail", ("s1",), None)


def test_rows_of_the_same_name_are_refused() -> None:
    with pytest.raises(ValueError, match="'a' stands twice"):
        Contest(TESS, ITEMS, [row("a", Saying("x")), row("a", Saying("y"))], KNOWN)
