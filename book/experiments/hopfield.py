"""How well a Hopfield memory recalls, by load and size.

Cells N: loads (k,) and overlaps (k, samples), of the state in which a memory comes to rest with the stored
pattern that it started from. Cell "mixtures": `loads` (k,), and `mixed` (k, samples), the smallest of the
three overlaps at rest from the sign of three patterns' sum, and `energies` (k, samples, 2), E/N of that state
and of the state reached from the first pattern.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import close
from dnnising import models, sampling

LOADS = np.array([0.02, 0.05, 0.08, 0.1, 0.12, 0.13, 0.14, 0.15, 0.16, 0.18, 0.2])
SCALES = {  # sizes, samples, size and loads of the mixtures
    "quick": ((100, 200), 4, 200, (0.02, 0.1)),
    "full": ((250, 500, 1000, 2000), 20, 1000, (0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1)),
}


def recalled(rng: np.random.Generator, n_spins: int, samples: int) -> dict[str, np.ndarray]:
    overlaps = [
        sampling.recall_overlaps(n_spins, load, samples=samples, rng=own)
        for load, own in zip(LOADS, rng.spawn(len(LOADS)))
    ]
    return {"loads": LOADS, "overlaps": np.array(overlaps)}


def mixtures(
    rng: np.random.Generator, n_spins: int, loads: Sequence[float], samples: int
) -> dict[str, np.ndarray]:
    found = [
        [mixture(own, n_spins, round(load * n_spins)) for own in generator.spawn(samples)]
        for load, generator in zip(loads, rng.spawn(len(loads)))
    ]
    mixed, spurious, pure = np.moveaxis(np.array(found), 2, 0)
    return {"loads": np.array(loads), "mixed": mixed, "energies": np.stack([spurious, pure], axis=2)}


def mixture(rng: np.random.Generator, n_spins: int, number: int) -> tuple[float, float, float]:
    patterns = rng.choice(np.array([-1, 1], dtype=np.int8), size=(number, n_spins))
    memory = models.hopfield(patterns)
    end = sampling.recall(patterns, np.sign(patterns[:3].sum(axis=0)), rng=rng)
    pure = sampling.recall(patterns, patterns[0], rng=rng)
    energies = [memory.energy(state.spins) / n_spins for state in (end, pure)]
    return np.abs(end.overlaps[:3]).min(), *energies


WAYS = {"loads": close(), "overlaps": close(), "mixed": close(), "energies": close()}


def cells(scale: str) -> dict[str, experiment.Cell]:
    sizes, samples, size, loads = SCALES[scale]
    mixed = partial(mixtures, n_spins=size, loads=loads, samples=samples)
    return {
        f"{n}": experiment.cell(partial(recalled, n_spins=n, samples=samples), part="recall") for n in sizes
    } | {"mixtures": experiment.cell(mixed, part="mixtures")}


if __name__ == "__main__":
    experiment.run("hopfield", cells, WAYS)
