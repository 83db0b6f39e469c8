import random
from collections.abc import Callable

from persona_sdk.training.preferences.surface import FEWEST, surface_check
from persona_sdk.types import PreferencePair

Made = Callable[..., PreferencePair]


def drawn(pair: Made, seed: int, *, longer_wins: float) -> list[PreferencePair]:
    rng = random.Random(seed)
    pairs = []
    for number in range(200):
        one, other = ("bee " * rng.randint(5, 9), "wax " * rng.randint(12, 20))
        chosen, rejected = (other, one) if rng.random() < longer_wins else (one, other)
        pairs.append(pair(chosen, rejected, query=f"Question {number}?"))
    return pairs


def test_a_preference_for_length_is_found(pair: Made) -> None:
    found = surface_check(drawn(pair, 1, longer_wins=0.95))
    assert found is not None
    assert found.all_features.low > 0.85
    assert found.rules["words"].mean > 0.9
    assert found.rules["negations"].mean == 0.5


def test_where_style_says_nothing_it_guesses_half(pair: Made) -> None:
    found = surface_check(drawn(pair, 2, longer_wins=0.5))
    assert found is not None
    assert abs(found.all_features.mean - 0.5) < 0.1


def test_a_query_is_never_guessed_by_weights_that_saw_it(pair: Made) -> None:
    pairs = drawn(pair, 3, longer_wins=0.5)
    memorised = [
        pair(p.chosen, p.rejected, query="Longer?" if len(p.chosen) > len(p.rejected) else "Else?")
        for p in pairs
    ]
    found = surface_check(memorised)
    assert found is not None
    assert found.all_features.mean < 0.2


def test_too_few_pairs_say_nothing(pair: Made) -> None:
    assert surface_check(drawn(pair, 1, longer_wins=1.0)[: FEWEST - 1]) is None


def test_the_same_pairs_give_the_same_figures(pair: Made) -> None:
    pairs = drawn(pair, 4, longer_wins=0.7)
    assert surface_check(pairs, seed=3) == surface_check(pairs, seed=3)
