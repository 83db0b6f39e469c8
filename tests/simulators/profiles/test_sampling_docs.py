"""docs/users-sampling.md tells the truth."""

import re
import statistics
from pathlib import Path

import pytest

from simulators.profiles.catalog import BUNDLED, load_profiles

PAGE = (Path(__file__).parents[3] / "docs" / "users-sampling.md").read_text(encoding="utf-8")


@pytest.mark.model
def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(example, {})


def test_the_bundled_sets_are_as_large_as_it_says() -> None:
    told = dict(re.findall(r"^\| `(bundled[\w:]*)` \| (\d+) ", PAGE, re.MULTILINE))
    assert told == {name: str(len(load_profiles(name))) for name in BUNDLED}


def test_the_styles_are_as_it_says() -> None:
    styles = [profile.style for profile in load_profiles("bundled")]
    median = statistics.median(style.words for style in styles)
    lower = statistics.mean(style.lower_start for style in styles)
    marks = statistics.mean(style.end_mark for style in styles)
    assert f"a median of {median:.0f} words (people: 13), {lower:.0%} of the turns" in PAGE
    assert f"{marks:.0%} end in a mark" in PAGE
