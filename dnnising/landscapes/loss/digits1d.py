"""MNIST-1D: ten one-dimensional digits, bent, shifted and buried in noise, drawn on the spot.

Written from the description of Greydanus (2020, arXiv:2011.14439, §2), whose template heights and ranges the
constants below are. The draws are our own: examples agree with the published set in law, not one by one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of

LENGTH = 40
_HEIGHTS = (  # of each digit's stroke at 12 places
    (5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5),
    (5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5),
    (5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5),
    (5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5),
    (5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5),
    (5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5),
    (5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5),
    (5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5),
)
_PADDING = (36, 60)  # zeros behind the digit, before all is stretched to the length of the longest
_STRETCHED = 12 + 60
_SHIFT = 48  # places, at most, around a ring
_SCALE = 0.4  # full range of the relative change in height
_SHEAR = 0.75  # full range of the slope, over the whole length
_SMOOTH_NOISE, _SMOOTHING = 0.25, 2.0  # around the digit
_WHITE_NOISE = 0.02  # everywhere


@one_line
@dataclass(frozen=True, eq=False)
class Digits1D:
    """One-dimensional digits.

    Args:
        inputs: (examples, 40), the signals, of mean 0 and variance 1 over all.
        labels: (examples,), which digit each is, 0 … 9.

    >>> digits = mnist1d(20, rng=0)
    >>> digits.inputs.shape, sorted(digits.labels.tolist()) == sorted([*range(10), *range(10)])
    ((20, 40), True)
    """

    inputs: NDArray[np.float64]
    labels: NDArray[np.int64]


def templates() -> NDArray[np.float64]:
    """The ten strokes (10, 12): each of standard deviation 1/6 and moved to start and end at 0."""
    heights = np.array(_HEIGHTS)
    heights = heights / heights.std(axis=1, keepdims=True) / 6
    return heights - heights[:, :1]


def mnist1d(examples: int = 5000, *, rng: Rng) -> Digits1D:
    """Draw one-dimensional digits, equally many of each, in random order.

    A stroke is padded with 36 to 60 zeros, stretched to 72 places, scaled by 0.8 to 1.2 and turned around a
    ring; smooth noise fills the places without stroke, white noise all; a random slope is added, and 40
    places are kept by linear interpolation (Greydanus, arXiv:2011.14439, §2).

    Args:
        examples: how many, a multiple of ten.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `Digits1D`, inputs (examples, 40) and labels (examples,).

    Raises:
        ValueError: a number of examples that is not a positive multiple of ten.

    >>> digits = mnist1d(50, rng=np.random.default_rng(0))
    >>> digits.inputs.shape, np.bincount(digits.labels).tolist()
    ((50, 40), [5, 5, 5, 5, 5, 5, 5, 5, 5, 5])
    """
    rng = generator_of(rng)
    if examples < 10 or examples % 10:
        raise ValueError(f"examples must be a positive multiple of 10, got {examples}")
    labels = rng.permutation(np.repeat(np.arange(10), examples // 10))
    strokes = templates()
    raw = np.array([_draw(strokes[label], rng) for label in labels])
    return Digits1D((raw - raw.mean()) / raw.std(), labels)


def _draw(stroke: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    padding = rng.integers(_PADDING[0], _PADDING[1] + 1)
    drawn = np.concatenate([np.ones(len(stroke)), np.zeros(padding)])
    signal = _resample(np.concatenate([stroke, np.zeros(padding)]), _STRETCHED)
    drawn = _resample(drawn, _STRETCHED) > 0
    turn = rng.integers(_SHIFT)
    signal, drawn = np.roll(signal * (1 + _SCALE * (rng.random() - 0.5)), turn), np.roll(drawn, turn)
    smooth = gaussian_filter1d(_SMOOTH_NOISE * rng.normal(size=_STRETCHED), _SMOOTHING)
    slope = _SHEAR * (rng.random() - 0.5) * np.linspace(-0.5, 0.5, _STRETCHED)
    noisy = np.where(drawn, signal, smooth) + _WHITE_NOISE * rng.normal(size=_STRETCHED) - slope
    return _resample(noisy, LENGTH)


def _resample(signal: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    return np.interp(np.linspace(0, 1, length), np.linspace(0, 1, len(signal)), signal)
