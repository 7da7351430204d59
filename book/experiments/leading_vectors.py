"""Three pretrained transformers and their nulls, beside what their leading singular vectors predict.

A cell is NAME/KIND/SAMPLE: NAME of `load_network`, or "corner" for a part of the embedded network at the
quick scale; KIND is "trained" or a null of `measure.NULLS`, with its own random numbers in each sample.
Fields: predicted_energy (), the exact lowest energy with one singular value a matrix, and those of
`measure.by_theory`, all known before anything is sampled; those of `measure.by_annealing`; carried_energy (),
what the predicted state has in the whole network; transition_temperature; n_spins, n_bonds.

Where a network is not installed (`make networks`) its cells are left out; the same command with `--resume`
adds them.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import SINGLE, close

NAMES = {"quick": ("corner",), "full": ("minilm", "antiberty", "mpnet")}
SWEEPS, SAMPLES = {"quick": 40, "full": 100}, {"quick": 1, "full": 2}


def sample(rng: np.random.Generator, name: str, kind: str, sweeps: int) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](measure.network_named(name), rng)
    predicted = di.exact.rank_one_ground_state(network)
    energies = {
        "predicted_energy": np.array(predicted.energy),
        "carried_energy": np.array(network.energy(predicted.spins)),
    }
    energies |= measure.by_theory(network)
    return (
        energies
        | measure.by_annealing(network, rng, sweeps)
        | measure.by_stability(network)
        | measure.sizes(network)
    )


WAYS = measure.ANNEALED | measure.THEORY | measure.TRANSITION | measure.SIZES
WAYS |= {"predicted_energy": close(), "carried_energy": close(SINGLE)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    return {
        f"{name}/{kind}/{k}": experiment.cell(
            partial(sample, name=name, kind=kind, sweeps=SWEEPS[scale]), sample=k
        )
        for name in NAMES[scale]
        for kind in measure.NULLS
        for k in range(SAMPLES[scale])
    }


if __name__ == "__main__":
    experiment.run("leading_vectors", cells, WAYS)
