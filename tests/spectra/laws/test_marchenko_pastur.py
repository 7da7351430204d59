import numpy as np
import pytest
from scipy.integrate import quad

from dnnising.spectra.laws import (
    marchenko_pastur_cdf,
    marchenko_pastur_edges,
    marchenko_pastur_pdf,
    marchenko_pastur_ppf,
)

SHAPES = [(1.0, 1.0), (1.3, 0.5), (4.0, 2.0), (80.0, 1.0), (0.25, 1.5)]


def integral(power, Q, sigma, upto=None):
    """∫ λ^power ρ dλ, in √λ, where the hard edge of Q = 1 is no singularity."""
    low, high = marchenko_pastur_edges(Q, sigma)
    return quad(
        lambda u: 2 * u ** (1 + 2 * power) * float(marchenko_pastur_pdf(u**2, Q, sigma)),
        np.sqrt(low),
        np.sqrt(high if upto is None else upto),
    )[0]


@pytest.mark.parametrize(("Q", "sigma"), SHAPES)
def test_moments(Q, sigma):
    """Mass min(1, Q), mean σ², second moment σ⁴(1 + 1/Q)."""
    assert integral(0, Q, sigma) == pytest.approx(min(1, Q), abs=1e-7)
    assert integral(1, Q, sigma) == pytest.approx(sigma**2, rel=1e-7)
    assert integral(2, Q, sigma) == pytest.approx(sigma**4 * (1 + 1 / Q), rel=1e-7)


@pytest.mark.parametrize(("Q", "sigma"), SHAPES)
def test_the_distribution_is_the_integral_of_the_density(Q, sigma):
    low, high = marchenko_pastur_edges(Q, sigma)
    for x in np.linspace(low, high, 7)[1:-1]:
        expected = integral(0, Q, sigma, upto=x) + max(0, 1 - Q)
        assert float(marchenko_pastur_cdf(x, Q, sigma)) == pytest.approx(expected, abs=1e-7)
    outside = marchenko_pastur_cdf([-1.0, 0.0, 2 * high], Q, sigma)
    assert outside.tolist() == pytest.approx([0, max(0, 1 - Q), 1], abs=1e-12)


@pytest.mark.parametrize(("Q", "sigma"), SHAPES)
def test_quantiles_invert_the_distribution(Q, sigma):
    shares = np.linspace(max(0, 1 - Q) + 0.01, 0.99, 23)
    assert marchenko_pastur_cdf(marchenko_pastur_ppf(shares, Q, sigma), Q, sigma) == pytest.approx(
        shares, abs=1e-5
    )
    if Q < 1:
        assert marchenko_pastur_ppf([0.0, 1 - Q], Q, sigma).tolist() == [0, 0]


@pytest.mark.parametrize(("N", "M"), [(400, 400), (900, 300)])
def test_gaussian_matrices_follow_it(rng, N, M):
    values = np.linalg.svd(0.5 * rng.standard_normal((N, M)), compute_uv=False)[::-1] ** 2 / N
    shares = (np.arange(M) + 0.5) / M

    def distance(Q, sigma):
        return np.abs(marchenko_pastur_cdf(values, Q, sigma) - shares).max()

    assert distance(N / M, 0.5) < 0.015
    assert distance(N / M, 0.5**2) > 0.1  # a variance taken for a deviation
    assert distance(1.5 * N / M, 0.5) > 0.03


def test_bad_parameters():
    for Q, sigma in [(0, 1), (np.inf, 1), (1, 0), (1, np.nan)]:
        with pytest.raises(ValueError, match="positive and finite"):
            marchenko_pastur_pdf(1.0, Q, sigma)
    with pytest.raises(ValueError, match="between 0 and 1"):
        marchenko_pastur_ppf(1.5, 1.0)
