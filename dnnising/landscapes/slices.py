"""A loss along a line and over a plane."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from dnnising.landscapes.loss import Loss
from dnnising.printing import one_line


@one_line
@dataclass(frozen=True, eq=False)
class Line:
    """A loss along point + t·direction.

    Args:
        at: (K,), the values of t.
        loss: (K,).
    """

    at: NDArray[np.float64]
    loss: NDArray[np.float64]


@one_line
@dataclass(frozen=True, eq=False)
class Plane:
    """A loss over point + s·first + t·second.

    Args:
        first, second: (K,) and (M,), the values of s and t.
        loss: (K, M).
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    loss: NDArray[np.float64]


def loss_line(loss: Loss, point: Tensor, direction: Tensor, at: ArrayLike) -> Line:
    """The loss at point + t·direction for each t of `at` (K,); point and direction are (P,)."""
    t = np.asarray(at, dtype=np.float64)
    return Line(t, evaluate(loss, [point + step * direction for step in t.tolist()]))


def loss_plane(loss: Loss, point: Tensor, directions: Tensor, first: ArrayLike, second: ArrayLike) -> Plane:
    """The loss at point + s·d_1 + t·d_2 for each s of `first` (K,) and t of `second` (M,).

    Args:
        directions: (2, P).

    Raises:
        ValueError: another number of directions.
    """
    if len(directions) != 2:
        raise ValueError(f"a plane has 2 directions, got {len(directions)}")
    s, t = (np.asarray(values, dtype=np.float64) for values in (first, second))
    rows = [loss_line(loss, point + step * directions[0], directions[1], t).loss for step in s.tolist()]
    return Plane(s, t, np.array(rows))


@torch.no_grad()
def evaluate(loss: Loss, points: Sequence[Tensor]) -> NDArray[np.float64]:
    """The loss at each of the points (P,)."""
    return np.array([float(loss(point)) for point in points])
