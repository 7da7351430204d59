"""Exact ground states and local minima of small glasses with Gaussian couplings and with heavy tails.

Cells DISORDER/N, DISORDER "gaussian" or the tail index μ. Fields, each (samples,): energy, the lowest per
spin; share, of the largest |J| in the lowest |E|; minima, the number of states that no single flip lowers,
and excess, the mean of (E - E_0)/|E_0| over them.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import close
from dnnising import models

DISORDERS = ("gaussian", 1.5, 1.0, 0.5)
SCALES = {"quick": ((6, 8), 60), "full": ((8, 10, 12, 14, 16, 18), 400)}  # spins, samples


def glass(n: int, disorder: str | float, rng: np.random.Generator) -> models.DenseCouplings:
    if isinstance(disorder, str):  # "gaussian"
        return models.sherrington_kirkpatrick(n, rng=rng)
    return models.levy_glass(n, disorder, rng=rng)


def local_minima(energies: np.ndarray, n: int) -> np.ndarray:
    """Of all 2^n energies, those of states that no flip lowers; flipping spin i flips bit i of the number."""
    states = np.arange(energies.size)
    stable = np.all([energies <= energies[states ^ (1 << i)] for i in range(n)], axis=0)
    return energies[stable]


def ground_states(
    rng: np.random.Generator, disorder: str | float, n: int, samples: int
) -> dict[str, np.ndarray]:
    rows = []
    for _ in range(samples):
        sample = glass(n, disorder, rng)
        energies = di.exact.enumerate_energies(sample)
        lowest, low = energies.min(), local_minima(energies, n)
        share = np.abs(sample.couplings).max() / abs(lowest)
        rows.append((lowest / n, share, low.size, np.mean(low - lowest) / abs(lowest)))
    return dict(zip(("energy", "share", "minima", "excess"), np.array(rows).T))


WAYS = {name: close() for name in ("energy", "share", "minima", "excess")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    sizes, samples = SCALES[scale]
    return {
        f"{disorder}/{n}": experiment.cell(partial(ground_states, disorder=disorder, n=n, samples=samples))
        for disorder in DISORDERS
        for n in sizes
    }


if __name__ == "__main__":
    experiment.run("levy", cells, WAYS)
