import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import ortho_group

from dnnising.spectra import canonical_correlations, linear_cka, pwcca


def naive_cka(X, Y):
    """From the centred (n, n) kernels, as it is defined."""
    n = len(X)
    H = np.eye(n) - 1 / n
    K, L = H @ X @ X.T @ H, H @ Y @ Y.T @ H
    return np.sum(K * L) / np.sqrt(np.sum(K * K) * np.sum(L * L))


@settings(max_examples=25, deadline=None)
@given(p=st.integers(1, 6), q=st.integers(1, 6), seed=st.integers(0, 2**32))
def test_invariances(p, q, seed):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((40, p)), rng.standard_normal((40, q))
    assert linear_cka(X, Y) == pytest.approx(naive_cka(X, Y), rel=1e-9)
    rotation = ortho_group.rvs(p, random_state=rng) if p > 1 else np.eye(1)
    assert linear_cka(3 * X @ rotation + 5, Y) == pytest.approx(linear_cka(X, Y), rel=1e-9)
    mixing = rotation @ np.diag(rng.uniform(0.5, 2, p))
    assert canonical_correlations(X @ mixing, Y) == pytest.approx(canonical_correlations(X, Y), abs=1e-9)
    assert pwcca(X, X @ mixing) == pytest.approx(1)
    assert canonical_correlations(X, X @ mixing) == pytest.approx(1)


def test_planted_correlations():
    """Correlations 0.9, 0.5 and 0 of Gaussian columns, hidden by mixing; n = 40,000 is right to 0.015."""
    rng = np.random.default_rng(0)
    planted = np.array([0.9, 0.5, 0.0])
    X = rng.standard_normal((40_000, 3))
    Y = planted * X + np.sqrt(1 - planted**2) * rng.standard_normal((40_000, 3))
    found = canonical_correlations(X @ rng.standard_normal((3, 3)), Y @ rng.standard_normal((3, 3)))
    assert found == pytest.approx(planted, abs=0.015)


def test_pwcca_weighs_by_what_is_explained():
    """The shared direction carries most of X, so the weighted mean is above the plain one."""
    rng = np.random.default_rng(1)
    shared = rng.standard_normal((2000, 1))
    X = np.hstack([10 * shared, 0.1 * rng.standard_normal((2000, 3))])
    Y = np.hstack([shared, rng.standard_normal((2000, 3))])
    assert pwcca(X, Y) > 0.9
    assert canonical_correlations(X, Y).mean() < 0.35


def test_a_linear_map_that_is_no_rotation_changes_cka(rng):
    X = rng.standard_normal((100, 4))
    assert linear_cka(X, X @ np.diag([10.0, 1, 1, 1])) < 0.9


def test_dead_columns_carry_no_direction(rng):
    X = np.hstack([rng.standard_normal((50, 2)), np.ones((50, 3))])
    assert canonical_correlations(X, rng.standard_normal((50, 4))).size == 2


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        (np.ones((3, 2)), np.ones((4, 2)), "same two examples"),
        (np.ones(3), np.ones(3), "same two examples"),
        (np.eye(3), np.full((3, 2), np.nan), "finite"),
        (np.eye(3), np.ones((3, 2)), "nothing to correlate"),
    ],
)
def test_bad_input(X, Y, message):
    with pytest.raises(ValueError, match=message):
        linear_cka(X, Y)
