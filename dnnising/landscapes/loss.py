"""The loss of a network as a function of all its parameters in one vector."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Loss = Callable[[Tensor], Tensor]
"""A loss: a function from a point (P,) in the space of parameters to a scalar."""


def point_of(model: nn.Module) -> Tensor:
    """All parameters in one vector (P,), a copy, in the order of `model.parameters()`."""
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def loss_function(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> Loss:
    """The loss on the given data at any point; the model itself is not changed.

    Args:
        criterion: from outputs and targets to a scalar; the default is in nats.

    Raises:
        ValueError: on call, a point whose length is not the number of parameters.
    """
    parameters = dict(model.named_parameters())
    sizes = [parameter.numel() for parameter in parameters.values()]

    def loss(point: Tensor) -> Tensor:
        if point.shape != (sum(sizes),):
            raise ValueError(f"point has shape {tuple(point.shape)}, the model has {sum(sizes)} parameters")
        pieces = zip(parameters.items(), point.split(sizes))
        state = {name: piece.view_as(parameter) for (name, parameter), piece in pieces}
        return criterion(torch.func.functional_call(model, state, (inputs,)), targets)

    return loss
