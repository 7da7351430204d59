"""Spins in fields h + √Δ z at a temperature, averaged over the standard normal number z."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import erf

from dnnising.density import LN_2

_Array = NDArray[np.float64]


class Response(NamedTuple):
    """What the spins of a layer do.

    Args:
        m: (n,) magnetisations E tanh.
        q: mean of E tanh², the overlap of two states.
        slack: (1 - q)/T, and its limit at T = 0.
    """

    m: _Array
    q: float
    slack: float


def response(fields: _Array, variance: float, temperature: float) -> Response:
    """Magnetisations and overlap of a layer.

    Args:
        fields: (n,) h, in units of the couplings.
        variance: Δ ≥ 0.
        temperature: T ≥ 0; at 0 spins point along their fields.

    >>> response(np.array([1.0, -2.0]), variance=0.0, temperature=0.0).m.tolist()
    [1.0, -1.0]
    """
    if temperature == 0.0 and variance == 0.0:
        m = np.sign(fields)
        return Response(m, float(np.mean(m**2)), 0.0)
    if temperature == 0.0:
        scaled = fields / np.sqrt(2 * variance)
        return Response(
            erf(scaled), 1.0, float(np.mean(np.exp(-(scaled**2))) * np.sqrt(2 / (np.pi * variance)))
        )
    m, squares = _averaged(_first_and_second, fields, variance, temperature)
    squares = np.maximum(squares, m**2)  # where both are almost 0 splines do not know that it is so
    return Response(np.copysign(m, fields), float(squares.mean()), float(np.mean(1 - squares)) / temperature)


def entropy_of(fields: _Array, variance: float, temperature: float) -> float:
    """Σ_i E [ln 2cosh X - X tanh X], X = (h + √Δ z)/T, in nats; parameters as of `response`.

    >>> round(entropy_of(np.zeros(2), variance=0.0, temperature=1.0), 6)  # two free spins: 2 ln 2
    1.386294
    """
    if temperature == 0.0:
        return LN_2 * float((fields == 0).sum()) if variance == 0.0 else 0.0
    return float(_averaged(_entropy, fields, variance, temperature).sum())


def stiffness_of(fields: _Array, variance: float, temperature: float) -> float:
    """The mean of E (1 - tanh²)²/T²: infinite at T = 0 in noise; parameters as of `response`.

    >>> stiffness_of(np.zeros(2), variance=0.0, temperature=0.5)
    4.0
    """
    if temperature == 0.0:
        return 0.0 if variance == 0.0 else np.inf
    return float(_averaged(_fourth, fields, variance, temperature).mean()) / temperature**2


def _first_and_second(x: _Array) -> _Array:
    m = np.tanh(x)
    return np.stack([m, m**2])


def _entropy(x: _Array) -> _Array:
    return np.asarray(np.logaddexp(x, -x) - x * np.tanh(x))


def _fourth(x: _Array) -> _Array:
    return np.asarray((1 - np.tanh(x) ** 2) ** 2)


def _averaged(
    function: Callable[[_Array], _Array], fields: _Array, variance: float, temperature: float
) -> _Array:
    """E function(|h|/T + √Δ z/T), the last axis over spins."""
    x, width = np.abs(fields) / temperature, float(np.sqrt(variance)) / temperature
    if width == 0.0:
        return function(x)
    # The trapezoidal rule converges like exp(-π²/(width step)): the poles of tanh are π/2 off the axis.
    z = np.arange(-9.0, 9.0, 0.5 / max(1.0, width))
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    end = 9 * width + 20  # from here on all spins are aligned
    grid = np.linspace(0.0, end, int(end / (0.05 * max(1.0, width))) + 2)
    if x.size <= grid.size:
        return np.asarray(function(x[:, None] + width * z) @ weight)
    spline = CubicSpline(grid, function(grid[:, None] + width * z) @ weight, axis=-1)
    return np.asarray(spline(np.minimum(x, end)))
