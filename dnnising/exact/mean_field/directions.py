"""A network as a few directions in noise: all that the replica-symmetric theory needs to know about it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from dnnising.models.layered import LayeredCouplings
from dnnising.printing import one_line


@one_line
class SignalAndNoise(NamedTuple):
    """Leading singular directions of every matrix of a chain, and the strength of what is left.

    Args:
        strengths: one array a matrix, (k_l,), its largest singular values, descending, in units of the
            couplings.
        left: one array a matrix, (n_l, k_l), the left singular vectors u, of norm 1.
        right: one array a matrix, (n_{l+1}, k_l), the right ones, v.
        noise: one σ² a matrix, the variance of an entry of noise as strong as what is left.

    >>> found = signal_and_noise(LayeredCouplings([np.ones((2, 3))]), rank=1)  # √6 u vᵀ, and nothing else
    >>> found.strengths[0].round(9).tolist(), found.noise
    ([2.449489743], (0.0,))
    """

    strengths: tuple[NDArray[np.float64], ...]
    left: tuple[NDArray[np.float64], ...]
    right: tuple[NDArray[np.float64], ...]
    noise: tuple[float, ...]

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Spins in each layer."""
        return (*(len(u) for u in self.left), len(self.right[-1]))


def signal_and_noise(network: LayeredCouplings, *, rank: int = 4) -> SignalAndNoise:
    """Keep the largest singular values of every matrix and their vectors, and take the rest for noise.

        J = Σ_{a ≤ k} s_a u_a v_aᵀ + R ,    σ² = (Σ J² - Σ s_a²) / ((n - k)(m - k))

    The rest R has neither the u nor the v in it, so it lives in n - k and m - k dimensions.

    Args:
        network: a chain of layers of any size.
        rank: directions of a matrix, 0 or more; fewer where a matrix has no more.

    Returns:
        the directions, and σ². In Gaussian noise `rank` hardly matters to what theory makes of them; in
        trained weights, whose rest is no Gaussian noise, compare a few.

    Raises:
        ValueError: a negative rank.

    >>> rng = np.random.default_rng(0)
    >>> noise = signal_and_noise(LayeredCouplings([rng.normal(size=(300, 400))]), rank=3).noise[0]
    >>> bool(abs(noise - 1) < 0.02)  # although the largest singular values have been taken out
    True
    """
    if rank < 0:
        raise ValueError(f"rank must be 0 or more, got {rank}")
    strengths, left, right, noise = zip(*(_split(matrix, rank) for matrix in network.couplings))
    return SignalAndNoise(strengths, left, right, noise)


def _split(matrix: NDArray, rank: int) -> tuple[NDArray, NDArray, NDArray, float]:
    wide = matrix.astype(np.float64)
    values, u, v = _leading(wide, min(rank, *matrix.shape))
    squares, k, (n, m) = float(np.sum(wide**2)), values.size, matrix.shape
    rest = squares - float(values @ values)
    if rest <= 1e-9 * squares:  # rounding
        return values, u, v, 0.0
    return values, u, v, rest / ((n - k) * (m - k))


def _leading(matrix: NDArray[np.float64], rank: int) -> tuple[NDArray, NDArray, NDArray]:
    """Largest singular values, descending, and their vectors as columns."""
    if matrix.shape[0] > matrix.shape[1]:
        values, v, u = _leading(matrix.T, rank)
        return values, u, v
    n = len(matrix)
    if rank == 0:
        return np.zeros(0), np.zeros((n, 0)), np.zeros((matrix.shape[1], 0))
    squares, vectors = eigh(matrix @ matrix.T, subset_by_index=(n - rank, n - 1))
    values, u = np.sqrt(np.maximum(squares[::-1], 0.0)), vectors[:, ::-1]
    # A value that is zero up to rounding has no partner on the other side.
    keep = values > 1e-7 * values[0] if values[0] > 0 else np.zeros(rank, dtype=bool)
    values, u = values[keep], u[:, keep]
    return values, u, (matrix.T @ u) / values
