"""Spectra of random matrices: the edge of noise, heavy tails and fitted exponents, planted phases.

Cells edge/M: `largest` (draws,), λ_max of Gaussian (2M, M) matrices of unit variance. Cells
alpha/ENTRIES/N/M/MU: `alpha` (draws,) fitted to (N, M) matrices whose entries have the tail x^(-1-μ).
Cells largest/MU: `largest` and `entry` (draws,), N·λ_max and the largest squared entry of (400, 200) Lomax
matrices of random sign. Cell phases: `found` (6, 6), how many planted matrices of each phase (rows, in the
order of `di.spectra.PHASES`) are found as each phase.

ENTRIES: "lomax" is positive, P(W > w) = (1 + w)^(-μ), as the source's authors draw; "signed" has the same
with a random sign; "pareto" has a random sign and |W| ≥ 1, P(|W| > w) = w^(-μ).
"""

from functools import partial
from typing import NamedTuple

import numpy as np

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import close, exact

MU = tuple(np.arange(1, 13) / 2)  # 0.5 to 6
SHAPES = (
    (1000, 500),
    (500, 500),
    (2000, 250),
    (2000, 500),
    (2000, 1000),
    (4000, 500),
)  # (N, M); the first for all entries
RATIOS = (1, 1.5, 2, 3)  # Q of the planted matrices, in turn


class Scale(NamedTuple):
    """Sizes M and draws of the edge; exponents μ, shapes and draws of fitted matrices; exponents and draws of
    λ_max; plants of each phase, and their M."""

    edge_sizes: tuple[int, ...]
    edge_draws: int
    exponents: tuple[float, ...]
    shapes: tuple[tuple[int, int], ...]
    draws: int
    extreme_exponents: tuple[float, ...]
    extreme_draws: int
    plants: int
    planted_size: int


SCALES = {
    "quick": Scale(
        edge_sizes=(25, 50, 100, 200),
        edge_draws=100,
        exponents=(1.0, 3.0, 5.0),
        shapes=((200, 100),),
        draws=3,
        extreme_exponents=(1.0, 3.0),
        extreme_draws=40,
        plants=4,
        planted_size=200,
    ),
    "full": Scale(
        edge_sizes=(25, 50, 100, 200, 400, 800),
        edge_draws=400,
        exponents=MU,
        shapes=SHAPES,
        draws=8,
        extreme_exponents=(1.0, 2.0, 3.0, 5.0),
        extreme_draws=300,
        plants=100,
        planted_size=400,
    ),
}


def edge(rng: np.random.Generator, M: int, draws: int) -> dict[str, np.ndarray]:
    return {
        "largest": np.array([di.spectra.gaussian_eigenvalues(2 * M, M, rng=rng)[-1] for _ in range(draws)])
    }


def entries(rng: np.random.Generator, kind: str, N: int, M: int, mu: float) -> np.ndarray:
    lomax = rng.pareto(mu, (N, M))
    if kind == "lomax":
        return lomax
    return rng.choice([-1.0, 1.0], (N, M)) * (lomax if kind == "signed" else 1 + lomax)


def alpha(
    rng: np.random.Generator, kind: str, N: int, M: int, mu: float, draws: int
) -> dict[str, np.ndarray]:
    found = (di.spectra.spectrum(entries(rng, kind, N, M, mu)).eigenvalues for _ in range(draws))
    return {"alpha": np.array([di.spectra.fit_power_law(values).alpha for values in found])}


def largest(rng: np.random.Generator, mu: float, draws: int) -> dict[str, np.ndarray]:
    matrices = [entries(rng, "signed", 400, 200, mu) for _ in range(draws)]
    return {
        "largest": np.array([400 * di.spectra.spectrum(W).largest for W in matrices]),
        "entry": np.array([np.max(W**2) for W in matrices]),
    }


def phases(rng: np.random.Generator, plants: int, M: int) -> dict[str, np.ndarray]:
    counts = np.zeros((6, 6), dtype=int)
    for row, phase in enumerate(di.spectra.PHASES):
        for k in range(plants):
            W = di.spectra.planted(phase, int(M * RATIOS[k % len(RATIOS)]), M, rng=rng)
            counts[row, di.spectra.PHASES.index(di.spectra.assign_spectral_phase(W).name)] += 1
    return {"found": counts}


WAYS = {"largest": close(), "entry": close(), "alpha": close(), "found": exact}


def cells(scale: str) -> dict[str, experiment.Cell]:
    of = SCALES[scale]
    result = {
        f"edge/{size}": experiment.cell(partial(edge, M=size, draws=of.edge_draws), part="edge")
        for size in of.edge_sizes
    }
    for kind, shapes in (("lomax", of.shapes), ("signed", of.shapes[:1]), ("pareto", of.shapes[:1])):
        for rows, columns in shapes:
            for mu in of.exponents:
                task = partial(alpha, kind=kind, N=rows, M=columns, mu=mu, draws=of.draws)
                result[f"alpha/{kind}/{rows}/{columns}/{mu}"] = experiment.cell(task, part="alpha")
    for mu in of.extreme_exponents:
        task = partial(largest, mu=mu, draws=of.extreme_draws)
        result[f"largest/{mu}"] = experiment.cell(task, part="largest")
    planted = partial(phases, plants=of.plants, M=of.planted_size)
    return result | {"phases": experiment.cell(planted, part="phases")}


if __name__ == "__main__":
    experiment.run("random_matrices", cells, WAYS)
