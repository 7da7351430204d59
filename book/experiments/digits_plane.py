"""The plane of temperature and initial weights on a second task: handwritten digits.

A cell BATCH/T/σ_W is a point of the plane: 64-32-10 tanh networks, both layers learning by the compiled
descent on ½|ŷ - y|², y one of ten unit vectors, from N(0, σ_W²/n_(l-1)). By seed (runs,): scaled_loss, of
the training examples over that of a network that always answers 0; displacement ‖W - W_0‖/‖W_0‖; train_error
and test_error, shares of wrong digits. All networks see equally many examples.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np

from book.experiments import experiment, student_points
from book.experiments.agreement import mostly
from book.experiments.digits import split
from dnnising import students
from dnnising.students.compiled import train_compiled
from dnnising.students.student import Student

N_TRAIN = 1000
TASK = students.TeacherStudent(widths=(64, 32, 10), trained=(0, 1), examples=N_TRAIN)
FIELDS = ("scaled_loss", "displacement", "train_error", "test_error")
SCALES = {  # points an axis, batches, runs, examples seen
    "quick": (4, (4,), 2, 8_000),
    "full": (10, (1, 4, 16), 5, 60_000),
}


def point(rng: np.random.Generator, runs: int, **options: Any) -> dict[str, np.ndarray]:
    by_seed = [learnt(own, **options) for own in rng.spawn(runs)]
    return dict(zip(FIELDS, np.array(by_seed, dtype=np.float32).T))


def learnt(
    rng: np.random.Generator, temperature: float, weight_scale: float, batch: int, examples: int
) -> tuple[np.floating, ...]:
    """`FIELDS` of one network; an answer that is not a number is wrong."""
    data = split(rng, N_TRAIN)
    start = [rng.standard_normal(shape) / np.sqrt(shape[0]) for shape in ((64, 32), (32, 10))]
    weights = weight_scale * np.concatenate([matrix.ravel() for matrix in start])
    targets = np.eye(10)[data.train_labels]
    student = Student(data.train_images.astype(float), targets, weights, (), rng)
    end = train_compiled(TASK, student, temperature, batch, np.array([0, examples // batch]))[-1]
    with np.errstate(over="ignore", invalid="ignore"):
        answers = outputs(end, data.train_images)
        return (
            np.mean(np.sum((answers - targets) ** 2, axis=1)),
            np.linalg.norm(end - weights) / np.linalg.norm(weights),
            wrong(answers, data.train_labels),
            wrong(outputs(end, data.test_images), data.test_labels),
        )


def outputs(flat: np.ndarray, images: np.ndarray) -> np.ndarray:
    return TASK.forward(images, TASK.matrices(flat))[-1]


def wrong(answers: np.ndarray, labels: np.ndarray) -> np.floating:
    finite = np.isfinite(answers).all(axis=1)
    return np.mean(~finite | (np.argmax(answers, axis=1) != labels))


WAYS = dict.fromkeys(FIELDS, mostly)


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, batches, runs, examples = SCALES[scale]
    options: dict[str, Any] = {"runs": runs, "examples": examples}
    rows = product(batches, np.geomspace(2.0**-12, 2.0**-2, points))
    return {
        f"{batch}/{temperature:.6g}/{weight_scale:.6g}": experiment.cell(
            partial(point, temperature=temperature, weight_scale=weight_scale, batch=batch, **options),
            stream=(row, column),
        )
        for row, (batch, temperature) in enumerate(rows)
        for column, weight_scale in enumerate(student_points.axis("weight_scale", points))
    }


if __name__ == "__main__":
    experiment.run("digits_plane", cells, WAYS)
