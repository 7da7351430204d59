"""What training leaves behind: the embedded transformer and its parts against three nulls.

A cell is PART/KIND/SAMPLE. PART is "whole", "block0" … "block5", "matrix0" … "matrix23" along the chain,
or "corner", those of the matrices of block 0; KIND is "trained" or a null of `measure.NULLS`. In a single
matrix "across" and "within" are one. Fields: those of `measure.by_tempering`, transition_temperature,
n_spins and n_bonds.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure

PARTS = {
    "quick": ("corner",),
    "full": ("whole", *(f"block{l}" for l in range(6)), *(f"matrix{m}" for m in range(24))),
}
SWEEPS = {"quick": {"corner": 1000}, "full": {"whole": 400, "block": 200, "matrix": 150}}
SAMPLES = {"quick": 1, "full": 5}


def part_of(name: str) -> di.LayeredCouplings:
    kind, number = name.rstrip("0123456789"), name.lstrip("abcdefghijklmnopqrstuvwxyz")
    if kind == "whole":
        return di.load_network("minilm")
    if kind == "corner":
        return measure.corner(di.load_network("minilm", range(1)), 32)
    if kind == "block":
        return di.load_network("minilm", range(int(number), int(number) + 1))
    block, matrix = divmod(int(number), 4)
    couplings = di.load_network("minilm", range(block, block + 1)).couplings[matrix]
    return di.LayeredCouplings([couplings])


def sample(rng: np.random.Generator, part: str, kind: str, sweeps: int) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](part_of(part), rng)
    return measure.by_tempering(network, rng, sweeps) | measure.by_stability(network) | measure.sizes(network)


WAYS = measure.TEMPERED | measure.TRANSITION | measure.SIZES


def cells(scale: str) -> dict[str, experiment.Cell]:
    found: dict[str, experiment.Cell] = {}
    for part in PARTS[scale]:
        sweeps = SWEEPS[scale][part.rstrip("0123456789")]
        for kind in measure.NULLS:
            if kind == "across" and part.startswith("matrix"):
                continue
            for k in range(min(2, SAMPLES[scale]) if kind == "trained" else SAMPLES[scale]):
                cell = partial(sample, part=part, kind=kind, sweeps=sweeps)
                found[f"{part}/{kind}/{k}"] = experiment.cell(cell, sample=k)
    return found


if __name__ == "__main__":
    experiment.run("nulls", cells, WAYS)
