from xml.etree import ElementTree

import pytest

from simulators.profiles.density_plot import plot
from simulators.profiles.sample import sample

SVG = "{http://www.w3.org/2000/svg}"


def marks(svg):
    root = ElementTree.fromstring(svg)
    return [title.text for title in root.iter(SVG + "title")]


@pytest.mark.parametrize("mode", ["majority", "virtual"])
def test_every_profile_and_every_pick_is_drawn(crowd, embedder, mode):
    people = crowd(30)
    found = sample(people, 5, embedder=embedder, mode=mode, seed=2)
    drawn = marks(plot(found))
    assert all(drawn.count(p.id) >= 1 for p in people)
    picks = [" + ".join(p.parents) or p.id for p in found.profiles]
    assert all(drawn.count(pick) == (1 if mode == "virtual" else 2) for pick in picks)


def test_contours_are_drawn_where_there_are_kernels(crowd, embedder):
    few, many = (plot(sample(crowd(n), 3, embedder=embedder)) for n in (50, 220))
    contours = 'fill="none" stroke="currentColor"'
    assert contours not in few
    assert contours in many
    assert "kernels need 200" in few


def test_one_profile_is_drawn(crowd, embedder):
    assert "p0" in marks(plot(sample(crowd(1), 1, embedder=embedder)))


def test_the_same_sample_gives_the_same_bytes(crowd, embedder):
    first, again = (plot(sample(crowd(30), 3, embedder=embedder, seed=1)) for _ in range(2))
    assert first == again
