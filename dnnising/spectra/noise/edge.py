"""The upper edge of noise: how far λ_max reaches without structure, and when a signal passes it."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.spectra.laws.tracy_widom import tracy_widom_cdf, tracy_widom_ppf


def noise_edge(N: int, M: int, sigma: float = 1.0, *, level: float = 0.05) -> float:
    """The λ that the largest eigenvalue of X = WᵀW/N exceeds with probability `level` if W is all noise.

    For an (N, M) matrix of independent entries of variance σ², (λ_max N/σ² - μ)/s follows the Tracy-Widom law
    of β = 1, with, to second order in 1/M (Johnstone, Ann. Stat. 29, 295, 2001; Ma, Bernoulli 18, 322, 2012),

        μ = (√(N - ½) + √(M - ½))² ,    s = √μ (1/√(N - ½) + 1/√(M - ½))^(1/3) .

    μ/N is λ₊; the spread of λ_max is of order M^(-2/3).

    Args:
        N: rows of W, the number of samples.
        M: columns of W, N ≥ M.
        sigma: σ, the standard deviation of an entry.
        level: the probability, in (0, 1).

    Returns:
        λ in units of sigma².

    Raises:
        ValueError: a level outside (0, 1).

    >>> near, far = (noise_edge(4 * M, M) - (1 + 1 / 2) ** 2 for M in (8 * 10**6, 10**6))
    >>> abs(far / near - 8 ** (2 / 3)) < 0.05  # how far noise reaches beyond λ₊ falls as M^(-2/3)
    True
    """
    centre, spread = _centre_and_spread(N, M)
    return sigma**2 * (centre + spread * _quantile(level))


def edge_p_value(largest: float, N: int, M: int, sigma: float = 1.0) -> float:
    """Probability that noise alone has its largest eigenvalue at `largest` or above; see `noise_edge`.

    Resolved down to about 1e-10.

    Args:
        largest: λ_max, in units of sigma².
        N: rows of W, the number of samples.
        M: columns of W, N ≥ M.
        sigma: σ, the standard deviation of an entry.

    >>> round(edge_p_value(noise_edge(400, 100, level=0.05), 400, 100), 4)
    0.05
    """
    centre, spread = _centre_and_spread(N, M)
    return float(1 - tracy_widom_cdf((largest / sigma**2 - centre) / spread))


def spike_position(strength: ArrayLike, N: int, M: int, sigma: float = 1.0) -> NDArray[np.float64]:
    """Where a planted direction appears in the spectrum: W = σ (noise of unit variance + Δ u vᵀ).

        λ = σ² (1/Q + Δ²/N)(1 + N/Δ²)    where Δ²/N > Q^(-1/2),    and λ₊ below that

    for unit vectors u and v and Q = N/M ≥ 1 (Baik, Ben Arous and Péché, Ann. Prob. 33, 1643, 2005;
    "Bulk+Spikes" in Martin and Mahoney 2019). The limit of large matrices: λ fluctuates by about M^(-1/2).

    Args:
        strength: Δ, the singular value of the planted part in units of σ; any shape.
        N: rows of W.
        M: columns of W, N ≥ M.
        sigma: σ, the standard deviation of the noise.

    Returns:
        λ in the shape of the strengths, in units of sigma².

    >>> spike_position([0.0, 20.0], N=100, M=100).tolist()
    [4.0, 6.25]
    """
    theta = np.asarray(strength, dtype=np.float64) ** 2 / N
    inverse_q = M / N
    above = theta > np.sqrt(inverse_q)
    safe = np.where(above, theta, np.sqrt(inverse_q))
    return sigma**2 * (inverse_q + safe) * (1 + 1 / safe)


def spike_strength(eigenvalues: ArrayLike, N: int, M: int, sigma: float = 1.0) -> NDArray[np.float64]:
    """The Δ that puts a spike there: the inverse of `spike_position`, NaN at or below λ₊.

    Args:
        eigenvalues: λ in any shape, in units of sigma².
        N: rows of W.
        M: columns of W, N ≥ M.
        sigma: σ, the standard deviation of the noise.

    Returns:
        Δ in the shape of the eigenvalues, in units of σ.

    >>> spike_strength(6.25, N=100, M=100).round(9).tolist()
    20.0
    """
    y = np.asarray(eigenvalues, dtype=np.float64) / sigma**2 - 1 - M / N
    root = np.sqrt(np.where(y > 2 * np.sqrt(M / N), y**2 - 4 * M / N, np.nan))
    return np.sqrt(N * (y + root) / 2)


@lru_cache(maxsize=16)
def _quantile(level: float) -> float:
    """The Tracy-Widom s that is passed with probability `level`; one fit of a bulk asks for it many times."""
    return float(tracy_widom_ppf(1 - level))


def _centre_and_spread(N: int, M: int) -> tuple[float, float]:
    """μ/N and s/N."""
    n, m = np.sqrt(N - 0.5), np.sqrt(M - 0.5)
    return float((n + m) ** 2 / N), float((n + m) * (1 / n + 1 / m) ** (1 / 3) / N)
