"""Blocks, matrices and first blocks of two more pretrained networks, each a spin glass of its own.

What `nulls` and `blocks` measure on the embedded network. A cell is NAME/PART/KIND/SAMPLE: PART is "block0",
…, "matrix0", … along the chain, or "first1", …, the first blocks together. KIND is "trained" or a null: for
blocks and matrices "within" and "rotated", for first blocks "across". Fields: those of
`measure.by_annealing`, n_spins, n_bonds.

Where a network is not installed (`make networks`) its cells are left out; the same command with `--resume`
adds them. The quick scale takes the corner of the embedded network's first block.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure

BLOCKS = {"quick": {"corner": 1}, "full": {"antiberty": 8, "mpnet": 12}}
MATRICES = 4  # of a block
SWEEPS, SAMPLES = {"quick": 40, "full": 60}, {"quick": 1, "full": 2}
NULLS = {"block": ("within", "rotated"), "matrix": ("within", "rotated"), "first": ("across",)}


def part_of(network: di.LayeredCouplings, part: str) -> di.LayeredCouplings:
    """The matrices of a part."""
    kind, number = part.rstrip("0123456789"), int(part.lstrip("abcdefghijklmnopqrstuvwxyz"))
    first, last = {
        "matrix": (number, number + 1),
        "block": (MATRICES * number, MATRICES * (number + 1)),
        "first": (0, MATRICES * number),
    }[kind]
    return di.LayeredCouplings(network.couplings[first:last])


def sample(rng: np.random.Generator, name: str, part: str, kind: str, sweeps: int) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](part_of(measure.network_named(name), part), rng)
    return measure.by_annealing(network, rng, sweeps) | measure.sizes(network)


WAYS = measure.ANNEALED | measure.SIZES


def cells(scale: str) -> dict[str, experiment.Cell]:
    found: dict[str, experiment.Cell] = {}
    for name, blocks in BLOCKS[scale].items():
        numbers = {"block": range(blocks), "matrix": range(MATRICES * blocks), "first": range(1, blocks + 1)}
        for what, nulls in NULLS.items():
            for number in numbers[what]:
                for kind in ("trained", *nulls):
                    for k in range(1 if kind == "trained" else SAMPLES[scale]):
                        part = f"{what}{number}"
                        cell = partial(sample, name=name, part=part, kind=kind, sweeps=SWEEPS[scale])
                        found[f"{name}/{part}/{kind}/{k}"] = experiment.cell(cell, sample=k)
    return found


if __name__ == "__main__":
    experiment.run("parts", cells, WAYS)
