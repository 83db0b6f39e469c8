import math

import numpy as np
import pytest

from simulators.profiles.density import (
    ENOUGH_FOR_KERNELS,
    KernelDensity,
    NeighbourDensity,
    fit_density,
    fit_kernels,
)


def test_two_points_on_a_line_have_the_density_that_one_works_out_by_hand():
    # Points 0 and 2: variance 2, Scott's factor 2 ** (-1/5), kernel variance 2 * 2 ** (-2/5).
    variance = 2 * 2 ** (-2 / 5)
    at_zero = (1 + math.exp(-(2**2) / (2 * variance))) / 2 / math.sqrt(2 * math.pi * variance)
    kernels = fit_kernels(np.array([[0.0], [2.0]]))
    found = np.exp(kernels.log_density(np.array([[0.0], [2.0], [1.0]])))
    assert found[0] == pytest.approx(at_zero)
    assert found[1] == pytest.approx(at_zero)
    assert found[2] == pytest.approx(
        math.exp(-1 / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    )


def test_a_correlated_plane_has_the_density_that_one_works_out_by_hand():
    # One kernel at each corner of a triangle, covariance [[1/3, 1/6], [1/6, 1/3]] * 3 ** (-1/3).
    points = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    covariance = np.array([[1 / 3, -1 / 6], [-1 / 6, 1 / 3]]) * 3 ** (-1 / 3)
    inverse = np.linalg.inv(covariance)
    at = np.array([0.25, 0.5])
    exact = sum(math.exp(-0.5 * (at - p) @ inverse @ (at - p)) for p in points) / 3
    exact /= 2 * math.pi * math.sqrt(np.linalg.det(covariance))
    assert np.exp(fit_kernels(points).log_density(at[None]))[0] == pytest.approx(exact)


def test_the_density_integrates_to_one():
    kernels = fit_kernels(np.random.default_rng(0).normal(size=(300, 1)))
    grid = np.linspace(-8, 8, 2001)
    assert np.exp(kernels.log_density(grid[:, None])).sum() * (grid[1] - grid[0]) == pytest.approx(
        1
    )


def test_far_away_the_logarithm_stays_finite():
    kernels = fit_kernels(np.random.default_rng(0).normal(size=(50, 2)))
    assert np.isfinite(kernels.log_density(np.array([[1e6, 1e6]]))).all()


def test_draws_follow_the_density():
    generator = np.random.default_rng(1)
    points = np.concatenate([generator.normal(-5, 1, (300, 1)), generator.normal(5, 1, (100, 1))])
    drawn = fit_kernels(points).draw(4000, np.random.default_rng(2))
    assert (drawn < 0).mean() == pytest.approx(0.75, abs=0.03)
    assert np.var(drawn[drawn < 0]) > 1


@pytest.mark.parametrize(
    "points",
    [
        np.column_stack([np.arange(9.0), np.arange(9.0)]),  # on a line
        np.ones((9, 3)),  # in one place
        np.column_stack([np.arange(9.0), 1e-13 * np.arange(9.0) ** 2]),
    ],
)
def test_points_without_a_proper_covariance_have_a_density_all_the_same(points):
    kernels = fit_kernels(points)
    assert np.isfinite(kernels.log_density(points)).all()
    assert np.isfinite(kernels.draw(5, np.random.default_rng(0))).all()


def test_few_profiles_go_by_neighbours_and_it_is_said():
    points = np.random.default_rng(0).normal(size=(ENOUGH_FOR_KERNELS - 1, 2))
    few, enough = fit_density(points), fit_density(np.concatenate([points, points[:1]]))
    assert isinstance(few, NeighbourDensity)
    assert isinstance(enough, KernelDensity)
    assert "nearest 14 of 199 profiles (kernels need 200)" in few.name
    assert "Scott" in enough.name


@pytest.mark.parametrize("n", [60, 400])
def test_the_middle_is_denser_than_the_edge(n):
    points = np.random.default_rng(3).normal(size=(n, 2))
    middle, edge = fit_density(points).log_density(np.array([[0.0, 0.0], [3.0, 3.0]]))
    assert middle > edge


def test_neighbour_draws_stay_near_the_profiles():
    points = np.concatenate([np.zeros((10, 2)), np.full((10, 2), 100.0)])
    drawn = NeighbourDensity(points).draw(50, np.random.default_rng(0))
    assert np.minimum(np.abs(drawn).max(1), np.abs(drawn - 100).max(1)).max() < 1


def test_neighbour_draws_reach_half_as_far_as_the_neighbours_are():
    drawn = NeighbourDensity(np.array([[0.0], [1000.0]])).draw(4000, np.random.default_rng(1))
    # Two places 1000 apart have a deviation of 500, and so has the noise around each.
    assert drawn.std() == pytest.approx(500 * 2**0.5, rel=0.03)


def test_kernels_need_two_finite_points():
    with pytest.raises(ValueError, match="at least 2 points, were: 1"):
        fit_kernels(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="must be finite"):
        fit_kernels(np.array([[0.0], [np.nan]]))
