"""The lowest energy of the Sherrington-Kirkpatrick glass, size by size.

Cells N: `energy` and `energy_error` (), mean and standard error over samples of the lowest E/N found.
"""

from functools import partial

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import close
from dnnising import sampling

SCALES = {  # sizes, samples
    "quick": ((20, 40), 10),
    "full": ((32, 48, 64, 96, 128, 192), 100),
}


def lowest(rng: np.random.Generator, n_spins: int, samples: int) -> dict[str, np.ndarray]:
    energies, errors = sampling.sk_ground_energies([n_spins], samples=samples, rng=rng)
    return {"energy": np.array(energies[0]), "energy_error": np.array(errors[0])}


WAYS = {"energy": close(), "energy_error": close()}


def cells(scale: str) -> dict[str, experiment.Cell]:
    sizes, samples = SCALES[scale]
    return {f"{n}": experiment.cell(partial(lowest, n_spins=n, samples=samples)) for n in sizes}


if __name__ == "__main__":
    experiment.run("sk_ground_state", cells, WAYS)
