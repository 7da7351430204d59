"""The replica solution of Hopfield's memory against its equations in another form."""

import numpy as np
import pytest
from scipy.special import erf

from dnnising.exact import recall_capacity, recall_overlap


@pytest.mark.parametrize("load", [0.04, 0.08, 0.13])
def test_the_overlap_solves_the_mean_field_equations(load):
    """Amit et al.'s three, by iteration: m = erf(m/√(2ar)), r = (1 - C)^(-2), C = √(2/πar) e^(-m²/2ar)."""
    m, r = 1.0, 1.0
    for _ in range(5000):
        C = np.sqrt(2 / (np.pi * load * r)) * np.exp(-(m**2) / (2 * load * r))
        m, r = erf(m / np.sqrt(2 * load * r)), 1 / (1 - C) ** 2
    assert recall_overlap(load) == pytest.approx(m, abs=1e-9)
    assert abs(recall_overlap(1.05 * load) - m) > 1e-12


def test_the_capacity():
    a = recall_capacity()
    assert a == pytest.approx(0.1379, abs=1e-4)
    below, above = recall_overlap([a - 1e-6, a + 1e-6])
    assert below == pytest.approx(0.967, abs=0.001)
    assert above == 0
    assert recall_overlap(0.0) == 1
    with pytest.raises(ValueError, match="0 or more"):
        recall_overlap([-0.1])
