"""Statistics of levels against ensembles whose answers are known."""

from functools import partial

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from dnnising.spectra import (
    POISSON_GAP_RATIO,
    binder_cumulant,
    gaussian_eigenvalues,
    spacing_ratio,
    unfold,
    unfolded_spacings,
    wigner_surmise_cdf,
)
from dnnising.spectra.laws import MEAN_GAP_RATIO, marchenko_pastur_cdf, semicircle_cdf, wigner_surmise_pdf


def gaussian_ensemble(rng, samples, n, beta=1):
    """Eigenvalues (samples, n) of symmetric or Hermitian matrices with N(0, 1) on the diagonal."""
    a = rng.normal(size=(samples, n, n)) + (1j * rng.normal(size=(samples, n, n)) if beta == 2 else 0)
    return np.linalg.eigvalsh((a + a.conj().swapaxes(1, 2)) / 2)


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_the_cdf_is_the_integral_of_the_surmise(beta):
    for s in (0.3, 1.0, 2.2):
        area = quad(lambda t: float(wigner_surmise_pdf(t, beta)), 0, s)[0]
        assert wigner_surmise_cdf(s, beta) == pytest.approx(area, abs=1e-10)
    with pytest.raises(ValueError, match="negative"):
        wigner_surmise_cdf([-0.1])


def surmise_p_value(spacings, beta=1):
    return stats.kstest(spacings.ravel(), partial(wigner_surmise_cdf, beta=beta)).pvalue


@pytest.mark.parametrize("beta", [1, 2])
def test_two_levels_obey_the_surmise_exactly_and_only_their_own(beta, rng):
    spacings = unfolded_spacings(gaussian_ensemble(rng, 20_000, 2, beta))
    assert surmise_p_value(spacings, beta) > 1e-3
    assert surmise_p_value(spacings, 3 - beta) < 1e-9


def test_a_spectrum_must_be_unfolded_before_it_meets_the_surmise(rng):
    """64×16 Gaussian matrices: with MP's cdf, or place by place, yes; raw spacings, no."""
    levels = np.array([gaussian_eigenvalues(64, 16, rng=rng) for _ in range(400)])
    raw = np.diff(levels, axis=1)
    # one middle spacing a matrix, so that those tested are independent
    middle = np.diff(unfold(levels, partial(marchenko_pastur_cdf, Q=4.0)), axis=1)[:, 7]
    assert middle.mean() == pytest.approx(1, abs=0.05)
    assert surmise_p_value(middle) > 1e-3
    assert surmise_p_value(unfolded_spacings(levels)[:, 7]) > 1e-3
    assert surmise_p_value(raw / raw.mean()) < 1e-9


@pytest.mark.slow
def test_unfolded_levels_of_a_large_matrix_are_one_apart_everywhere(rng):
    levels = gaussian_ensemble(rng, 8, 300) / np.sqrt(300 / 2)
    spacings = np.diff(unfold(levels, semicircle_cdf), axis=1)
    for part in np.array_split(spacings, 5, axis=1):
        assert part.mean() == pytest.approx(1, abs=0.03)


def test_the_gap_ratio_of_3_by_3_matrices_is_the_exact_one(rng):
    for beta in (1, 2):
        r = spacing_ratio(gaussian_ensemble(rng, 20_000, 3, beta))
        assert r.mean() == pytest.approx(MEAN_GAP_RATIO[beta], abs=4 * r.std() / np.sqrt(r.size))


@pytest.mark.slow
def test_the_gap_ratio_of_noise_in_the_shape_of_a_key_matrix(rng):
    """0.528 for 64×16 Gaussian matrices; far from β = 2 (0.5996) and from independent levels (0.3863)."""
    r = spacing_ratio([gaussian_eigenvalues(64, 16, rng=rng) for _ in range(4000)])
    assert r.mean() == pytest.approx(0.528, abs=0.005)
    independent = spacing_ratio(np.sort(rng.random((4000, 16)), axis=1))
    assert independent.mean() == pytest.approx(POISSON_GAP_RATIO, abs=0.006)


def test_the_gap_ratio_forgets_scale_and_place(rng):
    levels = np.sort(rng.normal(size=(5, 9)), axis=1)
    assert spacing_ratio(3 * levels - 7) == pytest.approx(spacing_ratio(levels))
    assert np.isnan(spacing_ratio([1.0, 1.0, 1.0])).all()


def test_binder_cumulants_known_in_closed_form(rng):
    grid = (np.arange(200_000) + 0.5) / 200_000
    assert binder_cumulant(stats.norm.ppf(grid)) == pytest.approx(0, abs=1e-3)
    assert binder_cumulant(grid) == pytest.approx(-2 / 5, abs=1e-6)
    assert binder_cumulant(stats.semicircular.ppf(grid[::20])) == pytest.approx(-1 / 3, abs=1e-4)
    sample = rng.normal(size=100) ** 3
    assert binder_cumulant(sample) == pytest.approx(stats.kurtosis(sample) / 3)
    assert binder_cumulant(5 - 2 * sample) == pytest.approx(binder_cumulant(sample))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: unfold([2.0, 1.0], np.asarray), "must ascend"),
        (lambda: unfold([2.0], np.asarray), "at least 2"),
        (lambda: spacing_ratio([1.0, 2.0]), "at least 3"),
        (lambda: unfolded_spacings([1.0, 2.0]), "m ≥ 2 spectra"),
        (lambda: unfolded_spacings([[1.0, 1.0], [2.0, 2.0]]), "coincide"),
        (lambda: binder_cumulant([3.0, 3.0]), "have no shape"),
    ],
)
def test_what_has_no_levels_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
