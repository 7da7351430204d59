"""Networks that differ in their batch size and in nothing else: their spectra, and how they generalise.

Cells PROTOCOL/BATCH/SEED: the eigenvalues of each hidden matrix, `fc1` (64,) of 256×64 and `fc2` (128,) of
128×256, as `di.spectra.spectrum` normalises them, and train_error, test_error, loss (). PROTOCOL is
"epochs", the source's, in which a small batch makes more steps, or "steps", in which all make equally many.
Cells initial/SEED hold the spectra before training.

Cells convolution/BATCH/SEED: `maps` (9, 32), the eigenvalues of the nine 64×32 feature maps of the second
convolution of a small convolutional network, trained for as many epochs; and the errors.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import torch

import dnnising as di
from book.experiments import experiment, numpy_network
from book.experiments.agreement import levels
from book.experiments.digits import batches, split
from dnnising.randomness import torch_seeded

BATCHES = (2, 4, 8, 16, 32, 100, 250, 500)  # the source's
SIZES = (64, 256, 128, 10)
N_TRAIN, RATE = 1000, 0.01


class Scale(NamedTuple):
    """How long networks are trained by either protocol, and how many; by epochs, convolutional ones."""

    epochs: int
    steps: int
    batches: tuple[int, ...]
    seeds: int
    convolution_epochs: int
    convolution_batches: tuple[int, ...]
    convolution_seeds: int


SCALES = {
    "quick": Scale(
        epochs=3,
        steps=300,
        batches=(2, 32, 500),
        seeds=1,
        convolution_epochs=1,
        convolution_batches=(32, 500),
        convolution_seeds=1,
    ),
    "full": Scale(
        epochs=20,
        steps=3000,
        batches=BATCHES,
        seeds=5,
        convolution_epochs=5,
        convolution_batches=(2, 8, 32, 100, 500),
        convolution_seeds=3,
    ),
}


def spectra(layers: numpy_network.Layers) -> dict[str, np.ndarray]:
    return {f"fc{k + 1}": di.spectra.spectrum(W).eigenvalues for k, (W, _) in enumerate(layers[:-1])}


def untrained(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return spectra(numpy_network.initial(SIZES, rng))


def trained(rng: np.random.Generator, batch: int, steps: int) -> dict[str, np.ndarray]:
    data = split(rng, N_TRAIN)
    layers = numpy_network.initial(SIZES, rng)
    numpy_network.fit(layers, data, rng, batch=batch, steps=steps, rate=RATE)
    return spectra(layers) | numpy_network.report(layers, data)


def convolution(rng: np.random.Generator, batch: int, steps: int) -> dict[str, np.ndarray]:
    data = split(rng, N_TRAIN)
    torch.set_num_threads(1)
    with torch_seeded(rng):
        network = torch.nn.Sequential(
            torch.nn.Conv2d(1, 32, 3),
            torch.nn.ReLU(),
            torch.nn.Conv2d(32, 64, 3),
            torch.nn.ReLU(),
            torch.nn.MaxPool2d(2),
            torch.nn.Flatten(),
            torch.nn.Linear(256, 10),
        )
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=float(numpy_network.MOMENTUM))
    images, labels = (torch.from_numpy(part) for part in (data.train_images, data.train_labels))
    for picks in batches(rng, N_TRAIN, batch, steps):
        optimiser.zero_grad()
        logits = network(images[picks].reshape(-1, 1, 8, 8))
        torch.nn.functional.cross_entropy(logits, labels[picks]).backward()
        optimiser.step()
    maps = [W for layer, _, W in di.spectra.layer_matrices(network) if layer == "2"]
    return {
        "maps": np.array([di.spectra.spectrum(W).eigenvalues for W in maps]),
        "train_error": _error(network, data.train_images, data.train_labels),
        "test_error": _error(network, data.test_images, data.test_labels),
    }


def _error(network: torch.nn.Module, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        found = network(torch.from_numpy(images).reshape(-1, 1, 8, 8)).argmax(1).numpy()
    return np.array(np.mean(found != labels))


WAYS = numpy_network.ways(N_TRAIN, chaotic=True) | {"fc1": levels, "fc2": levels, "maps": levels}


def cells(scale: str) -> dict[str, experiment.Cell]:
    chosen = SCALES[scale]
    result = {
        f"initial/{seed}": experiment.cell(untrained, part="initial", seed=seed)
        for seed in range(chosen.seeds)
    }
    for batch in chosen.batches:
        for protocol, number in (("epochs", chosen.epochs * (N_TRAIN // batch)), ("steps", chosen.steps)):
            for seed in range(chosen.seeds):
                task = partial(trained, batch=batch, steps=number)
                result[f"{protocol}/{batch}/{seed}"] = experiment.cell(task, part=protocol, seed=seed)
    for batch in chosen.convolution_batches:
        for seed in range(chosen.convolution_seeds):
            steps = chosen.convolution_epochs * (N_TRAIN // batch)
            task = partial(convolution, batch=batch, steps=steps)
            result[f"convolution/{batch}/{seed}"] = experiment.cell(task, part="convolution", seed=seed)
    return result


if __name__ == "__main__":
    experiment.run("batch_size", cells, WAYS)
