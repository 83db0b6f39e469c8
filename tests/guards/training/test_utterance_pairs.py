import doctest

from guards.training import utterance_pairs as module
from guards.training.persona_lines import PersonaText
from guards.training.utterance_pairs import denials, utterance_pairs

TEXT = PersonaText(
    lines=("I have a big dog.", "I love swimming.", "I work in a bank."),
    utterances=("My dog is asleep.", "I went swimming in the sea.", "It rained all morning."),
)


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(module).failed == 0


def test_a_claim_is_denied_in_several_ways():
    assert denials("I have a big dog.") == [
        "I don't have a big dog.",
        "I have no big dog.",
        "I have never had a big dog.",
        "I have a small dog.",
    ]
    assert denials("Dogs bark.") == []


def test_the_same_seed_gives_the_same_pairs():
    assert list(utterance_pairs(1, 50, TEXT)) == list(utterance_pairs(1, 50, TEXT))


def test_uncontradicted_pairs_carry_the_partial_label():
    labels = [row.label for row in utterance_pairs(1, 50, TEXT)]
    assert {label: labels.count(label) for label in ("c", "nc", "e")} == {
        "c": 20,
        "nc": 20,
        "e": 10,
    }
