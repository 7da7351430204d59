"""The Gaussian RBM: eigenvalues on their way from noise to the target, and what α and B make of them.

Cells:
- flow: updates (k,), history (k, runs, 10): eigenvalues from W ~ 0.1 N(0, 1), at the authors' α and k;
- scan/K/ALPHA/B: levels (m, 10) around the fixed point after K sweeps an update ("fresh": infinitely many).
"""

import math
from functools import partial
from typing import Any

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import SINGLE, close, exact
from dnnising import dynamics

FLOW: dict[str, dict[str, Any]] = {"quick": {"chains": 64, "runs": 10}, "full": {"chains": 64, "runs": 100}}
SCANS = {
    "quick": {"fresh": [(0.5, 250), (0.5, 1000), (0.5, 5000), (0.25, 500)]},
    "full": {
        "3": [(0.1, chains) for chains in (4, 8, 16, 32, 64, 128)],
        "fresh": [(rate, round(rate / ratio)) for rate in (0.1, 0.5) for ratio in (2e-3, 5e-4, 1e-4, 2e-5)],
    },
}
RUNS = {"quick": (8, 12), "full": (100, 20)}
RELAXATIONS = 80  # in units of 1/α: 2.5 times the slowest mode's


def flow(rng: np.random.Generator, chains: int, runs: int) -> dict[str, np.ndarray]:
    run = dynamics.train_rbm(chains=chains, runs=runs, updates=8000, snapshots=80, rng=rng)
    return {"updates": run.updates, "history": run.history.astype(np.float32)}


def scan(
    rng: np.random.Generator, sweeps: float, learning_rate: float, chains: int, runs: int, kept: int
) -> dict[str, np.ndarray]:
    gap = round(RELAXATIONS / learning_rate)
    run = dynamics.train_rbm(
        learning_rate=learning_rate,
        chains=chains,
        sweeps=sweeps,
        runs=runs,
        start="target",
        updates=gap * (kept + 2),
        snapshots=kept + 2,
        rng=rng,
    )
    settled = run.history[2:]  # the first two still remember the start
    return {"levels": settled.reshape(-1, 10).astype(np.float32)}


WAYS = {"updates": exact, "history": close(SINGLE), "levels": close(SINGLE)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    runs, kept = RUNS[scale]
    found = {"flow": experiment.cell(partial(flow, **FLOW[scale]), part="flow")}
    for name, points in SCANS[scale].items():
        sweeps = math.inf if name == "fresh" else int(name)
        for rate, chains in points:
            cell = partial(scan, sweeps=sweeps, learning_rate=rate, chains=chains, runs=runs, kept=kept)
            found[f"scan/{name}/{rate}/{chains}"] = experiment.cell(cell, part="scan")
    return found


if __name__ == "__main__":
    experiment.run("rbm", cells, WAYS)
