"""Statistics of slices, to compare landscapes by more than the eye."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import minimum_filter


def count_minima(surface: ArrayLike) -> int:
    """The number of grid points strictly inside a slice that lie below all their neighbours.

    Args:
        surface: a loss along a line (K,), where points have 2 neighbours, or over a plane (K, M), where they
            have 8.

    Returns:
        How many; points at the border do not count, nor do equal neighbours.

    Raises:
        ValueError: a slice with fewer than three points along an axis.

    >>> count_minima([2.0, 0.0, 1.0, 0.5, 3.0, -1.0])
    2
    """
    values = np.asarray(surface, dtype=np.float64)
    if values.ndim == 0 or min(values.shape) < 3:
        raise ValueError(f"minima need at least 3 points along each axis, got shape {values.shape}")
    around = np.ones((3,) * values.ndim)
    around[(1,) * values.ndim] = 0
    inside = (slice(1, -1),) * values.ndim
    return int((values < minimum_filter(values, footprint=around))[inside].sum())


def roughness_spectrum(line: ArrayLike) -> NDArray[np.float64]:
    """Shares of a slice's variance by wave number 1, 2, … over its length.

    The straight line through both ends is taken away, so that a slope does not count as roughness, and the
    rest is expanded in sines: sines of 2k-1 and 2k half-waves count as wave number k.

    Args:
        line: (K,), K ≥ 5, evenly spaced.

    Returns:
        ((K-1)//2,), summing to 1.

    Raises:
        ValueError: fewer points, or a line that is straight.

    A slope with ripples of three waves is rough at wave number 3 alone:

    >>> t = np.linspace(0, 1, 11)
    >>> np.abs(roughness_spectrum(5 * t + np.sin(2 * np.pi * 3 * t))).round(6).tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0]
    """
    values = np.asarray(line, dtype=np.float64)
    if values.ndim != 1 or len(values) < 5:
        raise ValueError(f"a spectrum needs a line of at least 5 points, got shape {values.shape}")
    rest = values - np.linspace(values[0], values[-1], len(values))
    inner = np.arange(1, len(values) - 1)
    sines = np.sin(np.pi * np.outer(inner, inner) / (len(values) - 1))
    power = (sines @ rest[1:-1]) ** 2
    if power.sum() <= 1e-24 * max(1.0, float(np.abs(values).max())) ** 2:
        raise ValueError("the line is straight; there is nothing to expand")
    pairs = np.zeros(2 * ((len(power) + 1) // 2))
    pairs[: len(power)] = power / power.sum()
    return pairs.reshape(-1, 2).sum(1)
