"""Train a network and keep its way."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from dnnising.errors import NotConvergedError
from dnnising.landscapes.loss.functions import loss_function, point_of
from dnnising.landscapes.loss.slices import evaluate
from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of, torch_generator


@one_line
@dataclass(frozen=True, eq=False)
class Training:
    """A training run.

    Args:
        points: (epochs + 1, P), all parameters before the first and after each epoch.
        loss: (epochs + 1,), on the whole training set, in the units of the criterion.

    >>> inputs = torch.tensor([[0.0], [1.0]])
    >>> run = train(nn.Linear(1, 1), inputs, 2 * inputs, epochs=3, criterion=F.mse_loss, rng=0)
    >>> run.points.shape, run.loss.shape
    (torch.Size([4, 2]), (4,))
    """

    points: Tensor
    loss: NDArray[np.float64]


def train(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    rng: Rng,
    epochs: int = 50,
    batch: int = 64,
    learning_rate: float = 0.05,
    criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    progress: ShowProgress = None,
) -> Training:
    """Stochastic gradient descent with momentum 0.9 on shuffled batches; the model ends at the last point.

    The learning rate falls to 0 as a cosine.

    Args:
        model: a network of P parameters, trained in place.
        inputs: (samples, …), as the model takes them.
        targets: (samples, …), as the criterion takes them; labels (samples,) by default.
        rng: a numpy Generator, or an integer seed for one. It shuffles the samples.
        epochs: how many passes through all samples.
        batch: how many samples an update averages over.
        learning_rate: at the start, in units of squared parameter per loss.
        criterion: from outputs and targets to a scalar; the default is the mean cross-entropy in nats.
        progress: called with the epochs done, how many there are, and {}; None shows a bar in notebooks and
            terminals, False nothing.

    Returns:
        The `Training`, with every epoch's parameters (epochs + 1, P) and losses.

    Raises:
        ValueError: epochs or batch below 1.
        NotConvergedError: the loss is no longer finite; the `Training` is attached.

    A line finds y = 2x + 1 from three points of it:

    >>> from dnnising.landscapes import relu_network
    >>> model, inputs = relu_network([1, 1], rng=0), torch.tensor([[-1.0], [0.0], [1.0]])
    >>> run = train(model, inputs, 2 * inputs + 1, epochs=200, criterion=F.mse_loss, rng=0)
    >>> torch.allclose(point_of(model), torch.tensor([2.0, 1.0]), atol=1e-2)
    True
    """
    rng = generator_of(rng)
    if epochs < 1 or batch < 1:
        raise ValueError(f"epochs and batch must be at least 1, got {epochs} and {batch}")
    generator = torch_generator(rng)
    optimiser = torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)
    cooling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    points = [point_of(model)]
    for _ in tracked(range(epochs), progress, "train"):
        for chosen in torch.randperm(len(inputs), generator=generator).split(batch):
            optimiser.zero_grad()
            criterion(model(inputs[chosen]), targets[chosen]).backward()
            optimiser.step()
        cooling.step()
        points.append(point_of(model))
    losses = evaluate(loss_function(model, inputs, targets, criterion), points)
    run = Training(torch.stack(points), losses)
    if not np.isfinite(losses).all():
        raise NotConvergedError(
            f"the loss is {losses[-1]} after {epochs} epochs; lower learning_rate, now {learning_rate}", run
        )
    return run
