import numpy as np
import pytest

from dnnising.spectra import gaussian_eigenvalues, null_alphas, null_share, spectrum


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("N", "M"), [(384, 384), (100, 100), (70, 40), (400, 100), (600, 300), (20_000, 200)]
)
def test_the_tabulated_null_is_what_draws_give(N, M):
    """300 draws have a standard error of at most 0.029; bound 4 of them."""
    alphas = null_alphas(N, M, n_draws=300)
    assert null_share(N, M) == pytest.approx(np.mean((alphas > 2) & (alphas < 6)), abs=0.11)


def test_a_quarter_of_square_matrices_look_heavy_tailed_by_alpha():
    assert 0.2 < null_share(384, 384) < 0.32
    assert null_share(3840, 384) < 0.05
    assert null_share(10**6, 10**6) == null_share(1536, 1536)  # the nearest in the table


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
    for function in (null_alphas, null_share):
        with pytest.raises(ValueError, match="≥ 2"):
            function(5, 1)
