"""Figures by user and by attack."""

from simulators.report.groups import PLAIN, by_attack, by_profile
from simulators.report.turns import turns_of


def test_attacks_stand_beside_plain_talk(sample):
    found = {g.name: g for g in by_attack(list(turns_of(sample)))}
    assert set(found) == {PLAIN, "false premise"}
    assert found["false premise"].drafts.violation_rate.mean == 1.0
    assert found[PLAIN].drafts.violation_rate.mean == 1 / 4
    assert (found[PLAIN].conversations, found[PLAIN].turns) == (2, 4)


def test_users_stand_in_the_order_of_the_run(sample):
    assert [g.name for g in by_profile(list(turns_of(sample)))] == ["p1", "p2"]


def test_of_many_users_the_worst_are_listed(sample):
    assert [g.name for g in by_profile(list(turns_of(sample)), most=1)] == ["p2"]
