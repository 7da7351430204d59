"""What the experiments keep of many students at one point: quantiles over seeds, in single precision."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from book.experiments.agreement import exact, mostly
from dnnising import students

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
RANGES = {"temperature": (2.0**-5, 2.0**6), "weight_scale": (2.0**-3, 2.0**8)}
LINES = {  # through the plane: what varies, and where the other stands
    "temperature": {"weight_scale": 0.5},
    "weight_scale": {"temperature": 0.125},
}

WAYS = {"updates": exact} | dict.fromkeys(
    (
        "mean_squared_error",
        "scaled_loss",
        "gradient_norm",
        "alignment",
        "displacement",
        "correlation",
        "raw_correlation",
        "correlations",
        "raw_correlations",
        "singular_values",
        "shares",
        "overflowed",
    ),
    mostly,
)
"""Of the fields of `summary`: students that learn too hotly forget their rounding soon, the others never."""


def summary(run: students.StudentRun) -> dict[str, np.ndarray]:
    """Fields by name, with k looks, q quantiles and m singular values.

    - updates (k,), from 0;
    - quantiles over seeds (q, k): mean_squared_error (2L), scaled_loss (L/½⟨|y|²⟩), gradient_norm,
      alignment, displacement, correlation (G(t, 0), normalised), raw_correlation (G(t, 0));
    - medians over seeds: correlations (k, k) and raw_correlations (k, k), between any two looks;
      singular_values (k, m) of the first layer that learns;
    - shares (k, 3) of the seeds in each `students.LearningPhase`, in its order; overflowed (k,), the share of
      seeds whose loss is not finite.

    NaN counts as larger than any number.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scaled = run.losses / run.null_losses[:, None]
        normalised = run.normalised_correlations
        phases = students.assign_learning_phase(scaled, run.displacements)
        fields = {
            "mean_squared_error": quantiles(2 * run.losses),
            "scaled_loss": quantiles(scaled),
            "gradient_norm": quantiles(run.gradient_norms),
            "alignment": quantiles(run.alignments),
            "displacement": quantiles(run.displacements),
            "correlation": quantiles(normalised[:, 0]),
            "raw_correlation": quantiles(run.correlations[:, 0]),
            "correlations": quantiles(normalised, (0.5,))[0],
            "raw_correlations": quantiles(run.correlations, (0.5,))[0],
            "singular_values": quantiles(run.singular_values, (0.5,))[0],
            "shares": np.mean([phases == phase for phase in students.LearningPhase], axis=1).T,
            "overflowed": np.mean(~np.isfinite(run.losses), axis=0),
        }
        return {
            "updates": run.updates,
            **{name: np.asarray(values, dtype=np.float32) for name, values in fields.items()},
        }


def quantiles(values: np.ndarray, levels: Sequence[float] = QUANTILES) -> np.ndarray:
    """Over the first axis, (q, …): the value at rank ⌈q n⌉; NaN sorts last, and spoils no other."""
    ordered = np.sort(values, axis=0)
    return ordered[[max(0, int(np.ceil(level * len(ordered))) - 1) for level in levels]]


def point(
    rng: np.random.Generator, temperature: float, weight_scale: float, **options: Any
) -> dict[str, np.ndarray]:
    """`train_students` at one point of the plane: the fields of `summary`."""
    run = students.train_students(temperature=temperature, weight_scale=weight_scale, **options, rng=rng)
    return summary(run)


def axis(name: str, points: int) -> np.ndarray:
    """Values of "temperature" or "weight_scale" over the plane, evenly spaced in their logarithm."""
    return np.geomspace(*RANGES[name], points)


def along(line: str, points: int) -> list[dict[str, Any]]:
    """Temperature and weight scale of each point of one of `LINES`."""
    return [LINES[line] | {line: value} for value in axis(line, points)]
