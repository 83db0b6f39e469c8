import doctest
from pathlib import Path

import pytest

import simulators.profiles.spelling
import simulators.profiles.traits
from persona_sdk.profile import BigFive
from simulators.profiles.spelling import Spelling, read_vocabulary
from simulators.profiles.traits import Norm, category_rates, measure_norms, traits_of

ANGRY = ["I hate this stupid crap, it is never right and I am so annoyed and mad at them"] * 8
PLAIN = ["The train to the town on the coast leaves from a platform near the old bridge"] * 8


def test_the_examples_run() -> None:
    assert doctest.testmod(simulators.profiles.traits).failed == 0
    assert doctest.testmod(simulators.profiles.spelling).failed == 0


def test_little_text_tells_no_trait() -> None:
    assert traits_of(ANGRY[:2]) == BigFive()


def test_much_anger_is_disagreeable_and_neurotic() -> None:
    traits = traits_of(ANGRY)
    assert (traits.agreeableness, traits.neuroticism) == ("low", "high")


def test_articles_and_prepositions_are_open() -> None:
    assert traits_of(PLAIN).openness == "high"


def test_a_leaning_near_the_bar_is_known_only_with_more_words() -> None:
    norms = {kind: Norm(0.1, 0.2) for kind in category_rates([])[0]}
    turn = ["I saw the cat on a mat and we went home by the river to eat some bread and cheese"]
    assert traits_of(turn * 4, norms).extraversion == "unknown"
    assert traits_of(turn * 400, norms).extraversion == "mid"


def test_a_leaning_above_the_bar_by_chance_is_not_high() -> None:
    norms = {kind: Norm(0.02, 0.02) for kind in category_rates([])[0]}
    turn = ["Then I went home by train where old books on trains lay about and I slept"]
    assert traits_of(turn * 5, norms).neuroticism == "unknown"
    assert traits_of(turn * 600, norms).neuroticism == "high"


def test_norms_of_an_own_log_move_the_levels() -> None:
    norms = measure_norms([ANGRY, ANGRY, ANGRY])
    assert traits_of(ANGRY, norms).agreeableness != "low"


def test_norms_need_people() -> None:
    with pytest.raises(ValueError, match="norms need two people"):
        measure_norms([["hi"], ANGRY])


def test_slips_are_found_and_inflections_names_and_short_words_are_not() -> None:
    spelling = Spelling(["because", "bake", "happy", "that", "letter", "run"])
    slips = ("becuase", "becase", "bbecause", "leter", "taht")
    fine = ("because", "baking", "baker", "happiness", "running", "xkcd", "th", "dont", "naïve")
    assert [w for w in (*slips, *fine) if spelling.misspelt(w)] == list(slips)


def test_a_vocabulary_is_read_commonest_first(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text('{"model": {"vocab": {"b": 1, "a": 0, "##c": 2, "[X]": 3, "é": 4}}}')
    assert read_vocabulary(path) == ["a", "b"]
    path.write_text("{}")
    with pytest.raises(ValueError, match="holds no vocabulary"):
        read_vocabulary(path)
