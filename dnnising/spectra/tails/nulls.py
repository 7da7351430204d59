"""What matrices without structure give: their spectra without the matrices, and the null of alpha."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RegularGridInterpolator
from scipy.linalg import eigvalsh_tridiagonal

from dnnising.randomness import Rng, generator_of
from dnnising.spectra.tails.tail_scan import best_tail


def gaussian_eigenvalues(N: int, M: int, *, rng: Rng) -> NDArray[np.float64]:
    """Eigenvalues (M,) of WᵀW/N, ascending, of an (N, M) matrix of unit Gaussian entries, N ≥ M.

    Without the matrix: reflections turn W into a bidiagonal matrix of independent chi variables, with N, …,
    N - M + 1 degrees of freedom on the diagonal and M - 1, …, 1 beside it (Dumitriu and Edelman, J. Math.
    Phys. 43, 5830, 2002). O(M²) instead of O(N M²); eigenvalues carry an absolute error of about 1e-15 M
    λ_max.

    Args:
        N: rows of the matrix.
        M: columns, 2 ≤ M ≤ N.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: N < M or M < 2.

    >>> values = gaussian_eigenvalues(4000, 1000, rng=0)  # Q = 4: from (1 - ½)² to (1 + ½)², with mean 1
    >>> bool(np.allclose([values[0], values[-1], values.mean()], [0.25, 2.25, 1], atol=0.03))
    True
    """
    rng = generator_of(rng)
    _check_shape(N, M)
    diagonal = np.sqrt(rng.chisquare(np.arange(N, N - M, -1)))  # (M,)
    beside = np.sqrt(rng.chisquare(np.arange(M - 1, 0, -1)))  # (M - 1,)
    squares = diagonal**2
    squares[1:] += beside**2
    return np.maximum(eigvalsh_tridiagonal(squares, diagonal[:-1] * beside), 0.0) / N


@lru_cache(maxsize=64)
def null_alphas(N: int, M: int, n_draws: int = 200, seed: int = 0) -> NDArray[np.float64]:
    """alpha of the best power-law tail of each of `n_draws` Gaussian matrices of this shape, ascending.

    A Marchenko-Pastur bulk is no power law, yet has a best tail, and at 384×384 that tail has 2 < alpha < 6
    for about 26 % of all matrices without any structure. So an alpha in that range is no evidence by itself.
    The table is the same at every call: it belongs to the shape, not to the data.

    Args:
        N: rows of the matrices.
        M: columns, 2 ≤ M ≤ N.
        n_draws: how many matrices.
        seed: of the draws, together with the shape.

    Returns:
        (n_draws,), read-only.

    Raises:
        ValueError: N < M or M < 2.

    >>> null_alphas(400, 100, n_draws=20).shape
    (20,)
    """
    rng = np.random.default_rng([seed, N, M])
    alphas = np.sort([_alpha(gaussian_eigenvalues(N, M, rng=rng)) for _ in range(n_draws)])
    alphas.flags.writeable = False
    return alphas


def null_share(N: int, M: int) -> float:
    """How often a Gaussian matrix of this shape has a tail with 2 < alpha < 6, to about 0.02.

    From a table of Monte Carlo shares, interpolated in ln M and √(M/N): the answer costs no drawing. For a
    shape outside the table the nearest shape in it stands in. `null_alphas` draws for one shape exactly.

    Args:
        N: rows of the matrices.
        M: columns, 2 ≤ M ≤ N.

    Raises:
        ValueError: N < M or M < 2.

    >>> null_share(384, 384)  # a quarter of all square matrices without any structure
    0.267
    """
    _check_shape(N, M)
    at = np.array([np.log(M), np.sqrt(M / N)])
    low, high = ([grid[end] for grid in (_LOG_M, _ROOT)] for end in (0, -1))
    return float(_interpolated()(np.clip(at, low, high))[0])


# Shares of Gaussian matrices with 2 < alpha < 6, √(M/N) across. From 4000 draws each at M = 12 to 200 at
# M = 1536, by `gaussian_eigenvalues`; tests redraw some.
_M = (12, 24, 48, 96, 192, 384, 768, 1536)
_LOG_M = tuple(np.log(_M))
_ROOT = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
_SHARES = (
    (0.002, 0.542, 0.852, 0.799, 0.721, 0.691),  # M = 12
    (0.000, 0.414, 0.789, 0.842, 0.836, 0.826),  # M = 24
    (0.000, 0.211, 0.626, 0.772, 0.821, 0.821),  # M = 48
    (0.000, 0.060, 0.419, 0.612, 0.671, 0.710),  # M = 96
    (0.000, 0.004, 0.186, 0.394, 0.454, 0.491),  # M = 192
    (0.000, 0.000, 0.049, 0.159, 0.215, 0.267),  # M = 384
    (0.000, 0.000, 0.004, 0.030, 0.066, 0.072),  # M = 768
    (0.000, 0.000, 0.000, 0.005, 0.005, 0.010),  # M = 1536
)


@lru_cache(maxsize=1)
def _interpolated() -> RegularGridInterpolator:
    return RegularGridInterpolator((_LOG_M, _ROOT), np.array(_SHARES))


def _check_shape(N: int, M: int) -> None:
    if not 2 <= M <= N:
        raise ValueError(f"N = {N} must be at least M = {M} ≥ 2; take the transpose")


def _alpha(eigenvalues: NDArray[np.float64]) -> float:
    positive = eigenvalues[eigenvalues > 0]
    return float(1.0 + best_tail(np.log(positive))[1])
