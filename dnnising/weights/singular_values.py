"""Change a network's singular values and keep its singular vectors: the counterpart of `rotate`."""

import numpy as np
from numpy.typing import NDArray

from dnnising.models.layered import LayeredCouplings


def truncate(network: LayeredCouplings, rank: int) -> LayeredCouplings:
    """Keep the `rank` largest singular values of every matrix, with their vectors, and drop the others.

    J = Σ_k s_k u_k v_kᵀ becomes its best approximation of that rank in the least-squares sense (Eckart and
    Young, Psychometrika 1, 211, 1936); Σ J² = Σ s_k² falls accordingly. A matrix of a lower rank stays.

    Args:
        network: a chain of layers of any size; it is left as it is.
        rank: how many singular values of each matrix to keep, 1 or more.

    Returns:
        a network of the same shapes and precisions.

    Raises:
        ValueError: a rank below 1.

    >>> network = LayeredCouplings([np.diag([3.0, 2.0, 1.0])])
    >>> bool(np.allclose(truncate(network, rank=1).couplings[0], np.diag([3.0, 0.0, 0.0])))
    True
    """
    if rank < 1:
        raise ValueError(f"rank must be at least 1, got {rank}")
    return _with_values(network, lambda values: np.where(np.arange(values.size) < rank, values, 0.0))


def flatten(network: LayeredCouplings) -> LayeredCouplings:
    """Make all singular values of a matrix equal, with its vectors and Σ J² kept: J becomes c U Vᵀ.

    c² = Σ J² / min(n_l, n_{l+1}). What is left of training is the alignment of one layer's vectors with the
    next one's; within a matrix no direction is preferred.

    Args:
        network: a chain of layers of any size; it is left as it is.

    Returns:
        a network of the same shapes and precisions.

    >>> network = LayeredCouplings([np.diag([7.0, 1.0])])  # Σ J² = 50, so c = 5
    >>> bool(np.allclose(flatten(network).couplings[0], np.diag([5.0, 5.0])))
    True
    """
    return _with_values(network, lambda values: np.full(values.size, np.sqrt(np.mean(values**2))))


def _with_values(network, change) -> LayeredCouplings:  # type: ignore[no-untyped-def]
    """Every J = U S Vᵀ with other singular values, computed in float64, in the matrix's own precision."""

    def changed(matrix: NDArray) -> NDArray:
        u, values, vt = np.linalg.svd(matrix.astype(np.float64), full_matrices=False)
        return ((u * change(values)) @ vt).astype(matrix.dtype)

    return LayeredCouplings([changed(matrix) for matrix in network.couplings])
