"""How long a method takes to reach a given quality, from runs of growing effort."""

import numpy as np
from numpy.typing import ArrayLike


def time_to_target(seconds: ArrayLike, error: ArrayLike, target: float) -> float:
    """Seconds until the error first falls to the target; infinite if it never does.

    Between the last run above the target and the first at or below it, the logarithm of the seconds is linear
    in the error. A first run that is good enough already gives its own seconds.

    Args:
        seconds: (efforts,) > 0, ascending.
        error: (efforts,) of each run, in any unit, infinite where it found nothing.
        target: in the same unit.

    Raises:
        ValueError: shapes that differ.

    >>> round(time_to_target([1.0, 4.0, 16.0], [0.5, 0.3, 0.1], 0.2), 9)
    8.0
    """
    clock, quality = np.asarray(seconds, dtype=float), np.asarray(error, dtype=float)
    if clock.shape != quality.shape:
        raise ValueError(f"{clock.shape} seconds for {quality.shape} errors; give one of each a run")
    reached = np.flatnonzero(quality <= target)
    if reached.size == 0:
        return np.inf
    first = int(reached[0])
    if first == 0 or np.isinf(quality[first - 1]):
        return float(clock[first])
    pair = slice(first - 1, first + 1)
    return float(np.exp(np.interp(-target, -quality[pair], np.log(clock[pair]))))
