"""The Fréchet law: the largest of many independent numbers whose density falls as a power."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def frechet_cdf(values: ArrayLike, shape: float, scale: float = 1.0) -> NDArray[np.float64]:
    """The distribution F(x) = exp(-(x/scale)^(-shape)) for x > 0.

    The largest of n numbers with P(x' > x) = (x/x₀)^(-shape) has scale x₀ n^(1/shape) as n grows. So has
    λ_max of a matrix whose entries have tails x^(-1-μ) with μ < 4: it is the square of the largest entry, and
    the shape is μ/2 (Auffinger, Ben Arous and Péché 2009; "far tail" in Martin and Mahoney's table).

    Args:
        values: x, in any shape.
        shape: the exponent of the tail, positive and without unit.
        scale: positive, in the unit of x.

    Returns:
        F in [0, 1], in the shape of the values.

    Raises:
        ValueError: a shape or scale that is not positive and finite.

    >>> bool(np.isclose(frechet_cdf(1.0, shape=2.0), np.exp(-1)))
    True
    """
    x = _checked(values, shape, scale)
    with np.errstate(divide="ignore", over="ignore"):  # towards 0, F is 0
        return np.exp(-(np.maximum(x / scale, 0.0) ** -shape))


def frechet_pdf(values: ArrayLike, shape: float, scale: float = 1.0) -> NDArray[np.float64]:
    """The density shape/scale (x/scale)^(-1-shape) F(x), per unit of x.

    Args:
        values: x, in any shape.
        shape: the exponent of the tail, positive and without unit.
        scale: positive, in the unit of x.

    Returns:
        the density in the shape of the values; 0 for x ≤ 0.

    Raises:
        ValueError: a shape or scale that is not positive and finite.

    >>> x, step = 2.0, 1e-5
    >>> slope = (frechet_cdf(x + step, 3.0) - frechet_cdf(x - step, 3.0)) / (2 * step)
    >>> bool(np.isclose(frechet_pdf(x, 3.0), slope))  # F'
    True
    """
    x = _checked(values, shape, scale)
    positive = x > 0
    z = np.where(positive, x, scale) / scale
    with np.errstate(over="ignore"):
        density = shape / scale * np.exp(-(z**-shape) - (1 + shape) * np.log(z))
    return np.where(positive, density, 0.0)


def _checked(values: ArrayLike, shape: float, scale: float) -> NDArray[np.float64]:
    if not (0 < shape < np.inf and 0 < scale < np.inf):
        raise ValueError(f"shape and scale must be positive and finite, got {shape} and {scale}")
    return np.asarray(values, dtype=np.float64)
