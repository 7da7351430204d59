"""A mean over random probes, with its error."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dnnising.printing import one_line


@one_line
@dataclass(frozen=True)
class Estimate:
    """A mean over random probes, with its error.

    Args:
        value: the mean, in the units of what is estimated.
        error: one standard error of the mean, in the same units.

    >>> Estimate(value=1.5, error=0.25)
    Estimate(1.5 ± 0.25)
    """

    value: float
    error: float

    def _told(self) -> list[str]:
        return [f"{self.value:.4g} ± {self.error:.2g}"]


def estimate(values: NDArray[np.float64]) -> Estimate:
    """From two or more independent values (n,).

    Raises:
        ValueError: fewer than two values.
    """
    if len(values) < 2:
        raise ValueError(
            f"an error needs at least 2 values, got {len(values)}; take more probes or directions"
        )
    return Estimate(float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5))
