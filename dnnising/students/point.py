"""One point of a phase diagram: many students at one temperature and one scale of weights."""

import numpy as np
from numpy.typing import NDArray

from dnnising.randomness import Rng, generator_of
from dnnising.students.student import TeacherStudent
from dnnising.students.training import train_students

AT_THE_END = (
    "scaled_loss",
    "mean_squared_error",
    "gradient_norm",
    "alignment",
    "correlation",
    "raw_correlation",
    "displacement",
    "largest_eigenvalue",
    "diverged",
)


def phase_point(
    rng: Rng,
    *,
    task: TeacherStudent,
    temperature: float,
    weight_scale: float,
    batch: int,
    updates: int,
    snapshots: int,
    seeds: int,
) -> dict[str, NDArray]:
    """What a phase diagram keeps of `train_students` at one temperature and one scale of weights.

    A student that has overflowed has NaN or infinite entries and is counted in `diverged`; medians are taken
    with NaN above every number, so they are NaN once half of the students have overflowed.

    Args:
        rng: a numpy Generator, or an integer seed for one.
        task: teacher, student and examples.
        temperature: T = ε/B, learning rate over batch.
        weight_scale: σ_W; learning layers start from N(0, σ_W²/n_(l-1)).
        batch: B, examples in an update.
        updates: how many each student makes.
        snapshots: how many looks after the one at the start, evenly spaced in the logarithm of the updates.
        seeds: how many students, each with a teacher of its own.

    Returns:
        Arrays by name. The times are updates (k,), from 0. What each student has come to, (seeds,), is
        scaled_loss (L/½⟨|y|²⟩), mean_squared_error (2L), gradient_norm (‖∂L/∂W‖), alignment (cos(h, φ)),
        correlation (of the last features with the first, normalised), raw_correlation (the same, not
        normalised, as Aarts 2025 has it), displacement (‖W - W_0‖/‖W_0‖), largest_eigenvalue (x_max = ξ_max²,
        the largest singular value of the first layer that learns, squared) and diverged. Medians over the
        seeds are scaled_losses (k,), displacements (k,), correlations (k, k) normalised, raw_correlations (k,
        k), and singular_values (k, m) of the first layer that learns.

    Raises:
        ValueError: a temperature or weight_scale that is not positive and finite, or batch, updates,
            snapshots or seeds below 1.

    >>> task = TeacherStudent(widths=(2, 1), trained=(0,), samples=20)  # without a hidden layer
    >>> point = phase_point(
    ...     0, task=task, temperature=0.02, weight_scale=1.0, batch=4, updates=1000, snapshots=3, seeds=5
    ... )
    >>> point["updates"].tolist(), point["scaled_losses"].shape
    ([0, 10, 100, 1000], (4,))
    >>> bool(np.all(np.diff(point["scaled_losses"]) < 0))  # the error shrinks, and without noise to 0
    True
    """
    rng = generator_of(rng)
    run = train_students(
        task,
        temperature=temperature,
        weight_scale=weight_scale,
        batch=batch,
        updates=updates,
        snapshots=snapshots,
        seeds=seeds,
        rng=rng,
    )
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scaled = run.losses / run.null_losses[:, None]
        normalised = run.normalised_correlations
        return {
            "updates": run.updates,
            "scaled_loss": scaled[:, -1],
            "mean_squared_error": 2 * run.loss,
            "gradient_norm": run.gradient_norms[:, -1],
            "alignment": run.alignment,
            "correlation": normalised[:, 0, -1],
            "raw_correlation": run.correlations[:, 0, -1],
            "displacement": run.displacement,
            "largest_eigenvalue": run.singular_values[:, -1, 0] ** 2,
            "diverged": run.diverged,
            "scaled_losses": median_over_seeds(scaled),
            "displacements": median_over_seeds(run.displacements),
            "correlations": median_over_seeds(normalised),
            "raw_correlations": median_over_seeds(run.correlations),
            "singular_values": median_over_seeds(run.singular_values),
        }


def median_over_seeds(values: NDArray) -> NDArray[np.float64]:
    """Over the first axis; NaN, which sorts last, is larger than any number, and so is infinity."""
    return np.sort(values, axis=0)[(len(values) - 1) // 2 : len(values) // 2 + 1].mean(axis=0)
