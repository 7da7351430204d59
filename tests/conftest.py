"""What every test shares."""

import os
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

os.environ["HF_HUB_OFFLINE"] = "1"  # a test that would reach for the network must fail at once

from dnnising import LayeredCouplings

# Neither a slow machine nor the luck of the draw decides: no clock, and the same examples everywhere.
settings.register_profile(
    "everywhere", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everywhere")


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)


def random_chain(rng, sizes, dtype=np.float64):
    """A chain of layers with Gaussian couplings."""
    return LayeredCouplings([rng.normal(size=shape).astype(dtype) for shape in pairwise(sizes)])


def random_spins(rng, sizes):
    """One array of ±1 a layer."""
    return [rng.choice([-1, 1], n) for n in sizes]
