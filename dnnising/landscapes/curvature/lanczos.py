"""Both ends of a Hessian's spectrum without the Hessian."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch import Tensor

from dnnising.errors import NotConvergedError
from dnnising.landscapes.curvature.hessian import hessian_product
from dnnising.landscapes.loss.functions import LossFunction
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of

_KRYLOV = 40  # vectors kept


@one_line
@dataclass(frozen=True, eq=False)
class ExtremeEigenvalues:
    """The ends of a spectrum.

    Args:
        smallest: the lowest eigenvalue, in units of loss per squared parameter.
        largest: the highest eigenvalue, in the same units.
        residuals: (2,), |Hv - λv| of the smallest and the largest; an eigenvalue lies that near.

    >>> loss = lambda theta: (torch.arange(-1.0, 4.0) * theta**2).sum() / 2
    >>> bool(extreme_eigenvalues(loss, torch.zeros(5), rng=0).residuals.max() < 1e-4)
    True
    """

    smallest: float
    largest: float
    residuals: NDArray[np.float64]


def extreme_eigenvalues(
    loss: LossFunction, point: Tensor, *, rng: Rng, tolerance: float = 1e-6, restarts: int = 300
) -> ExtremeEigenvalues:
    """The smallest and the largest eigenvalue of the Hessian at a point, by restarted Lanczos (ARPACK).

    Args:
        loss: a function from a point (P,) to a scalar, which torch can differentiate twice.
        point: θ, (P,), P ≥ 4, where the Hessian is taken.
        rng: a numpy Generator, or an integer seed for one. It draws the first vector.
        tolerance: relative, of the eigenvalues; single precision allows no less than about 1e-6.
        restarts: after how many restarts to give up.

    Returns:
        The `ExtremeEigenvalues`, in units of loss per squared parameter.

    Raises:
        ValueError: fewer than four parameters.
        NotConvergedError: an end is not found within the restarts; the eigenvalues that are, are attached.

    Of L = ½ Σ λ_i θ_i² they are the outermost λ:

    >>> loss = lambda theta: (torch.arange(-1.0, 4.0) * theta**2).sum() / 2
    >>> ends = extreme_eigenvalues(loss, torch.zeros(5), rng=0)
    >>> round(ends.smallest, 4), round(ends.largest, 4)
    (-1.0, 3.0)
    """
    rng = generator_of(rng)
    size = len(point)
    if size < 4:
        raise ValueError(f"Lanczos needs at least 4 parameters, got {size}; use dense_hessian")
    product = hessian_product(loss, point)

    def apply(vector: NDArray) -> NDArray[np.float64]:
        return product(torch.as_tensor(vector.ravel(), dtype=point.dtype)).double().numpy()

    operator = LinearOperator((size, size), matvec=apply, dtype=np.float64)
    try:
        values, vectors = eigsh(
            operator,
            k=2,
            which="BE",
            v0=rng.normal(size=size),
            ncv=min(size, _KRYLOV),
            tol=tolerance,
            maxiter=restarts,
        )
    except ArpackNoConvergence as stopped:
        raise NotConvergedError(
            f"Lanczos found {len(stopped.eigenvalues)} of 2 eigenvalues in {restarts} restarts; "
            "allow more, or a larger tolerance",
            stopped.eigenvalues,
        ) from stopped
    residuals = [np.linalg.norm(apply(v) - value * v) for value, v in zip(values, vectors.T)]
    return ExtremeEigenvalues(float(values[0]), float(values[1]), np.array(residuals))
