"""The lines of the SK diagram against expansions, limits and equations solved in another way."""

import numpy as np
import pytest
from scipy.integrate import quad

from dnnising.exact import sk_ferromagnet, sk_glass_overlap


def gaussian(f):
    return quad(lambda z: f(z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi), -12, 12, limit=200)[0]


@pytest.mark.parametrize("temperature", [0.05, 0.4, 0.8])
def test_the_overlap_solves_its_equation(temperature):
    q = sk_glass_overlap(temperature)[0]
    found = gaussian(lambda z: np.tanh(np.sqrt(q) * z / temperature) ** 2)
    assert found == pytest.approx(q, abs=1e-9)
    other = gaussian(lambda z: np.tanh(np.sqrt(1.01 * q) * z / temperature) ** 2)
    assert abs(other - 1.01 * q) > 1e-5


def test_the_overlap_near_the_transition_and_at_zero_temperature():
    t = 1e-3
    assert sk_glass_overlap(1 - t)[0] == pytest.approx(t + t**2 / 3, rel=1e-4)
    assert sk_glass_overlap([1.0, 3.0]).tolist() == [0, 0]
    q, T = sk_glass_overlap(0.02)[0], 0.02
    assert 1 - q == pytest.approx(np.sqrt(2 / (np.pi * q)) * T, rel=1e-3)  # ∫ Dz sech²(az) → √(2/π)/a


def test_the_line_of_the_ferromagnet():
    assert sk_ferromagnet([1.0, 2.0]).tolist() == [1, 2]
    T = np.array([0.02, 0.04])
    cold = sk_ferromagnet(T)
    assert 2 * cold[0] - cold[1] == pytest.approx(np.sqrt(np.pi / 2), rel=1e-3)  # the limit T → 0
    q, T = sk_glass_overlap(0.6)[0], 0.6
    slope = gaussian(lambda z: np.cosh(np.sqrt(q) * z / T) ** -2) / T
    assert sk_ferromagnet(T)[0] * slope == pytest.approx(1)


def test_temperatures_out_of_reach_are_refused():
    with pytest.raises(ValueError, match=r"temperatures must be 0\.02 or more"):
        sk_glass_overlap([0.0])
