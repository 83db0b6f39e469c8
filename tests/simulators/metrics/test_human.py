import json

import pytest

from simulators.metrics.human import FILE, HUMAN_DISTANCE, human_sources, main, style_distance
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
        assert len(words) == 3


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


def test_people_are_at_no_distance_from_their_own_figures(tmp_path, monkeypatch):
    logs = [
        {"user_queries": [f"turn {i} of mine", "ok, Why?"], "ai_responses": []} for i in range(9)
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(map(json.dumps, logs)), encoding="utf-8")
    monkeypatch.setattr("simulators.metrics.human.FILE", tmp_path / "human.json")
    human_sources.cache_clear()
    try:
        main([str(path), str(path)])
        found = style_distance([turn for one in logs for turn in one["user_queries"]])
    finally:
        human_sources.cache_clear()
    assert found.mean == pytest.approx(0.0, abs=1e-3)


def test_no_turns_have_no_distance():
    with pytest.raises(ValueError, match="needs a turn"):
        style_distance([])
