"""Densities of states at the first source's own size: MPNet-base and two of its nulls by parallel tempering.

MPNet-base has bert-base's shape, 65,280 spins and 70.8 million bonds. A cell is KIND: "trained", "across"
(its weights shuffled) or "rotated" (its singular values between random singular vectors). Fields: those of
`equilibrium`; transition_temperature, n_spins, n_bonds. The ladder ends at T = 2.5, an eleventh of the
transition temperature of the trained network: the ground state is the subject of `leading_vectors`. A cell
takes about an hour on one core and keeps its state, so `--resume` goes on in its middle.

The quick scale takes the corner of every matrix of the embedded network's first block.
"""

from functools import partial
from pathlib import Path

import numpy as np

import dnnising as di
from book.experiments import equilibrium, experiment, measure

NAMES = {"quick": "corner", "full": "mpnet"}
SWEEPS, COLDEST = {"quick": 400, "full": 800}, {"quick": 2.0, "full": 0.4}  # β in units of 1/weight
KINDS = ("trained", "across", "rotated")


def sample(
    rng: np.random.Generator, name: str, kind: str, sweeps: int, beta_max: float, path: Path | None = None
) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](measure.network_named(name), rng)
    run = di.parallel_tempering(network, rng=rng, sweeps=sweeps, beta_max=beta_max, path=path)
    return equilibrium.densities(network, run) | measure.by_stability(network) | measure.sizes(network)


WAYS = equilibrium.WAYS | measure.TRANSITION | measure.SIZES


def cells(scale: str) -> dict[str, experiment.Cell]:
    one = partial(sample, name=NAMES[scale], sweeps=SWEEPS[scale], beta_max=COLDEST[scale])
    return {kind: experiment.cell(partial(one, kind=kind), keeps=True) for kind in KINDS}


if __name__ == "__main__":
    experiment.run("base_size", cells, WAYS)
