"""How many weights an eigenvector of a spectrum lives on."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from dnnising.printing import one_line
from dnnising.spectra.matrix import checked_matrix, gram


@one_line
@dataclass(frozen=True, eq=False)
class Localisation:
    """Eigenvectors v of X = WᵀW/N, each of M components with Σ v_i² = 1; one entry for each, λ ascending.

    "Spikes carry more information than the bulk": they have less entropy and are more localised (Martin and
    Mahoney 2019). A random direction has components that are Gaussian of variance 1/M.

    Args:
        eigenvalues: (M,) in squared units of the weights.
        entropy: (M,) -Σ v_i² ln v_i², in nats; ln M where all weights share alike, ln M - 0.73 at random, 0
            on a single one.
        localisation_ratio: (M,) Σ|v_i|/max|v_i|, from 1 (a single weight) to M.
        participation_ratio: (M,) 1/Σ v_i⁴, from 1 to M, M/3 at random. The source's ‖v‖₂/‖v‖₄ is its fourth
            root.

    >>> found = localisation([[2.0, 1.0], [1.0, 2.0]])  # eigenvectors (1, ±1)/√2: both weights share alike
    >>> found.participation_ratio.round(9).tolist(), bool(np.allclose(found.entropy, np.log(2)))
    ([2.0, 2.0], True)
    """

    eigenvalues: NDArray[np.float64]
    entropy: NDArray[np.float64]
    localisation_ratio: NDArray[np.float64]
    participation_ratio: NDArray[np.float64]


def localisation(W: ArrayLike | torch.Tensor) -> Localisation:
    """Entropy, localisation and participation of all eigenvectors of WᵀW/N, on the smaller side of W.

    Eigenvectors of equal eigenvalues are not defined one by one, and zeros are such: read a rank-deficient
    matrix from the top.

    Args:
        W: (rows, columns), real and floating, a numpy array or a torch tensor.

    Returns:
        all three measures of every eigenvector, in the order of the eigenvalues.

    Raises:
        TypeError, ValueError: as `spectrum`.
        TypeError: integers, complex numbers or anything else that is not real and floating.
        ValueError: not a matrix of two rows and columns or more, a NaN or infinite entry, or all entries the
            same.

    >>> localisation(np.diag([1.0, 2.0, 3.0])).participation_ratio.tolist()
    [1.0, 1.0, 1.0]
    """
    matrix, _, scale = checked_matrix(W)
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    eigenvalues, vectors = np.linalg.eigh(gram(tall, scale) / len(tall))  # (M,), columns of (M, M)
    sizes = np.abs(vectors)
    squares = sizes**2
    logs = np.log(squares, out=np.zeros_like(squares), where=squares > 0)
    return Localisation(
        np.maximum(eigenvalues, 0.0) * scale**2,
        -(squares * logs).sum(axis=0),
        sizes.sum(axis=0) / sizes.max(axis=0),
        1 / (squares**2).sum(axis=0),
    )
