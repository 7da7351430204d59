"""Where gradient descent ends on the spherical p-spin glass, and how it gets there.

A cell is P/N/SAMPLE, one glass of N spins and eight descents from random starts, in single precision. Fields:
energy (8,), the last H/N of each; times (41,) of dσ/dt = -gradient, and history (41,), H/N there, the mean
over starts; what has ended stays.
"""

from functools import partial

import numpy as np
import torch

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import SINGLE, close

STARTS = 8
TIMES = np.geomspace(0.05, 150, 41)
SCALES = {  # glasses, by p and N
    "quick": {3: {16: 4, 32: 4}},
    "full": {
        3: {32: 48, 64: 32, 128: 16, 256: 4},
        4: {16: 24, 24: 16},
    },
}


def descents(rng: np.random.Generator, p: int, n: int) -> dict[str, np.ndarray]:
    glass = di.spherical_pspin(p, n, rng=rng, dtype=torch.float32)
    run = di.landscapes.descend(glass, runs=STARTS, rng=rng)
    history = np.interp(TIMES, run.times, run.history.mean(axis=1))
    return {"energy": run.energy_per_spin, "times": TIMES, "history": history}


WAYS = {"energy": close(SINGLE), "times": close(), "history": close(SINGLE)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    return {
        f"{p}/{n}/{k}": experiment.cell(partial(descents, p=p, n=n), glass=k)
        for p, sizes in SCALES[scale].items()
        for n, glasses in sizes.items()
        for k in range(glasses)
    }


if __name__ == "__main__":
    experiment.run("pspin_descent", cells, WAYS)
