"""Do networks that generalise come to more similar solutions than networks that memorise?

Cells NOISE/SET: networks of one training set of digits, of which a share of NOISE per cent of the labels was
redrawn, that differ in their initial weights and the order of batches. `similarity` (layers, pairs) is the
mean PWCCA of a pair in both directions, on test images; `untrained` (layers, pairs) that before
training; train_error and test_error (networks,); epochs (networks,), until a training error of 1 %, or the
last.
"""

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np

from book.experiments import experiment, numpy_network
from book.experiments.agreement import SINGLE, close, exact, wrongly_read
from book.experiments.digits import N_IMAGES, Split, split
from dnnising import spectra

SIZES, N_TRAIN, BATCH, RATE, LEARNT = (64, 64, 64, 10), 800, 20, 0.02, 0.01
SCALES = {  # noises in per cent, sets, networks, epochs at most
    "quick": ((0, 100), 1, 2, 12),
    "full": ((0, 50, 100), 6, 5, 400),
}


def trained(
    rng: np.random.Generator, data: Split, epochs: int
) -> tuple[list[np.ndarray], list[np.ndarray], dict[str, np.ndarray], int]:
    """Hidden representations of the test images before and after, errors, and how many epochs it took."""
    layers = numpy_network.initial(SIZES, rng)
    before = numpy_network.hidden(layers, data.test_images)
    errors, taken = numpy_network.report(layers, data), 0
    while errors["train_error"] > LEARNT and taken < epochs:
        numpy_network.fit(layers, data, rng, batch=BATCH, steps=N_TRAIN // BATCH, rate=RATE)
        errors, taken = numpy_network.report(layers, data), taken + 1
    return before, numpy_network.hidden(layers, data.test_images), errors, taken


def similarities(representations: Sequence[list[np.ndarray]]) -> np.ndarray:
    """(layers, pairs) of networks' representations, each a list of layers."""
    pairs = [
        [(spectra.pwcca(x, y) + spectra.pwcca(y, x)) / 2 for x, y in zip(one, other)]
        for one, other in combinations(representations, 2)
    ]
    return np.array(pairs).T


def group(rng: np.random.Generator, noise: int, networks: int, epochs: int) -> dict[str, np.ndarray]:
    data = split(rng, N_TRAIN, noise / 100)
    before, after, errors, taken = zip(*(trained(own, data, epochs) for own in rng.spawn(networks)))
    return {
        "similarity": similarities(after),
        "untrained": similarities(before),
        "train_error": np.array([found["train_error"] for found in errors]),
        "test_error": np.array([found["test_error"] for found in errors]),
        "epochs": np.array(taken),
    }


WAYS = {"similarity": close(SINGLE), "untrained": close(SINGLE), "epochs": exact}
WAYS |= {"train_error": wrongly_read(N_TRAIN), "test_error": wrongly_read(N_IMAGES - N_TRAIN)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    noises, sets, networks, epochs = SCALES[scale]
    return {
        f"{noise}/{number}": experiment.cell(
            partial(group, noise=noise, networks=networks, epochs=epochs), sample=number
        )
        for noise in noises
        for number in range(sets)
    }


if __name__ == "__main__":
    experiment.run("memorising", cells, WAYS)
