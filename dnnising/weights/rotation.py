"""Rotate a network's couplings: the same singular values, without their singular vectors."""

import numpy as np
from numpy.typing import NDArray

from dnnising.models.layered import LayeredCouplings
from dnnising.randomness import Rng, generator_of


def rotate(network: LayeredCouplings, *, rng: Rng) -> LayeredCouplings:
    """Replace each J = U S Vᵀ by U' S V'ᵀ with independent Haar-random singular vectors U' and V'.

    The third null model, beside both shuffles: every matrix keeps its singular values, and with them Σ J²
    and every tr (J Jᵀ)^k, and loses everything else: outlying weights, and the alignment of one layer's
    vectors with the next one's. U' (n_l, k) and V' (n_{l+1}, k), k = min(n_l, n_{l+1}), are uniform on the
    Stiefel manifold: each is the Q of a Gaussian matrix = QR whose diagonal of R is made positive, without
    which Q is not uniform (F. Mezzadri, Notices of the AMS 54, 592, 2007).

    Computed in float64; the result has each matrix's own precision.

    Args:
        network: a chain of layers of any size; it is left as it is.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        a network of the same shapes and precisions.

    >>> network = LayeredCouplings([[[3.0, 0.0], [0.0, 4.0]]])
    >>> np.linalg.svd(rotate(network, rng=np.random.default_rng(0)).couplings[0])[1].round(9).tolist()
    [4.0, 3.0]
    """
    rng = generator_of(rng)
    return LayeredCouplings([_rotated(matrix, rng) for matrix in network.couplings])


def _rotated(matrix: NDArray, rng: np.random.Generator) -> NDArray:
    """F C F'ᵀ with Haar frames F and F', and C the (k, k) triangle of J = QC or J = CQᵀ.

    C has the singular values of J, and a frame times the singular vectors of C is as random as the frame:
    no singular value decomposition is needed.
    """
    n, m = matrix.shape
    tall = matrix.astype(np.float64) if n >= m else matrix.T.astype(np.float64)
    triangle = np.asarray(np.linalg.qr(tall, mode="r"))
    core = triangle if n >= m else triangle.T
    left, right = (_haar_frame(size, min(n, m), rng) for size in (n, m))
    return (left @ core @ right.T).astype(matrix.dtype)


def _haar_frame(n: int, k: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """k orthonormal columns of n entries, (n, k), distributed as any rotation of themselves."""
    frame, triangle = np.linalg.qr(rng.standard_normal((n, k)))
    return frame * np.copysign(1.0, np.diagonal(triangle))
