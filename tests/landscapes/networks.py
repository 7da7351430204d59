"""A network small enough for everything to be computed densely."""

import torch

from dnnising import landscapes


def small_network(rng, sizes=(4, 6, 5, 3), samples=30):
    """Model, loss and point, in double precision, with biases that are not zero."""
    model = landscapes.relu_network(sizes, rng=rng, dtype=torch.float64)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter += torch.as_tensor(rng.normal(size=parameter.shape) / 3)
    inputs = torch.as_tensor(rng.normal(size=(samples, sizes[0])))
    targets = torch.as_tensor(rng.integers(sizes[-1], size=samples))
    return model, landscapes.loss_function(model, inputs, targets), landscapes.point_of(model)
