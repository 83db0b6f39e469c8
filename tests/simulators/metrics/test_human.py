import json

import pytest

from simulators.metrics.human import FILE, HUMAN_DISTANCE, human_sources, style_distance
from simulators.metrics.surface import NAMES

GUSHING = [
    "Hello! I am curious about your daily life. Could you tell me more about your hobbies?",
    "That's wonderful to hear! I'd love to learn more. What plants do you enjoy the most?",
    "Thank you so much for sharing that with me! I'm really enjoying our conversation.",
] * 10


def test_the_shipped_figures_cover_every_feature():
    for source in human_sources():
        assert tuple(source.shares) == NAMES
        assert all(points[-1][1] == 1.0 for points in source.shares.values())
        assert source.licence in ("MIT", "Apache-2.0")


def test_the_file_holds_numbers_and_no_turns():
    for source in json.loads(FILE.read_text(encoding="utf-8"))["sources"]:
        words = [value for value in source.values() if isinstance(value, str)]
        assert len(words) == 3  # name, source, licence


def test_an_assistant_like_user_is_farther_than_people_from_each_other():
    found = style_distance(GUSHING)
    assert found.mean > HUMAN_DISTANCE
    assert found.gaps[0].distance > 0.8 and found.gaps == tuple(
        sorted(found.gaps, key=lambda gap: (-gap.distance, gap.name))
    )


def test_the_nearest_group_of_people_counts():
    terse = ["5", "how do i do that", "what is x", "ok", "so its 3?", "I dont know", "y = 2"] * 5
    found = style_distance(terse)
    assert found.source == "math tutoring" and found.mean < HUMAN_DISTANCE


def test_lower_case_alone_is_no_fault():
    found = style_distance(["how long does it rise", "ok and why", "i dont know", "whats rye"] * 10)
    assert {g.name: g.distance for g in found.gaps}["starts lower-case"] == 0.0
    assert found.mean < HUMAN_DISTANCE


def test_no_turns_have_no_distance():
    with pytest.raises(ValueError, match="needs a turn"):
        style_distance([])
