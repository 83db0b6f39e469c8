import sys
import types

import numpy as np
import pytest

from persona_sdk.errors import MissingExtra
from simulators.profiles.umap_points import umap_points


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtra, match=r"faithful-persona\[umap\]"):
        umap_points(np.ones((10, 3)), 0)


def test_the_published_settings_are_used_and_neighbours_are_bounded(monkeypatch):
    asked = {}

    class UMAP:
        def __init__(self, **settings):
            asked.update(settings)

        def fit_transform(self, vectors):
            return vectors[:, :3].astype(np.float32)

    module = types.ModuleType("umap")
    module.UMAP = UMAP
    monkeypatch.setitem(sys.modules, "umap", module)
    points = umap_points(np.random.default_rng(0).normal(size=(20, 8)), 5)
    assert points.shape == (20, 3)
    assert points.dtype == np.float64
    assert asked == {
        "n_components": 3,
        "n_neighbors": 19,
        "min_dist": 0.8,
        "spread": 1.2,
        "densmap": True,
        "random_state": 5,
        "n_jobs": 1,
    }


def test_too_few_profiles_are_refused():
    with pytest.raises(ValueError, match="at least 8 profiles, were: 7"):
        umap_points(np.ones((7, 3)), 0)
