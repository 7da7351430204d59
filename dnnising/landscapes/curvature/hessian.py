"""Second derivatives of a loss: all of them for small networks, products with vectors for any."""

from collections.abc import Callable

import torch
from torch import Tensor

from dnnising.landscapes.loss.functions import LossFunction

MAX_PARAMETERS = 5000
"""Of a dense Hessian: 200 MB in double precision."""


def dense_hessian(loss: LossFunction, point: Tensor) -> Tensor:
    """The whole Hessian ∂²L/∂θ_i ∂θ_j at a point.

    Args:
        loss: a function from a point (P,) to a scalar, which torch can differentiate twice.
        point: θ, (P,), P ≤ 5000, where the Hessian is taken.

    Returns:
        (P, P), in units of loss per squared parameter, of the point's dtype.

    Raises:
        ValueError: more than 5000 parameters.

    Of L = a²b at a = 1, b = 2:

    >>> dense_hessian(lambda theta: theta[0] ** 2 * theta[1], torch.tensor([1.0, 2.0])).tolist()
    [[4.0, 2.0], [2.0, 0.0]]
    """
    if len(point) > MAX_PARAMETERS:
        raise ValueError(
            f"a dense Hessian takes at most {MAX_PARAMETERS} parameters, got {len(point)}; "
            "use extreme_eigenvalues and hessian_trace"
        )
    product = hessian_product(loss, point)
    return torch.stack([product(unit) for unit in torch.eye(len(point), dtype=point.dtype)])


def hessian_product(loss: LossFunction, point: Tensor) -> Callable[[Tensor], Tensor]:
    """The product of the Hessian at a point with any vector, for the price of two gradients.

        Hv = ∇(∇L·v)                               (Pearlmutter, Neural Comput. 6, 147, 1994)

    Args:
        loss: a function from a point (P,) to a scalar, which torch can differentiate twice.
        point: θ, (P,), where the Hessian is taken.

    Returns:
        A function from v, (P,), to Hv, (P,); the first gradient is computed once and kept.

    Of L = a²b at a = 1, b = 2, the Hessian is 2b = 4 and 2a = 2 in the first row, 2 and 0 in the second:

    >>> product = hessian_product(lambda theta: theta[0] ** 2 * theta[1], torch.tensor([1.0, 2.0]))
    >>> product(torch.tensor([1.0, 10.0])).tolist()
    [24.0, 2.0]
    """
    theta = point.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(theta), theta, create_graph=True)

    def product(vector: Tensor) -> Tensor:
        if not gradient.requires_grad:  # the loss is linear
            return torch.zeros_like(vector)
        (result,) = torch.autograd.grad(gradient @ vector, theta, retain_graph=True)
        return result

    return product
