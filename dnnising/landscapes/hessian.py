"""Second derivatives of a loss: all of them for small networks, products with vectors for any."""

from collections.abc import Callable

import torch
from torch import Tensor

from dnnising.landscapes.loss import Loss

MAX_PARAMETERS = 5000
"""Of a dense Hessian: 200 MB in double precision."""


def dense_hessian(loss: Loss, point: Tensor) -> Tensor:
    """The whole Hessian ∂²L/∂θ_i ∂θ_j at a point (P,), shape (P, P).

    Raises:
        ValueError: more than 5000 parameters.
    """
    if len(point) > MAX_PARAMETERS:
        raise ValueError(
            f"a dense Hessian takes at most {MAX_PARAMETERS} parameters, got {len(point)}; "
            "use extreme_eigenvalues and hessian_trace"
        )
    product = hessian_product(loss, point)
    return torch.stack([product(unit) for unit in torch.eye(len(point), dtype=point.dtype)])


def hessian_product(loss: Loss, point: Tensor) -> Callable[[Tensor], Tensor]:
    """The product Hv = ∇(∇L·v) at a point, for two gradients (Pearlmutter, Neural Comput. 6, 147, 1994)."""
    theta = point.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(theta), theta, create_graph=True)

    def product(vector: Tensor) -> Tensor:
        if not gradient.requires_grad:  # the loss is linear
            return torch.zeros_like(vector)
        (result,) = torch.autograd.grad(gradient @ vector, theta, retain_graph=True)
        return result

    return product
