"""Norms and exponents of trained networks against their test errors: capacity without data?

Cells WIDTH/DEPTH/BATCH/NOISE/SEED, one network each: the metrics of its hidden matrices, averaged over them
as the source averages over layers, and train_error, test_error and loss, all of shape (). NOISE is the share
of training labels that was redrawn, in per cent.
"""

from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np

import dnnising as di
from book.experiments import experiment, numpy_network
from book.experiments.agreement import SINGLE, close
from book.experiments.digits import split

METRICS = ("log_norm", "log_spectral_norm", "log_alpha_norm", "weighted_alpha", "alpha", "stable_rank")


class Scale(NamedTuple):
    """The networks that are trained, and for how long."""

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    batches: tuple[int, ...]
    noises: tuple[int, ...]  # in per cent
    epochs: int
    seeds: int


SCALES = {
    "quick": Scale(widths=(64, 128), depths=(1, 2), batches=(16, 100), noises=(0, 40), epochs=5, seeds=1),
    "full": Scale(
        widths=(64, 128, 256), depths=(1, 2, 3), batches=(8, 64), noises=(0, 20, 40), epochs=30, seeds=2
    ),
}
N_TRAIN, RATE = 1000, 0.01


def trained(
    rng: np.random.Generator, width: int, depth: int, batch: int, noise: int, epochs: int
) -> dict[str, np.ndarray]:
    data = split(rng, N_TRAIN, noise / 100)
    layers = numpy_network.initial((64, *[width] * depth, 10), rng)
    steps = epochs * (N_TRAIN // batch)
    numpy_network.fit(layers, data, rng, batch=batch, steps=steps, rate=RATE)
    table = di.spectra.analyze({f"fc{k}": W for k, (W, _) in enumerate(layers[:-1])})
    return {name: np.array(table[name].mean()) for name in METRICS} | numpy_network.report(layers, data)


WAYS = numpy_network.ways(N_TRAIN) | dict.fromkeys(METRICS, close(SINGLE))


def cells(scale: str) -> dict[str, experiment.Cell]:
    chosen = SCALES[scale]
    found = {}
    for width, depth, batch, noise in product(chosen.widths, chosen.depths, chosen.batches, chosen.noises):
        task = partial(trained, width=width, depth=depth, batch=batch, noise=noise, epochs=chosen.epochs)
        for seed in range(chosen.seeds):
            found[f"{width}/{depth}/{batch}/{noise}/{seed}"] = experiment.cell(task, seed=seed)
    return found


if __name__ == "__main__":
    experiment.run("capacity", cells, WAYS)
