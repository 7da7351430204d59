"""Low states of the embedded transformer and of its nulls: does energy fall towards the lowest?

A cell is SCOPE/KIND/SAMPLE; SCOPE is "matrix2" (of the chain of block 0), its "corner", "block0" or "whole";
KIND is "trained" or a null of `measure.NULLS`. Fields: energy (states,), per spin, of states that were
annealed slowly or fast and then quenched; overlap (states, states), |S·S'|/N.
"""

from collections.abc import Iterable
from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import close

KINDS = ("trained", "within", "rotated")
REPLICAS = 4  # of which each annealing keeps the best
SCALES = {  # samples by part, sweeps of the annealings, annealings of each length
    "quick": ({"corner": 1}, (4, 16), 12),
    "full": ({"matrix2": 3, "block0": 3, "whole": 1}, (5, 20, 80), 10),
}


def network_of(part: str) -> di.LayeredCouplings:
    if part == "whole":
        return di.load_network("minilm")
    block = di.load_network("minilm", range(1))
    if part == "block0":
        return block
    return measure.corner(di.LayeredCouplings([block.couplings[2]]), 96 if part == "corner" else None)


def flat(states: Iterable[list[np.ndarray]]) -> np.ndarray:
    return np.array([np.concatenate([np.ravel(layer) for layer in state]) for state in states], dtype=float)


def low_states(
    rng: np.random.Generator, part: str, kind: str, lengths: Iterable[int], number: int
) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](network_of(part), rng)
    runs = [
        di.anneal(network, rng=rng, sweeps=sweeps, runs=REPLICAS) for sweeps in lengths for _ in range(number)
    ]
    states, n = flat([run.spins for run in runs]), network.n_spins
    return {
        "energy": np.array([run.energy for run in runs]) / n,
        "overlap": (np.abs(states @ states.T) / n).astype(np.float32),
    }


WAYS = {"energy": close(), "overlap": close()}


def cells(scale: str) -> dict[str, experiment.Cell]:
    parts, lengths, number = SCALES[scale]
    return {
        f"{part}/{kind}/{k}": experiment.cell(
            partial(low_states, part=part, kind=kind, lengths=lengths, number=number), sample=k
        )
        for part, samples in parts.items()
        for kind in KINDS
        for k in range(samples)
    }


if __name__ == "__main__":
    experiment.run("overlaps", cells, WAYS)
