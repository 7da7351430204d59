"""What is seen of a student while it learns: loss, gradient, spectra, alignment, memory."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dnnising.students.student import Student, TeacherStudent


class StudentHistory(NamedTuple):
    """One student at k times; `StudentRun` says what each is."""

    losses: NDArray[np.float64]  # (k,)
    gradient_norms: NDArray[np.float64]  # (k,)
    alignments: NDArray[np.float64]  # (k,)
    displacements: NDArray[np.float64]  # (k,)
    correlations: NDArray[np.float64]  # (k, k)
    spectra: tuple[NDArray[np.float64], ...]  # (k, min(n_(l-1), n_l)) a layer


def observe(task: TeacherStudent, student: Student, path: Sequence[NDArray[np.float64]]) -> StudentHistory:
    """Every observable from the weights at each time, the first of which is the start.

    A student whose weights have overflowed has NaN or infinite observables; nothing is raised.
    """
    features = np.empty((len(path), len(student.inputs) * task.widths[-2]))
    scalars = np.empty((len(path), 4))
    spectra = [_singular_values(matrix)[None].repeat(len(path), axis=0) for matrix in student.below]
    spectra += [np.array([_singular_values(task.matrices(flat)[l]) for flat in path]) for l in _above(task)]
    start = _learning(task, path[0])
    with np.errstate(over="ignore", invalid="ignore"):
        for t, flat in enumerate(path):
            phi = task.forward(student.inputs, task.matrices(flat))
            error = phi[-1] - student.targets
            moved = np.linalg.norm(_learning(task, flat) - start) / np.linalg.norm(start)
            scalars[t] = (
                0.5 * np.mean(np.sum(error**2, axis=1)),
                _gradient_norm(task, task.matrices(flat), phi, error),
                _alignment(student.targets @ task.matrices(flat)[-1].T, phi[-2]),
                moved,
            )
            features[t] = phi[-2].ravel()
        correlations = features @ features.T / features.shape[1]
    losses, gradient_norms, alignments, displacements = scalars.T
    return StudentHistory(losses, gradient_norms, alignments, displacements, correlations, tuple(spectra))


def _above(task: TeacherStudent) -> range:
    """The layers from the lowest that learns, counted from it."""
    return range(task.depth - task.lowest)


def _learning(task: TeacherStudent, flat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights that learn, flat."""
    return np.concatenate([m.ravel() for m, learns in zip(task.matrices(flat), task.learning) if learns])


def _gradient_norm(
    task: TeacherStudent, matrices: Sequence[NDArray], phi: Sequence[NDArray], error: NDArray
) -> float:
    """‖∂L/∂W‖ over all matrices that learn."""
    square, delta = 0.0, error
    for l in reversed(range(len(matrices))):
        if task.learning[l]:
            square += float(np.sum((phi[l].T @ delta / len(delta)) ** 2))
        if l > 0:
            delta = delta @ matrices[l].T * task.slope(phi[l])
    return float(np.sqrt(square))


def _alignment(fields: NDArray, features: NDArray) -> float:
    """Cosine of h and φ as vectors over features and examples, 0 if either vanishes."""
    length = np.linalg.norm(fields) * np.linalg.norm(features)
    return float(np.sum(fields * features) / length) if length != 0 else 0.0


def _singular_values(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Descending; all NaN if a weight is not finite."""
    if not np.all(np.isfinite(matrix)):
        return np.full(min(matrix.shape), np.nan)
    return np.asarray(np.linalg.svd(matrix, compute_uv=False))
