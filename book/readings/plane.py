"""What the stored students of `phase_plane.py` and its relatives say, as arrays over the plane."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dnnising.results import Cells
from dnnising.students import LearningPhase, assign_learning_phase

LOWER, MEDIAN, UPPER = 1, 2, 3  # among the stored quantiles


@dataclass(frozen=True, eq=False)
class Plane:
    """Fields (m, n, …) over T and σ_W, as `students.summary` has them behind the first two axes."""

    temperatures: NDArray
    weight_scales: NDArray
    updates: NDArray
    fields: dict[str, NDArray]
    scale: str
    seeds: int  # students at each point

    def median(self, name: str, look: int = -1) -> NDArray:
        """(m, n)"""
        return self.fields[name][:, :, MEDIAN, look]

    def error(self, name: str) -> NDArray:
        """Standard error of the median at the end, (m, n): 0.93 quartile distances over √seeds."""
        quartiles = self.fields[name][:, :, :, -1]
        spread = quartiles[:, :, UPPER] - quartiles[:, :, LOWER]
        return 0.93 * spread / np.sqrt(self.seeds)

    def phases(self, look: int = -1) -> NDArray:
        """(m, n), of the median student."""
        return assign_learning_phase(self.median("scaled_loss", look), self.median("displacement", look))

    def share(self, phase: LearningPhase, look: int = -1) -> float:
        """Of the points of the plane."""
        return float(np.mean(self.phases(look) == phase))

    def at(self, temperature: float, weight_scale: float) -> tuple[int, int]:
        """The nearest point, in the logarithm."""
        i = np.abs(np.log(self.temperatures / temperature)).argmin()
        return int(i), int(np.abs(np.log(self.weight_scales / weight_scale)).argmin())

    def look(self, updates: int) -> int:
        """The look nearest to so many updates, in the logarithm."""
        return int(np.abs(np.log(np.maximum(self.updates, 0.5) / updates)).argmin())


@cache
def read_plane(students: Cells) -> Plane:
    """From cells that are a point each."""
    first = next(iter(students)).one
    axes = {name: sorted(students.values(name)) for name in ("temperature", "weight_scale")}
    return Plane(
        temperatures=np.array(axes["temperature"]),
        weight_scales=np.array(axes["weight_scale"]),
        updates=first["updates"],
        fields={name: students.grid(name, **axes) for name in first if name != "updates"},
        scale=students.scale,
        seeds=students.parameter("seeds"),
    )


@dataclass(frozen=True)
class Trend:
    """ln y = ln y_0 - a ln t, fitted; each with the error that its own scatter gives."""

    exponent: float
    error: float
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
    return Trend(-slope, residual / np.sqrt(spread), float(level), float(centre), residual, spread, len(x))
