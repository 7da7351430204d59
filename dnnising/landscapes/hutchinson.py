"""The trace of a Hessian without the Hessian."""

import numpy as np
import torch
from torch import Tensor

from dnnising.landscapes.estimate import Estimate, estimate
from dnnising.landscapes.hessian import hessian_product
from dnnising.landscapes.loss import Loss
from dnnising.randomness import Rng, generator_of


def hessian_trace(loss: Loss, point: Tensor, *, rng: Rng, probes: int = 100) -> Estimate:
    """The trace of the Hessian, E[vᵀHv] over vectors v of independent random signs.

    Hutchinson, Comm. Stat. Simul. 19, 433 (1990). One probe has variance 2 Σ_{i≠j} H_ij²: none if the Hessian
    is diagonal.

    Args:
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: fewer than two probes.
    """
    rng = generator_of(rng)
    product = hessian_product(loss, point)
    signs = torch.as_tensor(rng.choice([-1.0, 1.0], (probes, len(point))), dtype=point.dtype)
    return estimate(np.array([float(v @ product(v)) for v in signs]))
