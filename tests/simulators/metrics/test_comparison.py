import pytest

from simulators.metrics.comparison import compare
from simulators.metrics.spoken import Spoken

REAL = [
    Spoken(f"a{i}", (f"whats {word}", "ok thx")) for i, word in enumerate("tea rye rain".split())
]
OTHERS = [Spoken(f"b{i}", ("What is it, please?", "Thank you!")) for i in range(3)]


def test_conversations_of_the_same_id_are_compared(bag):
    found = compare(REAL, REAL, embedder=bag)
    assert {one.name: one.value for one in found.paired} == pytest.approx(
        {"Sem-Sim": 1.0, "Style-Sim": 1.0, "AVA": 1.0, "ADV": 0.0}, abs=1e-5
    )


def test_without_common_ids_the_pairs_have_a_reason_and_the_sides_have_figures(bag):
    found = compare(REAL, OTHERS, embedder=bag)
    assert all(one.value is None and one.reason for one in found.paired)
    openings = next(side for side in found.sides if side.real.name == "first-turn diversity")
    assert openings.simulated.value == 0.0 < (openings.real.value or 0.0)


def test_without_an_encoder_the_rest_is_told():
    found = compare(REAL, REAL)
    assert [one.name for one in found.paired] == ["Style-Sim", "AVA"]
    assert "spread of meaning" not in [side.real.name for side in found.sides]
