"""Which conversations to read first."""

from simulators.report.turns import turns_of
from simulators.report.worst import worst_conversations


def test_the_most_violations_come_first_and_clean_conversations_not_at_all(sample):
    found = worst_conversations(list(turns_of(sample)))
    assert [one.dialogue.number for one in found] == [1, 2]
    assert [one.violations for one in found] == [2, 1]
    assert found[1].first.place == "2:2"


def test_a_violation_is_worse_than_what_could_not_be_judged(runs):
    unsure = runs.dialogue(runs.exchange(runs.unscored()), runs.exchange(runs.unscored()))
    bad = runs.dialogue(runs.exchange(runs.violating()), number=1)
    found = worst_conversations(list(turns_of(runs.run(unsure, bad))))
    assert [one.dialogue.number for one in found] == [1, 0]
    assert found[1].delta_apc is None


def test_the_first_violation_is_the_turn_to_look_at(runs):
    said = runs.dialogue(runs.exchange(runs.unscored()), runs.exchange(runs.violating()))
    (found,) = worst_conversations(list(turns_of(runs.run(said))))
    assert (found.first.place, found.failed) == ("0:2", 2)


def test_no_more_are_listed_than_asked_for(sample):
    assert len(worst_conversations(list(turns_of(sample)), most=1)) == 1
