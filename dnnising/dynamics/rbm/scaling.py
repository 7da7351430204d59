"""The linear scaling rule as a fit: does a variance grow as α/B?"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from dnnising.printing import one_line
from dnnising.uncertainty import Estimate


@one_line
class ScalingFit(NamedTuple):
    """A power law σ² = c (α/B)^slope, and the prefactor of a line through the origin.

    Args:
        slope: the exponent, without a unit; 1 where the linear scaling rule holds. With its standard error.
        prefactor: c in σ² = c α/B, with the slope held at 1; in the units of the variances.

    Two variances of 5 % error, a factor of 2 apart in α/B, give the slope to √2 · 0.05/ln 2:

    >>> fit = fit_scaling([0.001, 0.002], [0.002, 0.004], [1e-4, 2e-4])
    >>> bool(np.isclose(fit.slope.error, np.sqrt(2) * 0.05 / np.log(2)))
    True
    """

    slope: Estimate
    prefactor: Estimate


def fit_scaling(ratios: ArrayLike, variances: ArrayLike, errors: ArrayLike) -> ScalingFit:
    """Least squares of ln σ² on ln(α/B), weighted by the errors.

    Args:
        ratios: α/B of each measurement, (m,); at least two must differ.
        variances: σ² found there, (m,), such as `mode_variances` over x*.
        errors: their standard errors, (m,), in the same units.

    Returns:
        The `ScalingFit` of slope and prefactor, each with its standard error.

    Raises:
        ValueError: numbers that are not positive, or ratios that are all the same.

    >>> fit = fit_scaling([0.001, 0.002], [0.002, 0.004], [1e-4, 2e-4])
    >>> round(fit.slope, 6), round(fit.prefactor, 6)
    (1.0, 2.0)
    """
    ratio, variance, error = (np.asarray(part, dtype=np.float64) for part in (ratios, variances, errors))
    if not (np.all(ratio > 0) and np.all(variance > 0) and np.all(error > 0)):
        raise ValueError("ratios, variances and errors must be positive")
    if np.ptp(ratio) == 0:
        raise ValueError(f"every ratio is {ratio.flat[0]}; a slope needs two that differ")
    x, y, weight = np.log(ratio), np.log(variance), (variance / error) ** 2
    centred = x - np.average(x, weights=weight)
    spread = float(np.sum(weight * centred**2))
    slope = float(np.sum(weight * centred * y)) / spread
    prefactor = float(np.exp(np.average(y - x, weights=weight)))
    return ScalingFit(
        Estimate(slope, spread**-0.5), Estimate(prefactor, prefactor * float(np.sum(weight)) ** -0.5)
    )
