"""Against Bornemann's published moments, and against random matrices of β = 1, 2, 4."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import eigh_tridiagonal

from dnnising.spectra.laws import tracy_widom_cdf, tracy_widom_moments, tracy_widom_pdf, tracy_widom_ppf

PUBLISHED = {  # mean and variance: F. Bornemann, Math. Comp. 79, 871 (2010), table 10
    1: (-1.2065335745820, 1.6077810345810),
    2: (-1.7710868074117, 0.8131947928329),
    4: (-2.3068848932413, 0.5177237207726),
}


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_published_moments(beta):
    assert tracy_widom_moments(beta) == pytest.approx(PUBLISHED[beta], abs=1e-10)


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_the_density_is_that_of_the_distribution(beta):
    for s in (-4.0, -2.0, -0.5, 1.0):
        area = quad(lambda x: float(tracy_widom_pdf(x, beta)), -9, s, epsabs=1e-12)[0]
        assert float(tracy_widom_cdf(s, beta)) == pytest.approx(area, abs=1e-7)
    assert tracy_widom_cdf([-30.0, 30.0], beta).tolist() == pytest.approx([0, 1], abs=1e-10)
    assert tracy_widom_pdf([-30.0, 30.0], beta).tolist() == [0, 0]


def test_known_points_of_real_matrices():
    """F₁ at the points of Johnstone's table (Ann. Stat. 29, 295, 2001)."""
    points = [-3.90, -3.18, -2.78, -1.91, -1.27, -0.59, 0.45, 0.98, 2.02]
    shares = [0.01, 0.05, 0.10, 0.30, 0.50, 0.70, 0.90, 0.95, 0.99]
    assert tracy_widom_cdf(points).tolist() == pytest.approx(shares, abs=3e-3)
    assert tracy_widom_ppf(shares).tolist() == pytest.approx(points, abs=6e-3)


def largest_eigenvalues(beta, n, draws, rng):
    """(λ_max - √(2n)) √2 n^(1/6) of the β-ensembles as tridiagonal matrices (Dumitriu and Edelman 2002).

    For β = 4 times 2^(1/6), as the module says.
    """
    unit = np.sqrt(2) * n ** (1 / 6) * (2 ** (1 / 6) if beta == 4 else 1)
    found = []
    for _ in range(draws):
        diagonal = rng.normal(0, np.sqrt(2), n)
        beside = np.sqrt(rng.chisquare(beta * np.arange(n - 1, 0, -1)))
        top = eigh_tridiagonal(diagonal, beside, eigvals_only=True, select="i", select_range=(n - 1, n - 1))[
            0
        ]
        found.append((top / np.sqrt(2 * beta) - np.sqrt(2 * n)) * unit)
    return np.sort(found)


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_matrices_of_each_symmetry(beta):
    """The Kolmogorov distance of 1500 draws exceeds 0.06 once in 20,000 times; n = 200 shifts by 0.02."""
    draws = largest_eigenvalues(beta, 200, 1500, np.random.default_rng(beta))
    shares = (np.arange(draws.size) + 0.5) / draws.size
    distance = {b: np.abs(tracy_widom_cdf(draws, b) - shares).max() for b in (1, 2, 4)}
    assert distance[beta] < 0.06
    assert all(distance[b] > 0.12 for b in distance if b != beta)


def test_bad_parameters():
    with pytest.raises(ValueError, match="beta must be 1"):
        tracy_widom_cdf(0.0, 3)
    with pytest.raises(ValueError, match="strictly between"):
        tracy_widom_ppf(1.0)
