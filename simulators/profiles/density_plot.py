"""Draws where the profiles of a sample stand, how dense the space is, and which were picked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from persona_sdk.charts import Density, Points, scatter_chart
from simulators.profiles.density import ENOUGH_FOR_KERNELS, fit_kernels
from simulators.profiles.sample import SHARE, Sample

_COLUMNS, _ROWS = 48, 36


def plot(sample: Sample) -> str:
    """Return an SVG of the first two dimensions.

    Contours are those of a kernel density over these two; with fewer than 200 profiles there
    are none. The densest and the sparsest fifth have shapes of their own.
    """
    known = sample.known
    x, y = _two(known.points)
    ids = [profile.id for profile in known.profiles]
    dense, sparse = set(known.densest(SHARE)), set(known.sparsest(SHARE))
    groups = {
        f"densest {SHARE:.0%}": dense - sparse,
        f"sparsest {SHARE:.0%}": sparse - dense,
        "between": set(range(len(ids))) - (dense ^ sparse),
    }
    drawn = [
        Points(
            name,
            x[sorted(g)].tolist(),
            y[sorted(g)].tolist(),
            [ids[i] for i in sorted(g)],
            faint=True,
        )
        for name, g in groups.items()
    ]
    picked_x, picked_y = _two(sample.points)
    notes = [" + ".join(profile.parents) or profile.id for profile in sample.profiles]
    drawn.append(Points("picked", picked_x.tolist(), picked_y.tolist(), notes))
    return scatter_chart(
        drawn,
        title=_title(sample),
        x_label="first dimension",
        y_label="second dimension",
        description="; ".join(sample.notes),
        density=_contours(x, y),
    )


def _title(sample: Sample) -> str:
    n, among = len(sample.profiles), len(sample.known.profiles)
    if sample.mode == "virtual":
        return f"{n} virtual profiles among {among} given ones"
    return f"{n} of {among} profiles ({sample.mode})"


def _contours(x: NDArray[np.float64], y: NDArray[np.float64]) -> Density | None:
    if len(x) < ENOUGH_FOR_KERNELS:
        return None
    kernels = fit_kernels(np.column_stack([x, y]))
    columns, rows = _grid(x, _COLUMNS), _grid(y, _ROWS)
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(columns, rows)])
    heights = np.exp(kernels.log_density(grid)).reshape(_ROWS, _COLUMNS)
    return Density(columns.tolist(), rows.tolist(), heights.tolist())


def _grid(values: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Return places from somewhat before the first value to somewhat behind the last."""
    room = 0.15 * max(float(np.ptp(values)), 1e-6)
    return np.linspace(values.min() - room, values.max() + room, steps)


def _two(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first two dimensions; zeros for one that there is not."""
    second = points[:, 1] if points.shape[1] > 1 else np.zeros(len(points))
    return points[:, 0], second
