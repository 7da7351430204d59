"""A network as a few directions in noise: all that the replica-symmetric theory needs to know about it.

Every matrix is taken for J = Σ_a θ_a u_a v_aᵀ + noise of independent entries. Noise inflates a singular value
and holds a whole bulk of its own, up to σ(√n + √m). So what stands above that edge is signal, and its
strength without the noise is θ < s, from

    s² = (θ² + σ² n)(θ² + σ² m)/θ²

(Benaych-Georges and Nadakuditi, J. Multivariate Anal. 111, 120, 2012).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from dnnising.models.layered import LayeredCouplings
from dnnising.printing import one_line

_TRACY_WIDOM = 3.27  # 99.9 % of the largest singular values of noise alone are less far above the edge


@one_line
class SignalAndNoise(NamedTuple):
    """Directions and noise of every matrix of a chain.

    Args:
        strengths: one array a matrix, (k_l,), θ in descending order, in units of the couplings; k_l may be 0.
        left: one array a matrix, (n_l, k_l), its u, of norm 1.
        right: one array a matrix, (n_{l+1}, k_l), its v.
        noise: one σ² a matrix, the variance of an entry of what is left.

    >>> ones = LayeredCouplings([np.ones((2, 3))])  # a signal of strength √6 and no noise
    >>> signal_and_noise(ones).strengths[0].round(9).tolist(), signal_and_noise(ones).noise
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


def signal_and_noise(network: LayeredCouplings, *, max_rank: int = 32) -> SignalAndNoise:
    """Split every matrix into the directions that stand above the edge of its noise, and the noise.

    One after the other, singular values count as signal while they stand above the 99.9 % quantile of the
    largest singular value (Tracy-Widom) of noise as strong as what would be left without them. In the end
    σ² n m = Σ J² - Σ θ².

    Args:
        network: a chain of layers of any size.
        max_rank: most directions of a matrix, 0 or more; with 0 all is noise.

    Returns:
        the directions, and σ². In trained weights what is left is no Gaussian noise, and more directions
        describe it better: compare a few `max_rank`.

    Raises:
        ValueError: a negative max_rank.

    A strong direction in noise, and noise alone:

    >>> rng = np.random.default_rng(0)
    >>> noise, u, v = rng.normal(size=(300, 400)), np.ones((300, 1)), np.ones((1, 400))
    >>> found = signal_and_noise(LayeredCouplings([u @ v + noise, noise.T]))  # θ = 346
    >>> [strengths.round().tolist() for strengths in found.strengths]
    [[346.0], []]
    """
    if max_rank < 0:
        raise ValueError(f"max_rank must be 0 or more, got {max_rank}")
    parts = [_split(matrix, max_rank) for matrix in network.couplings]
    strengths, left, right, noise = zip(*parts)
    return SignalAndNoise(strengths, left, right, noise)


def _split(matrix: NDArray, max_rank: int) -> tuple[NDArray, NDArray, NDArray, float]:
    wide = matrix.astype(np.float64)
    values, u, v = _leading(wide, min(max_rank, *matrix.shape))
    squares, (n, m) = float(np.sum(wide**2)), matrix.shape
    left = np.maximum(squares - np.cumsum(values**2), 1e-12 * squares)  # below that it is rounding
    # Each direction takes one dimension of the noise with it, on either side.
    k = np.arange(1, values.size + 1)
    variance = left / np.maximum((n - k) * (m - k), 1)
    above = values**2 > _edge(matrix.shape, variance)
    rank = int(above.size if above.all() else above.argmin())
    theta = _without_noise(values[:rank], matrix.shape, float(variance[rank - 1])) if rank else np.zeros(0)
    noise = (squares - float(theta @ theta)) / matrix.size
    return theta, u[:, :rank], v[:, :rank], noise if noise > 1e-9 * squares / matrix.size else 0.0


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


def _edge(shape: tuple[int, ...], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Square of the largest singular value of noise alone, at its 99.9 % quantile (Johnstone 2001)."""
    n, m = (float(np.sqrt(size)) for size in shape)
    return noise * ((n + m) ** 2 + _TRACY_WIDOM * (n + m) * (1 / n + 1 / m) ** (1 / 3))


def _without_noise(values: NDArray, shape: tuple[int, ...], noise: float) -> NDArray[np.float64]:
    n, m = shape
    middle = values**2 - noise * (n + m)
    return np.asarray(np.sqrt((middle + np.sqrt(middle**2 - 4 * noise**2 * n * m)) / 2))
