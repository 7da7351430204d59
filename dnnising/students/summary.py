"""What is kept of many students at one place: quantiles over them, in single precision."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.students.learning_phases import LearningPhase, assign_learning_phase
from dnnising.students.training import StudentRun

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The levels of the quantiles that `summarise` keeps, in their order."""
LOWER, MEDIAN, UPPER = 1, 2, 3  # the quartiles among them
WITH_QUANTILES = (
    "mean_squared_error",
    "scaled_loss",
    "gradient_norm",
    "alignment",
    "displacement",
    "correlation",
    "raw_correlation",
)
"""The observables of which `summarise` keeps quantiles."""


def summarise(run: StudentRun) -> dict[str, NDArray]:
    """The observables of a run as quantiles over its students, of which NaN counts as the largest number.

    Args:
        run: students watched through time, from `train_students`.

    Returns:
        Arrays by name, float32 but for updates (k,), the k looks, from 0. By `QUANTILES`, of shape (q, k),
        mean_squared_error (2L), scaled_loss (L/½⟨|y|²⟩), gradient_norm (‖∂L/∂W‖), alignment (cos(h, φ)),
        displacement (‖W - W_0‖/‖W_0‖), correlation (of the features with the first ones, G(t, 0),
        normalised), raw_correlation (the same, not normalised, as Aarts 2025 has it). Medians: correlations
        (k, k) and raw_correlations (k, k) between any two looks, and singular_values (k, m) of the first
        layer that learns. Shares of the students: shares (k, 3) in each `LearningPhase`, in its order, and
        overflowed (k,), those whose loss is not finite.

    >>> from dnnising.students import TeacherStudent, train_students
    >>> task = TeacherStudent(widths=(2, 1), trained=(0,), examples=20)  # without a hidden layer
    >>> warm = {"temperature": 0.02, "weight_scale": 1.0}
    >>> run = train_students(task, **warm, updates=1000, snapshots=3, runs=5, rng=0)
    >>> found = summarise(run)
    >>> found["updates"].tolist(), found["scaled_loss"].shape
    ([0, 10, 100, 1000], (5, 4))
    >>> bool(np.all(np.diff(found["scaled_loss"][2]) < 0))  # the error shrinks, and without noise to 0
    True
    >>> found["shares"][-1].tolist()  # all have learnt
    [1.0, 0.0, 0.0]
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scaled = run.losses / run.null_losses[:, None]
        normalised = run.normalised_correlations
        phases = assign_learning_phase(scaled, run.displacements)
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
            "shares": np.mean([phases == phase for phase in LearningPhase], axis=1).T,
            "overflowed": np.mean(~np.isfinite(run.losses), axis=0),
        }
        return {
            "updates": run.updates,
            **{name: np.asarray(values, dtype=np.float32) for name, values in fields.items()},
        }


def quantiles(values: ArrayLike, levels: Sequence[float] = QUANTILES) -> NDArray[np.float64]:
    """Over the first axis, (q, …): the value at rank ⌈q n⌉; NaN sorts last, and spoils no other.

    >>> quantiles([1.0, np.nan, 3.0, 2.0], (0.25, 0.5, 0.75)).tolist()
    [1.0, 2.0, 3.0]
    """
    ordered = np.sort(values, axis=0)
    return ordered[[max(0, int(np.ceil(level * len(ordered))) - 1) for level in levels]]
