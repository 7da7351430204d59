"""Fully connected networks of any depth with the same number of parameters."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from dnnising.randomness import Rng, generator_of, torch_generator


def parameter_count(sizes: Sequence[int]) -> int:
    """Weights and biases of a network with layers of these sizes, Σ (n_l + 1) n_{l+1}.

    Args:
        sizes: n_0, …, n_L, from inputs to outputs.

    Returns:
        The number of parameters.

    >>> parameter_count([2, 3, 1])  # (2 + 1) 3 + (3 + 1) 1
    13
    """
    return sum((before + 1) * after for before, after in pairwise(sizes))


def sizes_for_budget(inputs: int, outputs: int, *, depth: int, parameters: int) -> tuple[int, ...]:
    """Layer sizes of a network of given depth with as many parameters as a budget allows.

    Widths differ by at most one, the wider first; one more neuron where the next would go would exceed the
    budget.

    Args:
        inputs: n_0, how many numbers go in.
        outputs: n_L, how many come out.
        depth: hidden layers, at least 1.
        parameters: the budget: weights and biases at most.

    Returns:
        (inputs, widths …, outputs), depth + 2 numbers.

    Raises:
        ValueError: no hidden layer, or a budget below that of hidden layers of one neuron.

    >>> sizes_for_budget(40, 10, depth=2, parameters=3000)
    (40, 34, 34, 10)
    >>> parameter_count((40, 34, 34, 10)), parameter_count((40, 35, 34, 10))
    (2934, 3009)
    """
    if depth < 1:
        raise ValueError(f"depth counts hidden layers and must be at least 1, got {depth}")

    def sizes(neurons: int) -> tuple[int, ...]:
        width, wider = divmod(neurons, depth)
        return (inputs, *[width + 1] * wider, *[width] * (depth - wider), outputs)

    low, high = depth, depth + parameters  # every neuron costs at least one parameter
    if parameter_count(sizes(low)) > parameters:
        raise ValueError(
            f"{depth} hidden layers between {inputs} inputs and {outputs} outputs need at least "
            f"{parameter_count(sizes(low))} parameters, got {parameters}"
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if parameter_count(sizes(middle)) <= parameters else (low, middle)
    return sizes(low)


def relu_network(sizes: Sequence[int], *, rng: Rng, dtype: torch.dtype = torch.float32) -> nn.Sequential:
    """A fully connected ReLU network, linear at its end, with weights of variance 2/n_in and biases 0.

    At this variance signals keep their size from layer to layer (He et al., arXiv:1502.01852).

    Args:
        sizes: n_0, …, n_L, from inputs to outputs.
        rng: a numpy Generator, or an integer seed for one.
        dtype: of the parameters, such as torch.float64.

    Returns:
        The network, which takes (samples, n_0) to (samples, n_L).

    Raises:
        ValueError: fewer than two layers.

    >>> model = relu_network([40, 20, 10], rng=0)
    >>> model(torch.zeros(5, 40)).shape
    torch.Size([5, 10])
    >>> sum(parameter.numel() for parameter in model.parameters()) == parameter_count([40, 20, 10])
    True
    """
    rng = generator_of(rng)
    if len(sizes) < 2:
        raise ValueError(f"a network needs at least inputs and outputs, got sizes {tuple(sizes)}")
    generator = torch_generator(rng)
    layers: list[nn.Module] = []
    for before, after in pairwise(sizes):
        linear = nn.utils.skip_init(nn.Linear, before, after, dtype=dtype)
        with torch.no_grad():
            linear.weight.normal_(0, (2 / before) ** 0.5, generator=generator)
            linear.bias.zero_()
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
