"""Paths between two solutions: the straight one, and a curve bent so as to stay low."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.landscapes.loss import Loss
from dnnising.landscapes.slices import evaluate
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of, torch_generator


@one_line
@dataclass(frozen=True, eq=False)
class Path:
    """A loss along a path from t = 0 to t = 1.

    Args:
        at: (K,), the values of t.
        loss: (K,).
        bend: (P,), the middle control point of the curve.
    """

    at: NDArray[np.float64]
    loss: NDArray[np.float64]
    bend: Tensor

    @property
    def barrier(self) -> float:
        """max_t L(t) - [(1-t) L(0) + t L(1)], 0 or more, in the units of the loss."""
        return float(np.max(self.loss - (1 - self.at) * self.loss[0] - self.at * self.loss[-1]))


def straight_path(loss: Loss, start: Tensor, end: Tensor, *, points: int = 51) -> Path:
    """The segment from start to end, both (P,).

    Raises:
        ValueError: fewer than three points.
    """
    return _path(loss, start, (start + end) / 2, end, points)


def connect(
    loss: Loss,
    start: Tensor,
    end: Tensor,
    *,
    rng: Rng,
    steps: int = 300,
    learning_rate: float = 0.01,
    jitter: float = 0.01,
    points: int = 51,
) -> Path:
    """The quadratic curve (1-t)² start + 2t(1-t) bend + t² end of least mean loss.

    After Garipov et al. (2018, §3): Adam moves the bend down E_t L with one uniform t a step, from the middle
    of the segment, shaken by jitter · |end - start|/√P in each parameter so that it can leave a ridge. The
    learning rate is in units of |end - start|/√P as well, and falls to 0 as a cosine.

    Args:
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: fewer than three points.
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
    for t in rng.random(steps).tolist():
        optimiser.zero_grad()
        loss(_bezier(start, bend, end, t)).backward()
        optimiser.step()
        cooling.step()
    return _path(loss, start, bend.detach(), end, points)


def _bezier(start: Tensor, bend: Tensor, end: Tensor, t: float) -> Tensor:
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end


def _path(loss: Loss, start: Tensor, bend: Tensor, end: Tensor, points: int) -> Path:
    if points < 3:
        raise ValueError(f"a path needs at least 3 points, got {points}")
    at = np.linspace(0, 1, points)
    return Path(at, evaluate(loss, [_bezier(start, bend, end, t) for t in at.tolist()]), bend)
