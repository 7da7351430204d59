"""Lines through the plane of temperature and initial weights, as the experiments on students store them."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from book.experiments.agreement import exact, mostly
from dnnising import students
from dnnising.students.summary import WITH_QUANTILES

RANGES = {"temperature": (2.0**-5, 2.0**6), "weight_scale": (2.0**-3, 2.0**8)}
LINES = {  # through the plane: what varies, and where the other stands
    "temperature": {"weight_scale": 0.5},
    "weight_scale": {"temperature": 0.125},
}
OTHERS = ("correlations", "raw_correlations", "singular_values", "shares", "overflowed")

WAYS = {"updates": exact} | dict.fromkeys(WITH_QUANTILES + OTHERS, mostly)
"""Of the fields of `line`: students that learn too hotly forget their rounding soon, the others never."""


def line(
    rng: np.random.Generator, temperatures: ArrayLike, weight_scales: ArrayLike, **options: Any
) -> dict[str, np.ndarray]:
    """`students.phase_diagram` along one axis, the other being a single number.

    Fields are updates (k,) and those of `students.summarise`, with an axis of points in front.
    """
    found = students.phase_diagram(temperatures, weight_scales, **options, rng=rng)
    fields = {name: values.reshape(-1, *values.shape[2:]) for name, values in found.observables.items()}
    return {"updates": found.updates} | fields


def through_plane(rng: np.random.Generator, name: str, points: int, **options: Any) -> dict[str, np.ndarray]:
    """`line` along one of `LINES`, with `points` (n,), the values of what varies."""
    values = axis(name, points)
    at = {other: [value] for other, value in LINES[name].items()} | {name: values}
    return {"points": values} | line(rng, at["temperature"], at["weight_scale"], **options)


def row(
    rng: np.random.Generator, temperature: float, weight_scales: np.ndarray, **options: Any
) -> dict[str, np.ndarray]:
    """`line` along σ_W, with `weight_scales` (n,)."""
    return {"weight_scales": weight_scales} | line(rng, [temperature], weight_scales, **options)


def axis(name: str, points: int) -> np.ndarray:
    """Values of "temperature" or "weight_scale" over the plane, evenly spaced in their logarithm."""
    return np.geomspace(*RANGES[name], points)
