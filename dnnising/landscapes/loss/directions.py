"""Random directions in the space of parameters, on the scale of each filter."""

import torch
from torch import Tensor, nn

from dnnising.randomness import Rng, generator_of, torch_generator


def filter_directions(model: nn.Module, number: int, *, rng: Rng) -> Tensor:
    """Random directions in the space of parameters, each filter scaled to the norm of the model's own.

    A filter is the weights into one neuron or one output channel: d_f ← d_f |w_f|/|d_f| (Li et al. 2018, §4).
    Biases and other vectors stay where they are, d = 0. If one layer of a ReLU network is multiplied, bias
    and all, by a > 0 and the weights after it divided by a, the network computes the same and the directions
    follow, so that slices do not change.

    Args:
        model: whose P parameters are taken in the order of `point_of`.
        number: how many directions, drawn independently from a Gaussian.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        (number, P), in the units of the parameters.

    Raises:
        ValueError: no direction asked for.

    >>> from dnnising.landscapes import relu_network, point_of
    >>> model = relu_network([2, 3, 1], rng=0)  # the first 6 of 13 parameters are the weights into 3 neurons
    >>> directions = filter_directions(model, 4, rng=0)
    >>> own = point_of(model)[:6].view(3, 2).norm(dim=1)
    >>> torch.allclose(directions[:, :6].view(4, 3, 2).norm(dim=2), own.expand(4, 3))
    True
    """
    rng = generator_of(rng)
    if number < 1:
        raise ValueError(f"number must be at least 1, got {number}")
    generator = torch_generator(rng)
    return torch.stack([_direction(model, generator) for _ in range(number)])


def _direction(model: nn.Module, generator: torch.Generator) -> Tensor:
    pieces = []
    for parameter in model.parameters():
        piece = torch.zeros_like(parameter, requires_grad=False)
        if parameter.ndim > 1:
            piece = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
            own, drawn = (p.flatten(1).norm(dim=1) for p in (parameter.detach(), piece))
            piece *= (own / drawn).view(-1, *[1] * (parameter.ndim - 1))
        pieces.append(piece.flatten())
    return torch.cat(pieces)
