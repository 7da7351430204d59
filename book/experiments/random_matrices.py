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
SCALES = {  # sizes and draws of the edge, exponents, shapes, draws, exponents and draws of λ_max, plants, M
    "quick": ((25, 50, 100, 200), 100, (1.0, 3.0, 5.0), ((200, 100),), 3, (1.0, 3.0), 40, 4, 200),
    "full": ((25, 50, 100, 200, 400, 800), 400, MU, SHAPES, 8, (1.0, 2.0, 3.0, 5.0), 300, 100, 400),
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
    sizes, edge_draws, exponents, shapes, draws, extreme, extreme_draws, plants, M = SCALES[scale]
    result = {
        f"edge/{size}": experiment.cell(partial(edge, M=size, draws=edge_draws), part="edge")
        for size in sizes
    }
    for kind, those in (("lomax", shapes), ("signed", shapes[:1]), ("pareto", shapes[:1])):
        for rows, columns in those:
            for mu in exponents:
                task = partial(alpha, kind=kind, N=rows, M=columns, mu=mu, draws=draws)
                result[f"alpha/{kind}/{rows}/{columns}/{mu}"] = experiment.cell(task, part="alpha")
    for mu in extreme:
        task = partial(largest, mu=mu, draws=extreme_draws)
        result[f"largest/{mu}"] = experiment.cell(task, part="largest")
    return result | {"phases": experiment.cell(partial(phases, plants=plants, M=M), part="phases")}


if __name__ == "__main__":
    experiment.run("random_matrices", cells, WAYS)
