import doctest

import pytest

import persona_sdk.personas.clauses
from persona_sdk.personas.clauses import split_facts


def test_the_example_of_the_docstring_runs() -> None:
    assert doctest.testmod(persona_sdk.personas.clauses).failed == 0


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        (
            "Mara bakes bread, paints boats and writes letters.",
            ["Mara bakes bread.", "Mara paints boats.", "Mara writes letters."],
        ),
        ("Mara, a baker, sings.", ["Mara is a baker.", "Mara sings."]),
        (
            "Mara is a baker who grew up in Nice.",
            ["Mara is a baker.", "Mara grew up in Nice."],
        ),
        (
            "Mara's mother is Greek and lives in Athens.",
            ["Mara's mother is Greek.", "Mara's mother lives in Athens."],
        ),
        ("Mara sings, but Mara hates bread.", ["Mara sings.", "Mara hates bread."]),
        ("Mara sings; Mara dances.", ["Mara sings.", "Mara dances."]),
        ("Mara is tall, dark and kind.", ["Mara is tall.", "Mara is dark.", "Mara is kind."]),
        ("Mara has two cats and a dog.", ["Mara has two cats.", "Mara has a dog."]),
        (
            "Mara was born in 1980 and moved to Lyon.",
            ["Mara was born in 1980.", "Mara moved to Lyon."],
        ),
    ],
)
def test_joined_facts_are_cut(sentence: str, facts: list[str]) -> None:
    assert split_facts(sentence, "Mara") == facts


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara never lies and steals.",
        "Mara has a brother who lives in Nice and works as a cook.",
        "Mara writes poems and plays for children.",
        "Mara says that Mara is a queen and Mara owns the sea.",
        "Mara and her sister own a shop and live in Nice.",
        "Mara does not drink and smoke.",
        "Mara likes long, slow walks and tea.",
        "Mara is a tall, dark woman and a poet.",
        "Mara found a letter and keeps it in a tin.",
        "Mara walks between the shop and the river.",
        'Mara says "I bake and sing and dance".',
        "Does Mara bake and sing?",
    ],
)
def test_what_cannot_be_cut_safely_stays_whole(sentence: str) -> None:
    assert split_facts(sentence, "Mara") == [sentence]


def test_lists_stay_whole_where_they_are_not_wanted() -> None:
    assert split_facts("Mara is tall and kind.", "Mara", lists=False) == ["Mara is tall and kind."]
