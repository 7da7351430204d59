"""Dyson's Brownian motion by its eigenvalues alone and by whole matrices.

Cells LAW/N/BETA, LAW "levels" or "matrix": eigenvalues (runs, n), five relaxation times after all were at 0,
for σ = 1.
"""

from functools import partial

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import SINGLE, close
from dnnising import dynamics

WALKS = {
    "quick": [(2, 1, 2000), (2, 2, 2000), (16, 1, 20)],
    "full": [(2, 1, 8000), (2, 2, 8000), (2, 4, 8000), (64, 1, 60)],
}
LAWS = {"levels": dynamics.simulate_dyson, "matrix": dynamics.simulate_matrix}


def walk(rng: np.random.Generator, law: str, n: int, beta: int, runs: int) -> dict[str, np.ndarray]:
    path = LAWS[law](n, beta=beta, time=5.0, runs=runs, rng=rng)
    return {"eigenvalues": path.eigenvalues.astype(np.float32)}


WAYS = {"eigenvalues": close(SINGLE, of_largest=True)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    return {
        f"{law}/{n}/{beta}": experiment.cell(partial(walk, law=law, n=n, beta=beta, runs=runs))
        for law in LAWS
        for n, beta, runs in WALKS[scale]
    }


if __name__ == "__main__":
    experiment.run("dyson", cells, WAYS)
