"""The empirical spectrum of a weight matrix."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import svdvals

from dnnising.printing import one_line
from dnnising.spectra.matrix import checked_matrix, gram

_DIGITS = 1e4  # how far the smallest eigenvalue must stand above the rounding of the Gram matrix
_FLOAT64 = float(np.finfo(np.float64).eps)


@one_line
@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues of the correlation matrix X = WᵀW/N of a weight matrix W, turned so that it has N ≥ M.

    With entries of variance σ² the mean eigenvalue is σ², whatever the shape. W and Wᵀ have one spectrum;
    W → cW multiplies it by c².

    Args:
        eigenvalues: (M,) ascending, in squared units of the weights. What rounding leaves in place of a zero
            is exactly 0 (see `spectrum`).
        N: the larger side of W.
        M: the smaller side, and the number of eigenvalues.
        method: "gram" (eigenvalues of WᵀW) or "svd" (squared singular values of W).

    >>> found = spectrum([[3.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    >>> found.N, found.M, found.Q, round(found.largest, 9)  # 3²/N
    (4, 2, 2.0, 2.25)
    """

    eigenvalues: NDArray[np.float64]
    N: int
    M: int
    method: Literal["gram", "svd"]

    @property
    def Q(self) -> float:
        """The aspect ratio N/M, 1 or more."""
        return self.N / self.M

    @property
    def positive(self) -> NDArray[np.float64]:
        """The eigenvalues above zero; as many as the hard rank of W.

        >>> W = np.outer([1.0, 1.0, 1.0], [1.0, 2.0])  # of rank one
        >>> spectrum(W).positive.round(9).tolist()  # 3 · 5/N
        [5.0]
        """
        return self.eigenvalues[self.eigenvalues > 0]

    @property
    def largest(self) -> float:
        """The largest eigenvalue λ_max, in squared units of the weights."""
        return float(self.eigenvalues[-1])


def spectrum(
    W: ArrayLike | torch.Tensor,
    *,
    method: Literal["auto", "gram", "svd"] = "auto",
    stored_as: torch.dtype | np.dtype | type | None = None,
) -> Spectrum:
    """The eigenvalues of X = WᵀW/N, in float64.

    The Gram matrix is several times faster than singular values, but rounds every eigenvalue by about
    M·ε·λ_max, ε = 2e-16: too much where λ_min/λ_max is small. "auto" takes it, and falls back on singular
    values unless the smallest eigenvalue stands ten thousand times above that, so right to 1e-4 at worst.

    A zero eigenvalue does not survive in numbers that were rounded. Entries stored with a unit of rounding
    eps carry noise of up to eps·rms each, whose largest singular value is eps·rms (√N + √M); with the error
    of the decomposition itself, singular values up to

        eps·rms·(√N + √M) + N·ε·σ_max

    say nothing, and their eigenvalues are set to 0.

    Args:
        W: (rows, columns), real and floating, a numpy array or a torch tensor.
        method: "gram" or "svd" to force one.
        stored_as: the type that the weights were once stored in, if it was coarser than W is now, such as
            ``torch.bfloat16``.

    Returns:
        all eigenvalues, with the shape and the method.

    Raises:
        TypeError, ValueError: W is not real and floating, not a matrix of two rows and columns or more, not
            finite, or the same everywhere; a `method` or `stored_as` that is not one.

    >>> found = spectrum([[2.0, 0.0], [0.0, 0.0], [0.0, 4.0]])
    >>> found.eigenvalues.round(12).tolist(), found.Q
    ([1.333333333333, 5.333333333333], 1.5)
    """
    if method not in ("auto", "gram", "svd"):
        raise ValueError(f"method is {method!r}; take 'auto', 'gram' or 'svd'")
    matrix, eps, scale = checked_matrix(W)
    if stored_as is not None:
        eps = max(eps, _unit_of(stored_as))
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    N, M = tall.shape
    used: Literal["gram", "svd"] = "svd"
    if method != "svd":
        squares = np.linalg.eigvalsh(gram(tall, scale))  # (M,)
        if method == "gram" or squares[0] > _DIGITS * M * _FLOAT64 * squares[-1]:
            used = "gram"
    if used == "svd":
        squares = svdvals(np.divide(tall, scale, dtype=np.float64))[::-1] ** 2
    top = float(np.sqrt(squares[-1]))
    rms = float(np.sqrt(squares.sum() / tall.size))
    rounding = (eps * rms * (np.sqrt(N) + np.sqrt(M)) + N * _FLOAT64 * top) ** 2
    floor = max(rounding, M * _FLOAT64 * squares[-1]) if used == "gram" else rounding
    eigenvalues = np.where(squares > floor, squares, 0.0) / N * scale**2
    eigenvalues.flags.writeable = False
    return Spectrum(eigenvalues, N, M, used)


def _unit_of(stored_as: torch.dtype | np.dtype | type) -> float:
    try:
        if isinstance(stored_as, torch.dtype):
            return torch.finfo(stored_as).eps
        return float(np.finfo(stored_as).eps)
    except (TypeError, ValueError) as error:
        raise ValueError(f"stored_as is {stored_as!r}; pass a floating type, torch's or numpy's") from error
