"""Paths between two solutions: the straight one, and a curve bent so as to stay low."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.landscapes.loss.functions import LossFunction
from dnnising.landscapes.loss.slices import evaluate
from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of, torch_generator


@one_line
@dataclass(frozen=True, eq=False)
class Path:
    """A loss along a path from t = 0 to t = 1.

    Args:
        at: (K,), the values of t, ascending from 0 to 1.
        loss: (K,), in the units of the loss function.
        bend: (P,), the middle control point of the curve; half-way on a straight path.

    >>> double_well = lambda theta: (theta[0] ** 2 - 1) ** 2
    >>> straight_path(double_well, torch.tensor([-1.0]), torch.tensor([1.0]), points=5).loss.tolist()
    [0.0, 0.5625, 1.0, 0.5625, 0.0]
    """

    at: NDArray[np.float64]
    loss: NDArray[np.float64]
    bend: Tensor

    @property
    def barrier(self) -> float:
        """How far the path rises above the line between its ends, in the units of the loss, 0 or more.

            max_t L(t) - [(1-t) L(0) + t L(1)]

        >>> at, loss = np.array([0.0, 0.5, 1.0]), np.array([1.0, 4.0, 2.0])
        >>> Path(at, loss, bend=torch.zeros(1)).barrier  # 4 where the line is at 1.5
        2.5
        """
        return float(np.max(self.loss - (1 - self.at) * self.loss[0] - self.at * self.loss[-1]))


def straight_path(loss: LossFunction, start: Tensor, end: Tensor, *, points: int = 51) -> Path:
    """The loss along the segment (1-t) start + t end.

    Args:
        loss: a function from a point (P,) to a scalar.
        start: (P,), the point at t = 0.
        end: (P,), the point at t = 1.
        points: K ≥ 3, where the loss is looked at, evenly spaced in t.

    Returns:
        A `Path` of K values.

    Raises:
        ValueError: fewer than three points.

    Two solutions that differ by a symmetry of the network are both good, and their mean need not be:

    >>> product = lambda theta: (theta[0] * theta[1] - 1) ** 2  # ab = 1
    >>> straight_path(product, torch.tensor([1.0, 1.0]), torch.tensor([-1.0, -1.0])).barrier
    1.0
    """
    return _path(loss, start, (start + end) / 2, end, points)


def connect(
    loss: LossFunction,
    start: Tensor,
    end: Tensor,
    *,
    rng: Rng,
    steps: int = 300,
    learning_rate: float = 0.01,
    jitter: float = 0.01,
    points: int = 51,
    progress: ShowProgress = None,
) -> Path:
    """The quadratic curve between two points of least mean loss.

        θ(t) = (1-t)² start + 2t(1-t) bend + t² end

    After Garipov et al. (2018, §3): Adam moves the bend down E_t L with one uniform t a step, from the middle
    of the segment, shaken by jitter · |end - start|/√P in each parameter so that it can leave a ridge. The
    learning rate is in units of |end - start|/√P as well, and falls to 0 as a cosine.

    Args:
        loss: a function from a point (P,) to a scalar, which torch can differentiate.
        start: (P,), the point at t = 0.
        end: (P,), the point at t = 1.
        rng: a numpy Generator, or an integer seed for one.
        steps: how many steps Adam makes.
        learning_rate: at the start, in units of |end - start|/√P.
        jitter: how far the first bend is shaken, in the same units.
        points: K ≥ 3, where the loss is looked at in the end, evenly spaced in t.
        progress: called with the steps done, how many there are, and {}; None shows a bar in notebooks and
            terminals, False nothing.

    Returns:
        A `Path` of K values, with the bend that was found.

    Raises:
        ValueError: fewer than three points.

    On a ring of minima a straight path crosses the hill in the middle, of height 1, and a bent one goes
    round:

    >>> ring = lambda theta: (theta @ theta - 1) ** 2
    >>> west, east = torch.tensor([-1.0, 0.0]), torch.tensor([1.0, 0.0])
    >>> straight_path(ring, west, east).barrier
    1.0
    >>> connect(ring, west, east, rng=0, steps=100, learning_rate=0.1).barrier < 0.2
    True
    """
    rng = generator_of(rng)
    generator = torch_generator(rng)
    scale = float((end - start).norm()) / len(start) ** 0.5
    bend = (start + end) / 2 + jitter * scale * torch.randn(
        start.shape, generator=generator, dtype=start.dtype
    )
    bend.requires_grad_()
    optimiser = torch.optim.Adam([bend], lr=learning_rate * scale)
    cooling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for t in tracked(rng.random(steps).tolist(), progress, "connect"):
        optimiser.zero_grad()
        loss(_bezier(start, bend, end, t)).backward()
        optimiser.step()
        cooling.step()
    return _path(loss, start, bend.detach(), end, points)


def _bezier(start: Tensor, bend: Tensor, end: Tensor, t: float) -> Tensor:
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end


def _path(loss: LossFunction, start: Tensor, bend: Tensor, end: Tensor, points: int) -> Path:
    if points < 3:
        raise ValueError(f"a path needs at least 3 points, got {points}")
    at = np.linspace(0, 1, points)
    return Path(at, evaluate(loss, [_bezier(start, bend, end, t) for t in at.tolist()]), bend)
