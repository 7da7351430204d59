"""Points of the plane of temperature and initial weights, as the experiments on students store them."""

from typing import Any

import numpy as np

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
"""Of the fields of `point`: students that learn too hotly forget their rounding soon, the others never."""


def point(
    rng: np.random.Generator, temperature: float, weight_scale: float, **options: Any
) -> dict[str, np.ndarray]:
    """`train_students` at one point of the plane: the fields of `students.summarise`."""
    run = students.train_students(temperature=temperature, weight_scale=weight_scale, **options, rng=rng)
    return students.summarise(run)


def axis(name: str, points: int) -> np.ndarray:
    """Values of "temperature" or "weight_scale" over the plane, evenly spaced in their logarithm."""
    return np.geomspace(*RANGES[name], points)


def along(line: str, points: int) -> list[dict[str, Any]]:
    """Temperature and weight scale of each point of one of `LINES`."""
    return [LINES[line] | {line: value} for value in axis(line, points)]
