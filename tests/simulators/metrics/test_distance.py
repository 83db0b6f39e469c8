import numpy as np
import pytest

from simulators.metrics.distance import TargetPlane, adv
from simulators.metrics.spoken import Spoken

REAL = [
    Spoken("a", ("how do i bake bread",)),
    Spoken("b", ("my cat is ill and eats nothing",)),
    Spoken("c", ("tell me of the war of the roses",)),
    Spoken("d", ("whats the best bread flour",)),
]


def test_the_same_conversations_are_at_distance_zero(bag):
    found = adv(REAL, REAL[::-1], bag)
    assert found.mean.value == pytest.approx(0.0, abs=1e-6)
    assert found.adv == pytest.approx(0.0, abs=1e-6)


def test_an_empty_conversation_does_not_shift_the_pairs(bag):
    simulated = [Spoken("a", ()), *REAL[1:]]
    found = adv(REAL, simulated, bag)
    assert found.mean.value == pytest.approx(0.0, abs=1e-6)
    assert "1 conversations without a partner" in found.mean.note


def test_exchanged_conversations_are_far(bag):
    exchanged = [Spoken(REAL[i].id, REAL[i - 1].user) for i in range(4)]
    found = adv(REAL, exchanged, bag)
    assert found.mean.value is not None and found.mean.value > 0.5
    assert [p for p, _ in found.curve] == list(range(0, 101, 5))


def test_the_plane_does_not_depend_on_who_is_measured(bag):
    plane = TargetPlane(REAL, bag)
    before = plane.points([("how do i bake bread",)])
    plane.points([("zzz",), ("something else",)])
    assert (plane.points([("how do i bake bread",)]) == before).all()


class Compass:
    """Embeds the words of a compass around a pole that all share: each side differs by little."""

    digest = "compass"

    def embed(self, texts):
        sides = {"north": (1, 0), "south": (-1, 0), "east": (0, 1), "west": (0, -1)}
        rows = np.array([(9, *sides[text]) for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_distances_are_in_standard_deviations_of_the_real_ones():
    real = [Spoken(side, (side,)) for side in ("north", "south", "east", "west")]
    turned = [Spoken("north", ("south",)), Spoken("east", ("west",))]
    # Of 1, -1, 0 and 0 the deviation is the root of a half, however small the unit.
    found = adv(real, turned, Compass())
    assert dict(found.curve)[0] == pytest.approx(8**0.5, rel=0.01)
    assert dict(found.curve)[100] == pytest.approx(8**0.5, rel=0.01)


def test_the_distance_that_most_stay_below_is_told(bag):
    exchanged = [Spoken(REAL[i].id, REAL[i - 1].user) for i in range(4)]
    found = adv(REAL, exchanged, bag)
    assert found.mean.note == f"60 % lie below {found.adv:.2f}"


@pytest.mark.parametrize(
    ("real", "reason"),
    [
        (REAL[:2], "3 real conversations, were: 2"),
        ([Spoken(id, ("hi there",)) for id in "abcd"], "differ in less than two ways"),
    ],
)
def test_real_ones_without_a_plane_are_a_reason(bag, real, reason):
    found = adv(real, real, bag)
    assert found.mean.value is None and reason in found.mean.reason and found.curve == ()


def test_other_ids_are_a_reason(bag):
    found = adv(REAL, [Spoken("x", ("hm",))], bag)
    assert found.mean.value is None and found.adv is None
    assert found.mean.reason == "no id stands on both sides"


def test_two_targets_make_no_plane(bag):
    with pytest.raises(ValueError, match="3 real conversations, were: 2"):
        TargetPlane(REAL[:2], bag)
