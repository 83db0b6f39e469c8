"""Chat shorthand."""

from __future__ import annotations

import pytest

from simulators.stylometry import SHORTHAND, words_of
from simulators.writing.shorthand import with_shorthand

TEXT = "I don't know what you want, because people say something else before you come with me."


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_words_are_shortened_at_the_rate(rate: float) -> None:
    texts = [with_shorthand(TEXT, rate, seed=seed) for seed in range(200)]
    every = [word.lower() for text in texts for word in words_of(text)]

    assert sum(w in SHORTHAND for w in every) / len(every) == pytest.approx(rate, abs=0.03)


def test_who_never_shortens_writes_out_what_a_model_shortened() -> None:
    assert with_shorthand("thx, u can tell ppl", 0.0, seed=1) == "thanks, you can tell people"


def test_contractions_are_no_place_for_shorthand() -> None:
    assert with_shorthand("you're late", 1.0, seed=1).endswith("you're late")
