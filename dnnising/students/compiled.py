"""Stochastic gradient descent on one student, compiled."""

import numpy as np
from numpy.typing import NDArray

from dnnising.students.kernel import ACTIVATIONS, descend_batches
from dnnising.students.student import Student, TeacherStudent, draw_batches


def train_compiled(
    task: TeacherStudent, student: Student, temperature: float, batch: int, times: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Weights (times, n) of the student at the given updates, the first of which is 0."""
    sizes = np.array(task.learning_widths, dtype=np.int64)
    weights = student.weights.copy()
    path = [student.weights]
    for stretch in np.diff(times):
        for order in draw_batches(student, int(stretch), batch):
            descend_batches(
                weights,
                sizes,
                task.learning,
                ACTIVATIONS[task.activation],
                student.inputs,
                student.targets,
                order,
                float(temperature),
            )
        path.append(weights.copy())
    return np.array(path)
