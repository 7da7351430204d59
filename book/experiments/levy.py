"""Exact ground states of small glasses with Gaussian couplings and with heavy tails.

Cells DISORDER/N, DISORDER "gaussian" or the tail index μ: energy (samples,), the lowest per spin, and share
(samples,), of the largest |J| in the lowest |E|.
"""

from functools import partial

import experiment
import numpy as np

import dnnising as di
from dnnising import models

DISORDERS = ("gaussian", 1.5, 1.0, 0.5)
SCALES = {"quick": ((6, 8), 60), "full": ((8, 10, 12, 14, 16, 18, 20), 600)}  # spins, samples


def glass(n, disorder, rng):
    if disorder == "gaussian":
        return models.sherrington_kirkpatrick(n, rng=rng)
    return models.levy_glass(n, disorder, rng=rng)


def ground_states(rng, disorder, n, samples):
    energy, share = np.empty(samples), np.empty(samples)
    for k in range(samples):
        sample = glass(n, disorder, rng)
        lowest = di.exact.enumerate_energies(sample).min()
        energy[k], share[k] = lowest / n, np.abs(sample.couplings).max() / abs(lowest)
    return {"energy": energy, "share": share}


def cells(scale):
    sizes, samples = SCALES[scale]
    return {
        f"{disorder}/{n}": partial(ground_states, disorder=disorder, n=n, samples=samples)
        for disorder in DISORDERS
        for n in sizes
    }


if __name__ == "__main__":
    experiment.run("levy", cells)
