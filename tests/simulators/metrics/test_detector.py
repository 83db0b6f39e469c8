import random

from simulators.metrics.detector import detect
from simulators.metrics.spoken import Spoken

WORDS = "tea rain book train garden music bread river winter street doctor window".split()


def people(n: int, seed: int, mark: str = "") -> list[Spoken]:
    """Users who put words of chance together, each with a few turns."""
    chance = random.Random(seed)
    return [
        Spoken(
            f"{mark}{seed}-{i}",
            tuple(
                " ".join(chance.choices(WORDS, k=chance.randint(3, 9))) + mark
                for _ in range(chance.randint(1, 4))
            ),
        )
        for i in range(n)
    ]


def test_two_halves_of_one_source_cannot_be_told_apart():
    found = detect(people(60, 1), people(60, 2))
    assert found.auc is not None and found.surface_auc is not None
    # What is learned of chance turns against the held-out fold: below 0.5 is as good as 0.5.
    assert found.auc.low < 0.5 and found.auc.mean < 0.6
    assert found.surface_auc.low < 0.5 and found.surface_auc.mean < 0.6


def test_obviously_different_sources_are_told_apart():
    found = detect(people(40, 1), people(40, 2, mark="!"))
    assert found.auc is not None and found.auc.mean > 0.97
    assert found.gaps[0].name in ("exclaims", "ends with a mark", "sentence marks")
    assert (found.gaps[0].real, found.gaps[0].simulated, found.gaps[0].auc.mean) == (0, 1, 1)


def test_sides_of_unequal_length_are_told_apart_as_well():
    talkative = [
        Spoken(one.id, one.user * (40 if i < 3 else 1)) for i, one in enumerate(people(12, 1))
    ]
    found = detect(talkative, people(12, 2, mark="!"))
    assert found.auc is not None and found.auc.mean > 0.97


def test_topics_alone_do_not_move_the_surface_figure():
    real = people(60, 1)
    turns = [tuple(t.translate(str.maketrans("aeou", "oaeu")) for t in one.user) for one in real]
    other = [Spoken(f"x{one.id}", said) for one, said in zip(real, turns, strict=True)]
    found = detect(people(60, 3), other)
    assert found.auc is not None and found.auc.mean > 0.9
    assert found.surface_auc is not None and found.surface_auc.mean < 0.65


def test_a_copy_of_the_same_conversations_is_not_told_apart_by_content():
    real = people(60, 1)
    found = detect(real, [Spoken(one.id, one.user) for one in real])
    assert found.auc is not None and abs(found.auc.mean - 0.5) < 0.05


def test_a_count_is_told_by_its_median_and_a_flag_by_its_share():
    real = [Spoken("a", ("tea", "tea", "tea? " * 30))]
    gaps = {gap.name: gap for gap in detect(real, people(2, 1)).gaps}
    assert gaps["words"].real == 1.0 and 0.3 < gaps["asks"].real < 0.4


def test_of_many_turns_whole_conversations_are_drawn(monkeypatch):
    monkeypatch.setattr("simulators.metrics.detector.MOST_TURNS", 60)
    found = detect(people(100, 1), people(100, 2))
    assert 50 < found.real <= 60 and 50 < found.simulated <= 60
    assert found == detect(people(100, 1), people(100, 2))


def test_too_few_conversations_are_a_reason_and_still_give_the_table():
    found = detect(people(3, 1), people(40, 2))
    assert found.auc is None and "3 real and 40 simulated" in found.reason
    assert found.gaps


def test_nobody_speaking_is_a_reason():
    found = detect([], people(20, 1))
    assert found.auc is None and found.gaps == () and "0 real" in found.reason


def test_the_same_seed_gives_the_same_result():
    real, simulated = people(15, 1), people(15, 2)
    assert detect(real, simulated, seed=4) == detect(real, simulated, seed=4)
