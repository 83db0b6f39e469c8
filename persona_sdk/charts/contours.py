"""Lines of equal height over a grid, by marching squares."""

from __future__ import annotations

from collections.abc import Iterator

from persona_sdk.charts.axes import Frame
from persona_sdk.charts.series import Density

Spot = tuple[float, float]


def contour_path(density: Density, level: float, frame: Frame) -> str:
    """Return the SVG path of the places where the density is `level`; empty for none."""
    pieces = []
    for row in range(len(density.y) - 1):
        for column in range(len(density.x) - 1):
            for a, b in _cuts(density, row, column, level):
                ends = (frame.x.at(a[0]), frame.y.at(a[1]), frame.x.at(b[0]), frame.y.at(b[1]))
                pieces.append("M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*ends))
    return "".join(pieces)


def _cuts(density: Density, row: int, column: int, level: float) -> Iterator[tuple[Spot, Spot]]:
    """Yield where the line of that level enters and leaves one square of the grid."""
    around = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
    corners = [(density.x[c], density.y[r], density.heights[r][c]) for r, c in around]
    spots: list[Spot] = []
    for (ax, ay, a), (bx, by, b) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (a >= level) != (b >= level):
            share = (level - a) / (b - a)
            spots.append((ax + share * (bx - ax), ay + share * (by - ay)))
    # Four spots are a saddle: either pairing is right to within the square.
    for start in range(0, len(spots), 2):
        yield spots[start], spots[start + 1]
