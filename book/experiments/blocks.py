"""Figure 3 of the first source: the width of g(E) as transformer blocks are added one by one.

A cell is ORDER/LENGTH/KIND/SAMPLE of the embedded model: ORDER "first" takes blocks 0 … LENGTH-1, "last"
takes the last LENGTH; KIND is "trained", "across" (shuffled over all matrices that take part) or "rotated".
Fields: those of `measure.by_annealing`, n_spins, n_bonds. The quick scale takes the corner of every matrix.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure

N_BLOCKS = 6
SCALES = {  # lengths, size of the corner or all, sweeps, samples
    "quick": ((1, 2), 64, 50, 1),
    "full": (range(1, N_BLOCKS + 1), None, 200, 3),
}


def chain(
    rng: np.random.Generator, order: str, length: int, kind: str, size: int | None, sweeps: int
) -> dict[str, np.ndarray]:
    start = 0 if order == "first" else N_BLOCKS - length
    network = measure.corner(di.load_network("minilm", range(start, start + length)), size)
    network = measure.NULLS[kind](network, rng)
    return measure.by_annealing(network, rng, sweeps) | measure.sizes(network)


WAYS = measure.ANNEALED | measure.SIZES


def cells(scale: str) -> dict[str, experiment.Cell]:
    lengths, size, sweeps, samples = SCALES[scale]
    found: dict[str, experiment.Cell] = {}
    for length in lengths:
        for order in ("first", "last") if length < N_BLOCKS else ("first",):
            for kind in ("trained", "across", "rotated"):
                for k in range(samples if order == "first" else 1):
                    cell = partial(chain, order=order, length=length, kind=kind, size=size, sweeps=sweeps)
                    found[f"{order}/{length}/{kind}/{k}"] = experiment.cell(cell, sample=k)
    return found


if __name__ == "__main__":
    experiment.run("blocks", cells, WAYS)
