import numpy as np
import pytest

from dnnising.spectra import gaussian_eigenvalues, null_alphas, null_share, spectrum


@pytest.mark.parametrize(("N", "M"), [(12, 12), (30, 8)])
def test_the_short_cut_has_the_law_of_matrices(N, M):
    """Smallest, middle and largest of 3000 draws either way; two samples differ by 0.055 once in 5000."""
    rng = np.random.default_rng(0)
    fast = np.array([gaussian_eigenvalues(N, M, rng=rng) for _ in range(3000)])
    slow = np.array([spectrum(rng.standard_normal((N, M))).eigenvalues for _ in range(3000)])
    assert fast.mean() == pytest.approx(1, abs=0.02)
    for i in (0, M // 2, M - 1):
        ranks = np.searchsorted(np.sort(slow[:, i]), np.sort(fast[:, i])) / 3000
        assert np.abs(ranks - (np.arange(3000) + 0.5) / 3000).max() < 0.055


def test_the_null_of_alpha_at_384():
    """About a quarter of all square Gaussian matrices look heavy-tailed by their alpha alone."""
    assert 0.15 < null_share(384, 384, n_draws=100) < 0.40
    assert null_share(384, 384, low=1.0, high=np.inf, n_draws=100) == 1


def test_the_table_belongs_to_the_shape():
    alphas = null_alphas(60, 40, n_draws=30)
    assert np.all(np.diff(alphas) >= 0)
    assert null_alphas(60, 40, n_draws=30) is alphas
    assert not np.array_equal(null_alphas(61, 40, n_draws=30), alphas)
    with pytest.raises(ValueError, match="read-only"):
        alphas[0] = 0


def test_bad_shapes(rng):
    with pytest.raises(ValueError, match="at least M"):
        gaussian_eigenvalues(3, 4, rng=rng)
    with pytest.raises(ValueError, match="two eigenvalues"):
        null_alphas(5, 1)
