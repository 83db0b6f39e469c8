import numpy as np
import pytest

from simulators.profiles.space import principal_points, robustly_scaled


def line(n=50, width=6):
    """Points along one direction, with a little noise around it."""
    generator = np.random.default_rng(1)
    along = generator.normal(size=(n, 1)) * np.ones((1, width))
    return along + 0.01 * generator.normal(size=(n, width)), along[:, 0]


def test_the_first_dimension_is_the_direction_of_most_variance():
    vectors, along = line()
    points = principal_points(vectors, dims=2)
    assert abs(np.corrcoef(points[:, 0], along)[0, 1]) > 0.999
    assert points[:, 0].std() > 20 * points[:, 1].std()


def test_dimensions_are_centred_and_not_correlated():
    points = principal_points(np.random.default_rng(2).normal(size=(80, 10)), dims=4)
    assert points.mean(axis=0) == pytest.approx(0, abs=1e-9)
    covariance = np.cov(points, rowvar=False)
    assert covariance - np.diag(np.diag(covariance)) == pytest.approx(0, abs=1e-9)


def test_distances_are_kept_where_all_directions_are_kept():
    vectors = np.random.default_rng(3).normal(size=(20, 4))
    scaled, points = robustly_scaled(vectors), principal_points(vectors, dims=4)
    assert np.linalg.norm(points[0] - points[7]) == pytest.approx(
        np.linalg.norm(scaled[0] - scaled[7])
    )


def test_scaling_goes_by_median_and_quartiles_so_that_an_outlier_does_not_set_it():
    column = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 1e9])
    scaled = robustly_scaled(column[:, None])[:, 0]
    assert np.median(scaled) == 0
    assert scaled[6] - scaled[2] == pytest.approx(1)


def test_a_column_that_does_not_vary_is_zero():
    assert not robustly_scaled(np.ones((5, 2))).any()


def test_profiles_that_are_all_equal_stand_in_one_place():
    points = principal_points(np.ones((5, 8)))
    assert points.shape == (5, 1)
    assert not points.any()


def test_one_vector_is_a_point():
    assert principal_points(np.ones((1, 8))).shape == (1, 1)


def test_the_signs_are_fixed():
    vectors, _ = line()
    assert (principal_points(vectors) == principal_points(vectors.copy())).all()
    rolled = np.roll(vectors, 1, axis=0)
    assert np.roll(principal_points(vectors), 1, axis=0) == pytest.approx(principal_points(rolled))


@pytest.mark.parametrize(
    ("vectors", "dims", "message"),
    [
        (np.ones((0, 3)), 2, "at least one vector, were: none"),
        (np.ones((3, 3)), 0, "dims must be at least 1, was: 0"),
        (np.full((3, 3), np.nan), 2, "must be finite"),
    ],
)
def test_what_is_no_set_of_vectors_is_refused(vectors, dims, message):
    with pytest.raises(ValueError, match=message):
        principal_points(vectors, dims=dims)


@pytest.mark.parametrize("shape", [(30, 6), (6, 30), (12, 12)])
def test_points_are_those_of_the_singular_value_decomposition(shape):
    vectors = np.random.default_rng(4).normal(size=shape)
    scaled = robustly_scaled(vectors)
    left, sizes, _ = np.linalg.svd(scaled - scaled.mean(axis=0), full_matrices=False)
    assert np.abs(principal_points(vectors, dims=3)) == pytest.approx(np.abs(left * sizes)[:, :3])
