import pytest

from simulators.metrics.authorship import ava, same_author_threshold, style_sim
from simulators.metrics.spoken import Spoken, utterances
from simulators.metrics.style_space import StyleSpace

TERSE = [("whats that", "ok thx", "how come", "idk man"), ("u sure", "ok so", "nah", "why tho")]
POLITE = [
    ("What is that, please?", "Thank you, I see.", "Why is that so?", "I do not know."),
    ("Are you sure of it?", "Very well, go on.", "No, thank you.", "Why would it be?"),
]
REAL = [Spoken(f"p{i}", turns) for i, turns in enumerate(TERSE + POLITE)]


@pytest.fixture
def space() -> StyleSpace:
    return StyleSpace([turn for one in REAL for turn in one.user])


def test_users_who_write_like_the_real_ones_score_higher(space):
    alike = [Spoken("p0", ("hows it", "thx", "whys that", "nah man"))]
    unlike = [Spoken("p0", ("How is it going?", "Thank you.", "Why is that?", "No, I see."))]
    near, far = utterances(REAL, alike), utterances(REAL, unlike)
    assert style_sim(near, space).value > style_sim(far, space).value
    assert ava(near, REAL, space).value > ava(far, REAL, space).value


def test_the_threshold_lies_between_one_author_and_two(space):
    bar = same_author_threshold(REAL, space)
    assert bar is not None and 0.05 <= bar <= 0.95
    assert dict(ava(utterances(REAL, REAL), REAL, space).thresholds)["same author"] == bar


def test_every_pair_of_identical_turns_has_one_author(space):
    assert ava(utterances(REAL, REAL), REAL, space).value == 1.0


def test_the_threshold_is_halfway(bag):
    real = [Spoken("a", ("one two", "one three")), Spoken("b", ("four five", "four six"))]
    assert same_author_threshold(real, bag) == pytest.approx(0.25)


@pytest.mark.parametrize(("turn", "share"), [("one b c d", 1.0), ("one b c d e f g h i", 0.0)])
def test_a_pair_has_one_author_from_the_threshold_on(bag, turn, share):
    real = [Spoken("a", ("one two", "one three")), Spoken("b", ("four five", "four six"))]
    assert ava(utterances(real, [Spoken("a", (turn,))]), real, bag).value == share


def test_the_threshold_is_clipped(bag):
    alone = [Spoken("a", ("one", "two")), Spoken("b", ("three", "four"))]
    assert same_author_threshold(alone, bag) == 0.05


def test_without_a_second_turn_there_is_no_threshold(space):
    short = [Spoken("a", ("one",)), Spoken("b", ("two",))]
    found = ava(utterances(short, short), short, space)
    assert found.value is None and "threshold needs" in found.reason
