"""Very simple deep learning: errors over noise in the labels and early stopping, and fewer examples instead.

Cell "plane": noises (m,), updates (k,), loads (m,), temperatures (k,), and training_errors and
generalisation_errors (runs, m, k) of `students.vsdl_plane` with 300 examples of 20 inputs. Cells
fewer/SHARE: the same of networks that learn the remaining SHARE of the examples without noise.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import SINGLE, close, exact
from dnnising import students

EXAMPLES, UPDATES = 300, 30_000
SCALES = {  # noises, looks, runs
    "quick": (3, 4, 3),
    "full": (11, 13, 20),
}


def plane(
    rng: np.random.Generator,
    noises: Sequence[float] | np.ndarray,
    looks: int,
    runs: int,
    examples: int = EXAMPLES,
) -> dict[str, np.ndarray]:
    updates = np.unique(np.round(np.geomspace(10, UPDATES, looks)).astype(int))
    found = students.vsdl_plane(noises, updates, examples=examples, runs=runs, rng=rng)
    return {
        "noises": found.noises,
        "updates": found.updates,
        "loads": found.loads,
        "temperatures": found.temperatures,
        "training_errors": found.training_errors.astype(np.float32),
        "generalisation_errors": found.generalisation_errors.astype(np.float32),
    }


WAYS = {"updates": exact, "noises": close(), "loads": close()}
WAYS |= {name: close(SINGLE) for name in ("temperatures", "training_errors", "generalisation_errors")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, looks, runs = SCALES[scale]
    noises = np.linspace(0, 1, points)
    found = {"plane": experiment.cell(partial(plane, noises=noises, looks=looks, runs=runs), part="plane")}
    for share in 1 - noises[1:-1]:
        fewer = partial(plane, noises=[0.0], looks=looks, runs=runs, examples=round(share * EXAMPLES))
        found[f"fewer/{share:.1f}"] = experiment.cell(fewer, part="fewer")
    return found


if __name__ == "__main__":
    experiment.run("vsdl", cells, WAYS)
