"""The phase diagrams that `phase_plane.py` and its relatives stored, and how a loss goes on in time."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dnnising import Estimate
from dnnising.results import Cells
from dnnising.students import PhaseDiagram


@cache
def read_plane(students: Cells) -> PhaseDiagram:
    """The diagram of cells that are a point each."""
    first = next(iter(students)).one
    axes = {name: sorted(students.values(name)) for name in ("temperature", "weight_scale")}
    return PhaseDiagram(
        temperatures=np.array(axes["temperature"]),
        weight_scales=np.array(axes["weight_scale"]),
        updates=first["updates"],
        runs=students.parameter("runs"),
        observables={name: students.grid(name, **axes) for name in first if name != "updates"},
    )


@dataclass(frozen=True)
class Trend:
    """ln y = ln y_0 - a ln t, fitted; each with the error that its own scatter gives."""

    exponent: Estimate
    _level: float
    _centre: float
    _residual: float
    _spread: float
    _number: int

    def at(self, updates: float) -> tuple[float, float]:
        """y extrapolated, and the factor by which it is uncertain: e to the standard error of ln y."""
        x = np.log(updates) - self._centre
        error = self._residual * np.sqrt(1 + 1 / self._number + x**2 / self._spread)
        return float(np.exp(self._level - self.exponent * x)), float(np.exp(error))


def power_of_time(updates: NDArray, values: NDArray) -> Trend:
    """Least squares of ln y on ln t; looks at one and the same students are not independent, so the error is
    a lower bound."""
    x, y = np.log(updates), np.log(values)
    centre, level = x.mean(), y.mean()
    spread = float(np.sum((x - centre) ** 2))
    slope = float(np.sum((x - centre) * y)) / spread
    residual = float(np.sqrt(np.sum((y - level - slope * (x - centre)) ** 2) / (len(x) - 2)))
    return Trend(
        Estimate(-slope, residual / np.sqrt(spread)), float(level), float(centre), residual, spread, len(x)
    )
