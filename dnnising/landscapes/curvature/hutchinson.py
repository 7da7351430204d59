"""The trace of a Hessian without the Hessian."""

import numpy as np
import torch
from torch import Tensor

from dnnising.landscapes.curvature.hessian import hessian_product
from dnnising.landscapes.estimate import Estimate, estimate
from dnnising.landscapes.loss.functions import LossFunction
from dnnising.randomness import Rng, generator_of


def hessian_trace(loss: LossFunction, point: Tensor, *, rng: Rng, probes: int = 100) -> Estimate:
    """The trace of the Hessian, E[vᵀHv] over vectors v of independent random signs.

    Hutchinson, Comm. Stat. Simul. 19, 433 (1990). One probe has variance 2 Σ_{i≠j} H_ij²: none if the Hessian
    is diagonal.

    Args:
        loss: a function from a point (P,) to a scalar, which torch can differentiate twice.
        point: θ, (P,), where the Hessian is taken.
        rng: a numpy Generator, or an integer seed for one.
        probes: how many vectors v, at least 2.

    Returns:
        The `Estimate` of tr H, in units of loss per squared parameter.

    Raises:
        ValueError: fewer than two probes.

    Of L = a² + 3b², H is diagonal, and two probes suffice for its trace, 2 + 6:

    >>> loss = lambda theta: theta[0] ** 2 + 3 * theta[1] ** 2
    >>> hessian_trace(loss, torch.zeros(2), rng=0, probes=2)
    Estimate(8 ± 0)
    """
    rng = generator_of(rng)
    product = hessian_product(loss, point)
    signs = torch.as_tensor(rng.choice([-1.0, 1.0], (probes, len(point))), dtype=point.dtype)
    return estimate(np.array([float(v @ product(v)) for v in signs]))
