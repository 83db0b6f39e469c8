from persona_sdk.repetition import grams, is_looped, repeated_share, shared_share


def test_a_text_that_says_all_once_repeats_nothing() -> None:
    assert repeated_share("I keep bees in a small garden behind the old mill.") == 0.0


def test_a_clause_said_three_times_repeats_most_of_itself() -> None:
    assert repeated_share("I like to bake good bread. " * 3) > 0.5


def test_a_short_text_has_no_runs() -> None:
    assert grams("Hm.") == []
    assert repeated_share("Hm.") == 0.0


def test_loops_are_told_from_emphasis() -> None:
    assert is_looped("I see. " * 4)
    assert is_looped("and I went to the sea and I went to the sea and I went to the sea")
    assert not is_looped("No, no, no! I told you, no.")
    assert not is_looped("I bake bread, and I bake bread.")


def test_shared_runs_count_once() -> None:
    other = frozenset(grams("I keep bees in a garden."))
    assert shared_share("I keep bees in a garden.", [other]) == 1.0
    assert shared_share("I keep cats in a house.", [other]) == 0.0
    assert shared_share("Hm.", [other]) == 0.0
