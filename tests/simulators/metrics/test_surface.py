import pytest

from simulators.metrics.surface import NAMES, features, table


def figure(text: str, name: str) -> float:
    return float(features(text)[NAMES.index(name)])


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("i dont know", "starts lower-case", 1),
        ("I don't know.", "starts lower-case", 0),
        ("i dont know", "drops apostrophes", 1),
        ("i dont know", "writes i", 1),
        ("I don't know.", "apostrophes", 1),
        ("I don't know.", "ends with a mark", 1),
        ("Could you explain it?", "I'm, I'd, could you", 1),
        ("That sounds wonderful!", "gushes", 1),
        ("what a nice day", "gushes", 0),
        ("a - b; c", "dash or semicolon", 1),
        ("ABc d", "capitals", 0.5),
    ],
)
def test_each_figure_reads_what_its_name_says(text, name, value):
    assert figure(text, name) == value


@pytest.mark.parametrize("text", ["?", "...", "😀", "1+1=2", "\n"])
def test_a_turn_without_words_has_figures_too(text):
    assert len(features(text)) == len(NAMES)


def test_no_turns_make_an_empty_table():
    assert table([]).shape == (0, len(NAMES))
