"""Points by UMAP with the settings of the published sampler; needs the extra `umap`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from persona_sdk.errors import MissingExtra
from simulators.profiles.space import robustly_scaled

Floats = NDArray[np.float64]

DIMS, NEIGHBOURS, MIN_DISTANCE, SPREAD = 3, 300, 0.8, 1.2
"""As the sampler's code sets them, with density preservation on."""


def umap_points(vectors: Floats, seed: int) -> Floats:
    """Return points `(n, 3)`; the same seed gives the same points on one machine.

    Args:
        vectors: `(n, width)`, at least 8 rows.
        seed: Of the layout.

    Raises:
        MissingExtra: umap-learn is not installed.
        ValueError: There are fewer than 8 rows, or a number is not finite.
    """
    if len(vectors) < 8:
        raise ValueError(f"UMAP needs at least 8 profiles, were: {len(vectors)}")
    try:
        import umap
    except ImportError as error:
        raise MissingExtra("umap-learn", "umap") from error
    reducer = umap.UMAP(
        n_components=DIMS,
        n_neighbors=min(NEIGHBOURS, len(vectors) - 1),
        min_dist=MIN_DISTANCE,
        spread=SPREAD,
        densmap=True,
        random_state=seed,
        n_jobs=1,  # what a fixed seed asks for
    )
    return np.asarray(reducer.fit_transform(robustly_scaled(vectors)), dtype=np.float64)
