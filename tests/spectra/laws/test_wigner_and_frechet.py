import numpy as np
import pytest
from scipy.integrate import quad

from dnnising.spectra.laws import (
    MEAN_GAP_RATIO,
    frechet_cdf,
    frechet_pdf,
    gap_ratio_pdf,
    semicircle_cdf,
    semicircle_pdf,
    wigner_surmise_pdf,
)


def moment(density, power, high):
    return quad(lambda x: x**power * float(density(x)), 0, high)[0]


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_the_surmise_has_norm_and_mean_one(beta):
    assert moment(lambda s: wigner_surmise_pdf(s, beta), 0, 10) == pytest.approx(1, abs=1e-9)
    assert moment(lambda s: wigner_surmise_pdf(s, beta), 1, 10) == pytest.approx(1, abs=1e-9)


def test_the_surmise_in_its_usual_forms():
    s = np.linspace(0, 3, 7)
    assert wigner_surmise_pdf(s, 1) == pytest.approx(np.pi / 2 * s * np.exp(-np.pi * s**2 / 4))
    assert wigner_surmise_pdf(s, 2) == pytest.approx(32 / np.pi**2 * s**2 * np.exp(-4 * s**2 / np.pi))
    assert wigner_surmise_pdf(s, 4) == pytest.approx(
        2**18 / (3**6 * np.pi**3) * s**4 * np.exp(-64 * s**2 / (9 * np.pi))
    )


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_gap_ratios_have_norm_one_and_the_published_mean(beta):
    assert moment(lambda r: gap_ratio_pdf(r, beta), 0, 1) == pytest.approx(1, abs=1e-9)
    assert moment(lambda r: gap_ratio_pdf(r, beta), 1, 1) == pytest.approx(MEAN_GAP_RATIO[beta], abs=1e-9)
    assert gap_ratio_pdf([-0.1, 1.1], beta).tolist() == [0, 0]


def test_real_symmetric_matrices(rng):
    """2×2 for gaps, 3×3 for their ratios, where both laws are exact; 20,000 draws are right to 0.012."""
    entries = rng.standard_normal((20_000, 3, 3))
    symmetric = entries + entries.transpose(0, 2, 1)
    gaps = np.sort(np.diff(np.linalg.eigvalsh(symmetric[:, :2, :2]), axis=1)[:, 0])
    shares = (np.arange(gaps.size) + 0.5) / gaps.size
    expected = 1 - np.exp(-np.pi / 4 * (gaps / gaps.mean()) ** 2)
    assert np.abs(expected - shares).max() < 0.015
    both = np.diff(np.linalg.eigvalsh(symmetric), axis=1)
    ratio = (both.min(axis=1) / both.max(axis=1)).mean()
    assert ratio == pytest.approx(MEAN_GAP_RATIO[1], abs=0.008)
    assert abs(ratio - MEAN_GAP_RATIO[2]) > 0.05


def test_the_semicircle(rng):
    assert quad(lambda x: float(semicircle_pdf(x, 0.7)), -1.4, 0.3)[0] == pytest.approx(
        float(semicircle_cdf(0.3, 0.7)), abs=1e-8
    )
    n = 400
    entries = rng.standard_normal((n, n))
    values = np.linalg.eigvalsh((entries + entries.T) / np.sqrt(2 * n))
    assert np.abs(semicircle_cdf(values) - (np.arange(n) + 0.5) / n).max() < 0.015


def test_the_largest_of_many_lomax_numbers_is_frechet(rng):
    """The largest of n numbers with tail x^(-μ) has scale n^(1/μ); 2000 draws lie within 0.045."""
    largest = np.sort((1 + rng.pareto(1.5, (2000, 300))).max(axis=1))
    shares = (np.arange(2000) + 0.5) / 2000
    assert np.abs(frechet_cdf(largest, 1.5, 300 ** (1 / 1.5)) - shares).max() < 0.045
    assert np.abs(frechet_cdf(largest, 2.5, 300 ** (1 / 1.5)) - shares).max() > 0.1
    assert quad(lambda x: float(frechet_pdf(x, 1.5, 2.0)), 0, 3)[0] == pytest.approx(
        float(frechet_cdf(3.0, 1.5, 2.0)), abs=1e-8
    )
    assert frechet_pdf([-1.0, 0.0], 1.5).tolist() == frechet_cdf([-1.0, 0.0], 1.5).tolist() == [0, 0]


@pytest.mark.parametrize(
    "bad",
    [
        lambda: semicircle_pdf(0.0, 0.0),
        lambda: wigner_surmise_pdf(-1.0),
        lambda: wigner_surmise_pdf(1.0, 3),
        lambda: gap_ratio_pdf(0.5, 3),
        lambda: frechet_cdf(1.0, 0.0),
    ],
)
def test_bad_parameters(bad):
    with pytest.raises(ValueError, match=r"must be|cannot be"):
        bad()
