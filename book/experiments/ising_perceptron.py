"""Learning curves of the Ising perceptron, counted student by student.

Cells N: examples (k,), loads (k,), and over the sets gibbs_error and entropy (k,), means at zero temperature,
with gibbs_error_error and entropy_error; warm_error and warm_error_error at β = 1; `largest` (sets, k), the
generalisation error of the worst student without a training error.
"""

from functools import partial

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import close, exact
from dnnising import generalisation

SCALES = {  # weights, sets of examples
    "quick": ((9, 13), 10),
    "full": ((11, 15, 19, 21), 40),
}
LOADS = np.arange(0, 3.01, 0.25)


def counted(rng: np.random.Generator, n_weights: int, sets: int) -> dict[str, np.ndarray]:
    examples = np.unique(np.round(LOADS * n_weights).astype(int))
    students = generalisation.enumerate_students(n_weights, examples, samples=sets, rng=rng)
    consistent = students.counts[..., 0] > 0  # (sets, k, N + 1), by overlap
    errors = np.where(consistent, generalisation.generalisation_error(students.overlaps), 0.0)
    result = {"examples": examples, "loads": students.loads, "largest": errors.max(axis=2)}
    curves = {
        "gibbs_error": students.gibbs_errors(),
        "warm_error": students.gibbs_errors(beta=1.0),
        "entropy": students.entropies(),
    }
    for name, values in curves.items():
        result |= {name: values.mean(axis=0), f"{name}_error": values.std(axis=0, ddof=1) / np.sqrt(sets)}
    return result


CURVES = ("gibbs_error", "warm_error", "entropy")
WAYS = {"examples": exact, "loads": close(), "largest": close()}
WAYS |= {name + end: close() for name in CURVES for end in ("", "_error")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    sizes, sets = SCALES[scale]
    return {f"{n}": experiment.cell(partial(counted, n_weights=n, sets=sets)) for n in sizes}


if __name__ == "__main__":
    experiment.run("ising_perceptron", cells, WAYS)
