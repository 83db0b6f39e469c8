from simulators.metrics.subset import at_most


def test_users_that_come_round_in_turn_are_all_met():
    users = [i % 50 for i in range(10_000)]
    assert len(set(at_most(users, 200))) > 40


def test_the_same_items_are_drawn_again_in_their_order():
    drawn = at_most(range(1000), 20)
    assert drawn == at_most(range(1000), 20) == sorted(drawn)
    assert drawn != at_most(range(1000), 20, seed=1)


def test_few_items_are_all_kept():
    assert at_most([3, 1], 2) == [3, 1]
