"""Figure 3 of the first source: the width of g(E) as transformer blocks are added one by one.

A cell is ORDER/LENGTH/KIND/SAMPLE of the embedded model: ORDER "first" takes blocks 0 … LENGTH-1, "last"
takes the last LENGTH; KIND is "trained", "across" (weights shuffled over all matrices that take part),
"within" or "rotated". Fields: lowest_energy of the best of 64 annealed replicas (by g(E) = g(-E) the width
is W = 2|E_min|), transition_temperature (NaN where there is none), n_spins, n_bonds.
"""

from functools import partial

import experiment
import numpy as np

import dnnising as di
from dnnising.exact import NoTransitionError

N_BLOCKS = 6
SCALES = {"quick": ((1,), 20, 1), "full": (range(1, N_BLOCKS + 1), 400, 5)}  # lengths, sweeps, samples
KINDS = {
    "trained": lambda network, rng: network,
    "across": lambda network, rng: di.shuffle(network, rng=rng),
    "within": lambda network, rng: di.shuffle(network, within=True, rng=rng),
    "rotated": lambda network, rng: di.rotate(network, rng=rng),
}


def chosen(order, length):
    return range(length) if order == "first" else range(N_BLOCKS - length, N_BLOCKS)


def chain(rng, order, length, kind, sweeps):
    network = KINDS[kind](di.load_network("minilm", chosen(order, length)), rng)
    try:
        transition = di.transition_temperature(network)
    except NoTransitionError:
        transition = np.nan
    return {
        "lowest_energy": np.array(di.anneal(network, rng=rng, sweeps=sweeps).energy),
        "transition_temperature": np.array(transition),
        "n_spins": np.array(network.n_spins),
        "n_bonds": np.array(network.n_bonds),
    }


def cells(scale):
    lengths, sweeps, samples = SCALES[scale]
    found = {}
    for length in lengths:
        for order in ("first", "last") if length < N_BLOCKS else ("first",):
            for kind in KINDS:
                for k in range(samples if order == "first" else min(samples, 2)):
                    cell = partial(chain, order=order, length=length, kind=kind, sweeps=sweeps)
                    found[f"{order}/{length}/{kind}/{k}"] = cell
    return found


if __name__ == "__main__":
    experiment.run("blocks", cells)
