"""How steeply a loss rises about a solution, and how far one may go: two numbers for a picture."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.landscapes.estimate import Estimate, estimate
from dnnising.landscapes.loss.functions import LossFunction
from dnnising.landscapes.loss.slices import evaluate, loss_line
from dnnising.printing import one_line

_BISECTIONS = 30


@one_line
@dataclass(frozen=True, eq=False)
class BasinWidth:
    """Distances, in lengths of the directions, at which a loss has first risen by a given amount.

    Args:
        widths: (D,), how wide the basin is along each direction, the mean of its two sides.
        mean: the mean width over directions, with its standard error.

    >>> loss = lambda theta: theta[0] ** 2 + 4 * theta[1] ** 2
    >>> found = basin_width(loss, torch.zeros(2), torch.eye(2), rise=1.0)
    >>> found.widths.round(4).tolist(), found.mean
    ([1.0, 0.5], Estimate(0.75 ± 0.25))
    """

    widths: NDArray[np.float64]
    mean: Estimate


def sharpness(loss: LossFunction, point: Tensor, directions: Tensor, *, radius: float) -> Estimate:
    """The mean rise of the loss at ±radius·direction above the point.

    Of a quadratic loss it is radius²/2 times the mean of dᵀHd. With filter-normalised directions it does
    not change when the layers of a ReLU network are rescaled, unlike the largest eigenvalue of H.

    Args:
        loss: a function from a point (P,) to a scalar.
        point: θ, (P,), the solution.
        directions: (D, P), D ≥ 2, independent.
        radius: how far to go, in lengths of the directions; positive.

    Returns:
        The `Estimate` of the mean over directions, in the units of the loss.

    Raises:
        ValueError: fewer than two directions, or a radius that is not positive.

    Of a² + 4b² the rises are 0.01 and 0.04 at a radius of 0.1:

    >>> loss = lambda theta: theta[0] ** 2 + 4 * theta[1] ** 2
    >>> round(sharpness(loss, torch.zeros(2), torch.eye(2), radius=0.1).value, 6)
    0.025
    """
    if not radius > 0:
        raise ValueError(f"radius must be positive, got {radius}")
    bottom = evaluate(loss, [point])
    sides = [evaluate(loss, [point + sign * radius * d for d in directions]) for sign in (1, -1)]
    return estimate((sides[0] + sides[1]) / 2 - bottom)


def basin_width(
    loss: LossFunction,
    point: Tensor,
    directions: Tensor,
    *,
    rise: float,
    reach: float = 2.0,
    points: int = 40,
) -> BasinWidth:
    """How far one goes along ±direction before the loss first lies `rise` above the point.

    The first crossing is sought on a grid of `points` up to `reach`, then by bisection: a crossing narrower
    than reach/points may be missed. Of a quadratic loss the width is √(2 rise/dᵀHd).

    Args:
        loss: a function from a point (P,) to a scalar.
        point: θ, (P,), the solution.
        directions: (D, P), D ≥ 2, independent.
        rise: how far the loss has to rise, in its units; positive.
        reach: how far to look, in lengths of the directions.
        points: how many steps the grid has on each side.

    Returns:
        The `BasinWidth`, in lengths of the directions.

    Raises:
        ValueError: a rise that is not positive, fewer than two directions, or a loss that does not rise so
            much within reach.

    Of a² + 4b² the Hessian is 2 and 8, and the widths are √(2 rise/2) and √(2 rise/8):

    >>> loss = lambda theta: theta[0] ** 2 + 4 * theta[1] ** 2
    >>> basin_width(loss, torch.zeros(2), torch.eye(2), rise=1.0).widths.round(4).tolist()
    [1.0, 0.5]
    """
    if not rise > 0:
        raise ValueError(f"rise must be positive, got {rise}")
    level = float(evaluate(loss, [point])[0]) + rise
    grid = np.linspace(0, reach, points + 1)
    sides = [[_crossing(loss, point, s * d, level, grid) for d in directions] for s in (1, -1)]
    widths = np.mean(sides, axis=0)
    return BasinWidth(widths, estimate(widths))


def _crossing(loss: LossFunction, point: Tensor, direction: Tensor, level: float, grid: NDArray) -> float:
    above = loss_line(loss, point, direction, grid).loss > level
    if not above.any():
        raise ValueError(
            f"the loss stays below {level:.4g} up to {grid[-1]} along a direction; lower rise or raise reach"
        )
    first = int(above.argmax())
    low, high = float(grid[first - 1]), float(grid[first])
    with torch.no_grad():
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            if float(loss(point + middle * direction)) > level:
                high = middle
            else:
                low = middle
    return (low + high) / 2
