"""docs/users-sampling.md tells the truth."""

import re
import statistics
from pathlib import Path

import pytest

from simulators.metrics.human import HumanSource, human_sources
from simulators.profiles.catalog import BUNDLED, load_profiles

PAGE = (Path(__file__).parents[3] / "docs" / "users-sampling.md").read_text(encoding="utf-8")


@pytest.mark.model
def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_the_bundled_sets_are_as_large_as_it_says() -> None:
    told = dict(re.findall(r"^\| `(bundled[\w:]*)` \| (\d+) ", PAGE, re.MULTILINE))
    assert told == {name: str(len(load_profiles(name))) for name in BUNDLED}


def test_the_styles_lie_between_those_of_two_groups_of_people_and_are_as_it_says() -> None:
    styles = [profile.style for profile in load_profiles("bundled")]
    tutoring, chat = human_sources()
    figures = {
        "median words": (statistics.median(style.words for style in styles), _median),
        "begin in lower case": (
            statistics.mean(style.lower_start for style in styles),
            lambda source: _share(source, "starts lower-case"),
        ),
        "end in a mark": (
            statistics.mean(style.end_mark for style in styles),
            lambda source: _share(source, "ends with a mark"),
        ),
    }
    for name, (ours, of) in figures.items():
        low, high = sorted((of(tutoring), of(chat)))
        assert low < ours < high
        form = "{:.0f}" if name == "median words" else "{:.0%}"
        row = " | ".join(form.format(value) for value in (ours, of(tutoring), of(chat)))
        assert f"| {name} | {row} |" in PAGE


def _median(source: HumanSource) -> float:
    return next(value for value, share in source.shares["words"] if share >= 0.5)


def _share(source: HumanSource, flag: str) -> float:
    return 1 - dict(source.shares[flag])[0.0]
