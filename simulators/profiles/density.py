"""How common a profile is: a Gaussian kernel density, or neighbours where profiles are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulators.profiles.neighbours import neighbour_distances, neighbours_asked

Floats = NDArray[np.float64]

ENOUGH_FOR_KERNELS = 200
"""Profiles below which a kernel density says little: neighbours are used, and that is said."""

_ROWS_AT_ONCE = 1024
_RIDGES = (0.0, 1e-10, 1e-6, 1e-3)
"""Shares of the mean variance that are added until the covariance can be inverted."""


class Density(Protocol):
    """Tells how dense the space is, and draws points where it is dense."""

    @property
    def name(self) -> str:
        """What it is, for reports."""

    def log_density(self, at: Floats) -> Floats:
        """Return the logarithm of the density at points `(m, dims)`; higher is more common."""

    def draw(self, n: int, generator: np.random.Generator) -> Floats:
        """Return `n` points `(n, dims)`."""


@dataclass(frozen=True, slots=True, eq=False)
class KernelDensity:
    """A Gaussian around each point, with the covariance of all (`scipy.stats.gaussian_kde`)."""

    points: Floats
    factor: Floats
    """Cholesky factor of the kernels' covariance, lower triangular."""

    @property
    def name(self) -> str:
        return f"Gaussian kernels over {len(self.points)} profiles (Scott's rule)"

    def log_density(self, at: Floats) -> Floats:
        dims = self.points.shape[1]
        whitened = self._whiten(self.points)
        norm = 0.5 * dims * np.log(2 * np.pi) + np.log(np.diag(self.factor)).sum()
        found = np.empty(len(at))
        for start in range(0, len(at), _ROWS_AT_ONCE):
            rows = self._whiten(at[start : start + _ROWS_AT_ONCE])
            squares = (
                (rows**2).sum(1)[:, None] + (whitened**2).sum(1) - 2 * rows @ whitened.T
            ).clip(0)
            found[start : start + len(rows)] = _log_sum_exp(-0.5 * squares)
        found -= np.log(len(self.points)) + norm
        return found

    def draw(self, n: int, generator: np.random.Generator) -> Floats:
        centres = self.points[generator.integers(len(self.points), size=n)]
        noise = generator.standard_normal((n, self.points.shape[1]))
        drawn: Floats = centres + noise @ self.factor.T
        return drawn

    def _whiten(self, points: Floats) -> Floats:
        return np.asarray(np.linalg.solve(self.factor, points.T).T, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourDensity:
    """The inverse of the mean distance to the nearest profiles, up to a constant."""

    points: Floats

    @property
    def name(self) -> str:
        return (
            f"distance to the nearest {neighbours_asked(len(self.points))} of "
            f"{len(self.points)} profiles (kernels need {ENOUGH_FOR_KERNELS})"
        )

    def log_density(self, at: Floats) -> Floats:
        found: Floats = -np.log(neighbour_distances(at, self.points).clip(1e-12))
        return found

    def draw(self, n: int, generator: np.random.Generator) -> Floats:
        """Draw around profiles, half as far as their neighbours are."""
        reach = 0.5 * neighbour_distances(self.points) / np.sqrt(self.points.shape[1])
        chosen = generator.integers(len(self.points), size=n)
        noise = generator.standard_normal((n, self.points.shape[1]))
        drawn: Floats = self.points[chosen] + noise * reach[chosen][:, None]
        return drawn


def fit_density(points: Floats) -> Density:
    """Return the density that the number of points allows.

    Args:
        points: `(n, dims)`, at least one.
    """
    if len(points) < ENOUGH_FOR_KERNELS:
        return NeighbourDensity(points)
    return fit_kernels(points)


def fit_kernels(points: Floats) -> KernelDensity:
    """Return the kernel density with Scott's bandwidth, `n ** (-1 / (dims + 4))`.

    Scott, Multivariate Density Estimation, 1992, section 6.3. A covariance that cannot be
    inverted gets a small ridge: points in a line have a density all the same.

    Raises:
        ValueError: There are fewer than two points, or one is not finite.
    """
    n, dims = points.shape
    if n < 2:
        raise ValueError(f"a kernel density needs at least 2 points, were: {n}")
    if not np.isfinite(points).all():
        raise ValueError("points must be finite")
    width = n ** (-1 / (dims + 4))
    covariance = np.atleast_2d(np.cov(points, rowvar=False)) * width**2
    return KernelDensity(points, _cholesky(covariance))


def _cholesky(covariance: Floats) -> Floats:
    dims = len(covariance)
    size = max(float(np.trace(covariance)) / dims, 1e-12)
    for ridge in _RIDGES:
        try:
            factor = np.linalg.cholesky(covariance + ridge * size * np.eye(dims))
        except np.linalg.LinAlgError:
            continue
        if np.diag(factor).min() > 1e-8 * np.sqrt(size):
            return np.asarray(factor, dtype=np.float64)
    raise ValueError(f"the covariance of {dims} dimensions cannot be inverted: drop dimensions")


def _log_sum_exp(rows: Floats) -> Floats:
    highest = rows.max(axis=1)
    found: Floats = highest + np.log(np.exp(rows - highest[:, None]).sum(axis=1))
    return found
