"""What sets the width of g(E): singular values, singular vectors, or their alignment along the chain.

A cell is KIND/SAMPLE of the embedded transformer, each kind a change to the trained couplings: "trained",
"rotated" (vectors gone), "flattened" (values made equal, vectors and Σ J² kept), "flattened-rotated" (both),
"rank1" … "rank256" (only the largest singular values kept), "rank1-rotated" … (those, between random ones).
The quick scale takes the corner of every matrix of the first block.
Fields: those of `measure.by_annealing`, energy_bound (the largest |E| that the singular
values allow), squares (Σ J²), n_spins.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import SINGLE, close, exact
from dnnising.weights import flatten, truncate

SCALES = {  # blocks, size of the corner or all, sweeps, ranks, samples
    "quick": (range(1), 64, 50, (4,), 1),
    "full": (range(6), None, 300, (1, 4, 16, 64, 256), 2),
}


def changed(kind: str, blocks: range, size: int | None, rng: np.random.Generator) -> di.LayeredCouplings:
    network = measure.corner(di.load_network("minilm", blocks), size)
    for change in kind.split("-"):
        if change.startswith("rank"):
            network = truncate(network, int(change.removeprefix("rank")))
        elif change == "flattened":
            network = flatten(network)
        elif change == "rotated":
            network = di.rotate(network, rng=rng)
    return network


def control(
    rng: np.random.Generator, kind: str, blocks: range, size: int | None, sweeps: int
) -> dict[str, np.ndarray]:
    network = changed(kind, blocks, size, rng)
    return (
        measure.by_annealing(network, rng, sweeps)
        | measure.squares(network)
        | {"energy_bound": np.array(di.energy_bound(network)), "n_spins": np.array(network.n_spins)}
    )


WAYS = measure.ANNEALED | {"energy_bound": close(SINGLE), "squares": close(SINGLE), "n_spins": exact}


def cells(scale: str) -> dict[str, experiment.Cell]:
    blocks, size, sweeps, ranks, samples = SCALES[scale]
    kinds = ["trained", "rotated", "flattened", "flattened-rotated"]
    kinds += [f"rank{rank}{suffix}" for rank in ranks for suffix in ("", "-rotated")]
    cell = partial(control, blocks=blocks, size=size, sweeps=sweeps)
    return {
        f"{kind}/{k}": experiment.cell(partial(cell, kind=kind), sample=k)
        for kind in kinds
        for k in range(samples)
    }


if __name__ == "__main__":
    experiment.run("controls", cells, WAYS)
