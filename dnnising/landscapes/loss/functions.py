"""The loss of a network as a function of all its parameters in one vector."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LossFunction = Callable[[Tensor], Tensor]
"""A loss: a differentiable function from a point (P,) in the space of parameters to a scalar."""


def point_of(model: nn.Module) -> Tensor:
    """All parameters of a model in one vector, in the order of `model.parameters()`.

    Args:
        model: any network of P parameters.

    Returns:
        (P,), a copy.

    >>> point_of(nn.Linear(3, 2)).shape  # 2×3 weights, then 2 biases
    torch.Size([8])
    """
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


def loss_function(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> LossFunction:
    """The loss on the given data as a function of all parameters; the model itself is not changed.

    Args:
        model: a network of P parameters.
        inputs: (samples, …), as the model takes them.
        targets: (samples, …), as the criterion takes them; labels (samples,) by default.
        criterion: from outputs and targets to a scalar; the default is the mean cross-entropy in nats.

    Returns:
        A function from a point (P,) to a scalar tensor. It raises ValueError for a point of another length.

    For y = ax + b the mean square error on the targets 1 and 3 is (1 + 9)/2 at a = b = 0:

    >>> inputs, targets = torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [3.0]])
    >>> loss = loss_function(nn.Linear(1, 1), inputs, targets, criterion=F.mse_loss)
    >>> float(loss(torch.tensor([0.0, 0.0]))), float(loss(torch.tensor([2.0, 1.0])))
    (5.0, 0.0)
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
