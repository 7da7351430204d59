"""The loss of a small network on linnerud beside the energy of a p-spin glass of as many variables.

A cell is SURFACE/SAMPLE. SURFACE is "network/initial" or "network/trained" (two hidden layers, so that three
weights multiply along each path), "pspin/random" or "pspin/minimum" (p = 3), the point about which slices are
cut. Planes reach one norm of the weights, or of the spins, in either direction: p-spin slices are
σ + s d_1 + t d_2 brought back to the sphere. Fields: minima (planes,), the number on each; spectrum
(lines, waves), shares of the variance of lines by wave number: 20 of lines of 41 points, as at full scale.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from sklearn.datasets import load_linnerud
from torch import Tensor
from torch.nn import functional as F

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import SINGLE, close, exact
from dnnising.models.pspin import to_sphere

BUDGET, HIDDEN, P = 80, 2, 3
Surface = tuple[di.landscapes.LossFunction, Tensor, Callable[[int], Tensor]]
SURFACES = ("network/initial", "network/trained", "pspin/random", "pspin/minimum")
SCALES = {"quick": (1, 2, 16, 40, 15), "full": (8, 4, 16, 400, 41)}  # samples, planes, lines, epochs, points


def linnerud() -> list[Tensor]:
    """Exercises (20, 3) and physiology (20, 3), each of mean 0 and variance 1."""
    tables = load_linnerud(return_X_y=True)
    return [torch.as_tensor((table - table.mean(0)) / table.std(0)) for table in tables]


def network_surface(rng: np.random.Generator, trained: bool, epochs: int) -> Surface:
    """A loss, a point and a function that draws directions there."""
    inputs, targets = linnerud()
    sizes = di.landscapes.sizes_for_budget(3, 3, depth=HIDDEN, parameters=BUDGET)
    network = di.landscapes.relu_network(sizes, rng=rng, dtype=torch.float64)
    if trained:
        di.landscapes.train(network, inputs, targets, rng=rng, epochs=epochs, batch=20, criterion=F.mse_loss)
    loss = di.landscapes.loss_function(network, inputs, targets, F.mse_loss)
    draw = partial(di.landscapes.filter_directions, network, rng=rng)
    return loss, di.landscapes.point_of(network), draw


def pspin_surface(rng: np.random.Generator, descended: bool) -> Surface:
    glass = di.spherical_pspin(P, BUDGET, rng=rng)
    point = glass.random_spins(1, rng)
    if descended:
        point = torch.as_tensor(di.landscapes.descend(glass, starts=1, rng=rng).spins)
    return lambda x: glass.energy(to_sphere(x)), point[0], partial(glass.random_spins, rng=rng)


def surface_of(surface: str, rng: np.random.Generator, epochs: int) -> Surface:
    kind, state = surface.split("/")
    if kind == "network":
        return network_surface(rng, state == "trained", epochs)
    return pspin_surface(rng, state == "minimum")


def slices(
    rng: np.random.Generator, surface: str, planes: int, lines: int, epochs: int, points: int
) -> dict[str, np.ndarray]:
    at = np.linspace(-1, 1, points)
    loss, point, draw = surface_of(surface, rng, epochs)
    seen = [di.landscapes.loss_plane(loss, point, draw(2), at, at).loss for _ in range(planes)]
    along = [di.landscapes.loss_line(loss, point, direction, at).loss for direction in draw(lines)]
    return {
        "minima": np.array([di.landscapes.count_minima(plane) for plane in seen]),
        "spectrum": np.array([di.landscapes.roughness_spectrum(line) for line in along]),
    }


WAYS = {"minima": exact, "spectrum": close(SINGLE, of_largest=True)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    samples, planes, lines, epochs, points = SCALES[scale]
    cell = partial(slices, planes=planes, lines=lines, epochs=epochs, points=points)
    return {
        f"{name}/{k}": experiment.cell(partial(cell, surface=name), sample=k)
        for name in SURFACES
        for k in range(samples)
    }


if __name__ == "__main__":
    experiment.run("linnerud", cells, WAYS)
