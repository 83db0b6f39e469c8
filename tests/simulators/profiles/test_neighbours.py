import math

import numpy as np
import pytest

from simulators.profiles.neighbours import (
    nearest,
    neighbour_distances,
    neighbours_asked,
    spread_of,
)


def test_nobody_is_his_own_neighbour():
    points = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert neighbours_asked(4) == 2
    assert neighbour_distances(points).tolist() == [2.0, 1.5, 2.5, 5.0]


def test_a_place_among_the_profiles_counts_them_all():
    points = np.array([[0.0], [1.0], [3.0], [7.0]])
    assert neighbour_distances(np.array([[1.0]]), points).tolist() == [0.5]


@pytest.mark.parametrize(("n", "asked"), [(1, 0), (2, 1), (3, 2), (100, 10), (90_000, 49)])
def test_neighbours_are_about_the_square_root_and_never_more_than_the_others(n, asked):
    assert neighbours_asked(n) == asked


def test_one_profile_has_no_neighbours():
    assert neighbour_distances(np.zeros((1, 3))).tolist() == [0.0]


def test_many_rows_give_what_few_rows_give():
    points = np.random.default_rng(0).normal(size=(1100, 3))
    exact = np.sort(np.linalg.norm(points[:, None] - points[None], axis=2), axis=1)[:, 1:]
    asked = neighbours_asked(1100)
    assert neighbour_distances(points) == pytest.approx(exact[:, :asked].mean(axis=1))


def test_the_nearest_come_first():
    points = np.array([[0.0], [5.0], [1.0], [2.0]])
    found = [row.tolist() for row in nearest(np.array([[0.1], [6.0]]), points, 2)]
    assert found == [[0, 2], [1, 3]]
    assert len(next(nearest(points, points, 9))) == 4


def test_uniformity_and_distance_of_two_opposite_profiles_are_known():
    spread = spread_of(np.array([[1.0, 0.0], [-1.0, 0.0]]))
    assert spread.uniformity == pytest.approx(-2 * 2**2)
    assert spread.distance == pytest.approx(2.0)


def test_profiles_that_are_all_alike_are_not_varied():
    spread = spread_of(np.ones((5, 4)) / 2)
    assert spread.uniformity == pytest.approx(0.0)
    assert spread.distance == pytest.approx(0.0, abs=1e-7)


def test_a_wider_group_is_more_uniform():
    angles = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    wide, narrow = (np.column_stack([np.cos(s), np.sin(s)]) for s in (angles, angles / 20))
    assert (spread_of(wide).uniformity or 0) < (spread_of(narrow).uniformity or 0) < 0


def test_one_profile_has_no_spread():
    assert spread_of(np.ones((1, 3))) == (None, None)
