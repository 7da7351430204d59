"""A loss along a line and over a plane."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from dnnising.landscapes.loss.functions import LossFunction
from dnnising.printing import one_line


@one_line
@dataclass(frozen=True, eq=False)
class Line:
    """A loss along point + t·direction.

    Args:
        at: (K,), the values of t, in lengths of the direction.
        loss: (K,), in the units of the loss function.

    >>> line = loss_line(lambda theta: theta @ theta, torch.zeros(2), torch.tensor([3.0, 4.0]), [0, 1, 2])
    >>> line.at.tolist(), line.loss.tolist()
    ([0.0, 1.0, 2.0], [0.0, 25.0, 100.0])
    """

    at: NDArray[np.float64]
    loss: NDArray[np.float64]


@one_line
@dataclass(frozen=True, eq=False)
class Plane:
    """A loss over point + s·first + t·second.

    Args:
        first: (K,), the values of s, in lengths of the first direction.
        second: (M,), the values of t, in lengths of the second.
        loss: (K, M), in the units of the loss function.

    >>> plane = loss_plane(lambda theta: theta @ theta, torch.zeros(2), torch.eye(2), [0, 1, 2], [0, 3])
    >>> plane.loss.shape
    (3, 2)
    """

    first: NDArray[np.float64]
    second: NDArray[np.float64]
    loss: NDArray[np.float64]


def loss_line(loss: LossFunction, point: Tensor, direction: Tensor, at: ArrayLike) -> Line:
    """The loss at point + t·direction for each t.

    Args:
        loss: a function from a point (P,) to a scalar.
        point: (P,), where the slice is centred.
        direction: (P,), along which the loss is taken.
        at: (K,), the values of t, in lengths of the direction.

    Returns:
        A `Line` of K values.

    >>> loss = lambda theta: theta[0] ** 2 + theta[1]
    >>> loss_line(loss, torch.tensor([0.0, 5.0]), torch.tensor([1.0, 0.0]), [-2, 0, 2]).loss.tolist()
    [9.0, 5.0, 9.0]
    """
    t = np.asarray(at, dtype=np.float64)
    return Line(t, evaluate(loss, [point + step * direction for step in t.tolist()]))


def loss_plane(
    loss: LossFunction, point: Tensor, directions: Tensor, first: ArrayLike, second: ArrayLike
) -> Plane:
    """The loss at point + s·d_1 + t·d_2 for each s and each t.

    Args:
        loss: a function from a point (P,) to a scalar.
        point: (P,), where the slice is centred.
        directions: d_1 and d_2, (2, P).
        first: (K,), the values of s, in lengths of d_1.
        second: (M,), the values of t, in lengths of d_2.

    Returns:
        A `Plane` of (K, M) values.

    Raises:
        ValueError: another number of directions.

    Of L = ab the plane through the origin is a saddle:

    >>> loss = lambda theta: theta[0] * theta[1]
    >>> loss_plane(loss, torch.zeros(2), torch.eye(2), [-1, 1], [-2, 2]).loss.tolist()
    [[2.0, -2.0], [-2.0, 2.0]]
    """
    if len(directions) != 2:
        raise ValueError(f"a plane has 2 directions, got {len(directions)}")
    s, t = (np.asarray(values, dtype=np.float64) for values in (first, second))
    rows = [loss_line(loss, point + step * directions[0], directions[1], t).loss for step in s.tolist()]
    return Plane(s, t, np.array(rows))


@torch.no_grad()
def evaluate(loss: LossFunction, points: Sequence[Tensor]) -> NDArray[np.float64]:
    """The loss at each of the points (P,)."""
    return np.array([float(loss(point)) for point in points])
