import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import ortho_group

from dnnising.spectra import (
    hard_rank,
    localisation,
    log_alpha_norm,
    log_norm,
    log_spectral_norm,
    matrix_entropy,
    spectrum,
    stable_rank,
    weighted_alpha,
    with_signal,
)


def test_closed_forms():
    equal = spectrum(np.vstack([3 * np.eye(4), np.zeros((2, 4))]))
    assert matrix_entropy(equal) == pytest.approx(1)
    assert stable_rank(equal) == pytest.approx(4)
    two = spectrum(np.diag([2.0, 1.0, 0.0]))  # p = 4/5, 1/5
    assert matrix_entropy(two) == pytest.approx(-(0.8 * np.log(0.8) + 0.2 * np.log(0.2)) / np.log(2))
    assert stable_rank(two) == pytest.approx(5 / 4)
    assert hard_rank(two) == 2
    assert log_norm(two) == pytest.approx(np.log10(5))
    assert log_spectral_norm(two) == pytest.approx(np.log10(4))
    assert log_alpha_norm(two, 3.0) == pytest.approx(np.log10(4**3 + 1))
    assert weighted_alpha(two, 3.0) == pytest.approx(3 * np.log10(4))
    assert matrix_entropy(spectrum(np.outer([1.0, 2.0], [1.0, 3.0, 1.0]))) == 0


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), c=st.floats(1e-4, 1e4))
def test_invariances_and_what_a_scale_does(seed, c):
    rng = np.random.default_rng(seed)
    W = rng.standard_normal((12, 7))
    plain, turned = spectrum(W), spectrum(c * (ortho_group.rvs(12, random_state=rng) @ W).T)
    for quantity in (matrix_entropy, stable_rank, hard_rank):
        assert quantity(turned) == pytest.approx(quantity(plain), rel=1e-9)
    for quantity in (log_norm, log_spectral_norm):
        assert quantity(turned) - quantity(plain) == pytest.approx(2 * np.log10(c), abs=1e-8)
    for quantity in (log_alpha_norm, weighted_alpha):
        assert quantity(turned, 2.5) - quantity(plain, 2.5) == pytest.approx(5 * np.log10(c), abs=1e-8)


def test_norms_are_those_of_numpy(rng):
    W = rng.standard_normal((5, 9))
    assert log_norm(spectrum(W)) == pytest.approx(2 * np.log10(np.linalg.norm(W)))
    assert log_spectral_norm(spectrum(W)) == pytest.approx(2 * np.log10(np.linalg.norm(W, 2)))


def test_localised_and_spread_vectors():
    M = 64
    single = localisation(np.diag(np.arange(1.0, M + 1)))
    assert single.entropy == pytest.approx(0)
    assert single.localisation_ratio == pytest.approx(1)
    assert single.participation_ratio == pytest.approx(1)
    spread = localisation(np.outer(np.ones(100), np.ones(M)) + 1e-9 * np.eye(100, M))
    assert spread.entropy[-1] == pytest.approx(np.log(M))
    assert spread.localisation_ratio[-1] == pytest.approx(M)
    assert spread.participation_ratio[-1] == pytest.approx(M)


def test_random_vectors_have_gaussian_components(rng):
    M = 300
    found = localisation(rng.standard_normal((500, M)))
    assert found.participation_ratio.mean() == pytest.approx(M / 3, rel=0.02)
    assert found.entropy.mean() == pytest.approx(np.log(M) - 0.73, abs=0.02)
    assert found.eigenvalues == pytest.approx(spectrum(rng.standard_normal((500, M))).eigenvalues, rel=0.2)


def test_a_localised_spike_stands_out(rng):
    W = rng.standard_normal((400, 200))
    W[:, 17] *= 5  # one weight of the smaller side
    found = localisation(W)
    assert found.participation_ratio[-1] < 1.3
    spread = localisation(with_signal(rng.standard_normal((400, 200)), np.array([150.0]), rng=rng))
    assert spread.participation_ratio[-1] > 40
    with pytest.raises(TypeError, match="complex"):
        localisation(1j * W)
