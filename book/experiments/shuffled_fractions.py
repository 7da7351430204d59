"""Table II of the first source: the width of g(E) and the task, as more and more weights are shuffled.

A cell is TASK/SAMPLE, with the tasks of `tasks`; a sample has its own shuffles and, where the model is
trained here, its own training. Fields, each with an axis of fractions in front: fractions; those of
`measure.by_annealing`; transition_temperature, NaN where there is none; the score under its name; and
n_spins ().
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure, tasks
from book.experiments.agreement import exact, wrongly_read
from dnnising.weights import shuffle_model

FRACTIONS = {"quick": (0.0, 1.0), "full": (0.0, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)}
SWEEPS = {"quick": 20, "full": 150}


def study(
    rng: np.random.Generator,
    make: Callable[[np.random.Generator], tasks.Task],
    fractions: Sequence[float],
    sweeps: int,
) -> dict[str, np.ndarray]:
    task = make(rng)
    rows = []
    for fraction in fractions:
        model = shuffle_model(task.model, fraction, rng=rng)
        network = di.load_network(model)
        found = measure.by_annealing(network, rng, sweeps) | measure.by_stability(network)
        rows.append(found | task.scores(model) | {"n_spins": network.n_spins})
    n_spins = [row.pop("n_spins") for row in rows]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {"fractions": np.array(fractions), "n_spins": np.array(n_spins[0])} | columns


WAYS = (
    measure.ANNEALED
    | measure.TRANSITION
    | {"fractions": exact, "n_spins": exact, "accuracy": wrongly_read(540)}
)


def cells(scale: str) -> dict[str, experiment.Cell]:
    makers: dict[str, tuple[Callable[[np.random.Generator], tasks.Task], int]]
    if scale == "quick":
        makers = {"digits": (partial(tasks.digit_task, epochs=1), 1)}
    else:
        makers = {
            "passages": (tasks.passage_task, 2),
            "characters": (partial(tasks.character_task, updates=3000), 3),
        }
        makers |= {"digits": (tasks.digit_task, 3)}
    cell = partial(study, fractions=FRACTIONS[scale], sweeps=SWEEPS[scale])
    return {
        f"{name}/{k}": experiment.cell(partial(cell, make=make), task=name, sample=k)
        for name, (make, n) in makers.items()
        for k in range(n)
    }


if __name__ == "__main__":
    experiment.run("shuffled_fractions", cells, WAYS)
