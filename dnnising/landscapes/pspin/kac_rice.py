"""Expected numbers of critical points of the spherical p-spin glass at any finite size."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of
from dnnising.uncertainty import Estimate

_AT_ONCE = 4096  # random matrices


@one_line
@dataclass(frozen=True, eq=False)
class ExpectedCounts:
    """Expected numbers of critical points, by Monte Carlo over random matrices.

    Args:
        by_index: (N,), expected numbers of points of index 0 … N-1.
        by_index_error: (N,), one standard error each.
        total: expected number of all points, the sum of `by_index`, with its standard error.

    >>> counts = expected_critical_points(3, 5, rng=0, samples=100)
    >>> counts.by_index.shape, bool(np.isclose(counts.by_index.sum(), counts.total))
    ((5,), True)
    """

    by_index: NDArray[np.float64]
    by_index_error: NDArray[np.float64]
    total: Estimate


def expected_critical_points(
    p: int,
    n_spins: int,
    *,
    rng: Rng,
    samples: int = 20_000,
    below: float = math.inf,
    progress: ShowProgress = None,
) -> ExpectedCounts:
    """Mean numbers of critical points with energy below `below`·N, over the disorder.

    For every N, with λ_0 ≤ … ≤ λ_{N-1} the eigenvalues of the Gaussian orthogonal ensemble whose entries have
    variance (1 + δ_ij)/(2N),

        E[Crt_k] = 2 √(2/p) (p-1)^{N/2} E[ exp(-N (p-2)/(2p) λ_k²) ; λ_k ≤ √(p/(2(p-1))) u ]

    (Kac-Rice formula; Auffinger, Ben Arous, Černý 2013, theorem 2.1). At p = 2 this is 2 each.

    Args:
        p: how many spins interact at a time, at least 2.
        n_spins: N, the number of spins, at least 2.
        rng: a numpy Generator, or an integer seed for one.
        samples: how many random matrices.
        below: u, an energy per spin in units in which E[H²] = N; all points by default.
        progress: called with the batches of matrices done, how many there are, and {}; None shows a
            bar in notebooks and terminals, False nothing.

    Returns:
        The `ExpectedCounts`, by index and in all.

    Raises:
        ValueError: p or n_spins below 2, or fewer than two samples.

    A matrix of N = 3 has 3 pairs of eigenvectors, one of each index, and at p = 2 there is no other point:

    >>> counts = expected_critical_points(2, 3, rng=0, samples=10)
    >>> counts.by_index.round(6).tolist(), round(counts.total, 6)
    ([2.0, 2.0, 2.0], 6.0)
    """
    rng = generator_of(rng)
    if p < 2 or n_spins < 2 or samples < 2:
        raise ValueError(f"p, n_spins and samples must be at least 2, got {p}, {n_spins} and {samples}")
    batches = [min(_AT_ONCE, samples - done) for done in range(0, samples, _AT_ONCE)]
    eigenvalues = np.concatenate(
        [
            _orthogonal_ensemble(n_spins, batch, rng)
            for batch in tracked(batches, progress, "expected_critical_points")
        ]
    )
    weights = np.exp(-n_spins * (p - 2) / (2 * p) * eigenvalues**2)
    weights *= eigenvalues <= math.sqrt(p / (2 * (p - 1))) * below
    counts = 2 * math.sqrt(2 / p) * (p - 1) ** (n_spins / 2) * weights  # (samples, N)
    totals = counts.sum(1)
    root = math.sqrt(samples)
    return ExpectedCounts(
        by_index=counts.mean(0),
        by_index_error=counts.std(0, ddof=1) / root,
        total=Estimate.mean(totals),
    )


def _orthogonal_ensemble(n: int, samples: int, rng: np.random.Generator) -> NDArray[np.floating]:
    """Increasing eigenvalues (samples, n); the semicircle ends at ±√2."""
    square = rng.normal(size=(samples, n, n))
    return np.linalg.eigvalsh((square + square.swapaxes(1, 2)) / (2 * math.sqrt(n)))
