"""What training leaves behind: the embedded transformer and its parts against three nulls.

A cell is SCOPE/KIND/SAMPLE. SCOPE is "whole", "block0" … "block5", or "matrix0" … "matrix23" along the chain;
KIND is "trained", "across" (weights shuffled over all matrices of the scope), "within" (each matrix shuffled
by itself) or "rotated" (the same singular values between Haar-random singular vectors). In a single matrix
across and within are one. Fields:
- lowest_energy, n_spins, n_bonds;
- transition_temperature, from the spectrum, NaN where there is none;
- temperatures (m,), with energy, heat_capacity and entropy (m,) per spin and their errors energy_error, …;
  where equilibrium could be shown, NaN below;
- shortcomings of the run.
"""

from functools import partial

import experiment
import numpy as np

import dnnising as di
from dnnising.exact import NoTransitionError

SCOPES = {
    "quick": ("matrix0",),
    "full": ("whole", *(f"block{l}" for l in range(6)), *(f"matrix{m}" for m in range(24))),
}
SWEEPS = {"quick": {"matrix": 60}, "full": {"whole": 400, "block": 500, "matrix": 1000}}
SAMPLES = {"quick": 1, "full": 5}
TEMPERATURES = np.geomspace(0.2, 60.0, 120)  # in units of the weights


def scope_of(name):
    kind, number = name.rstrip("0123456789"), name.lstrip("abcdefghijklmnopqrstuvwxyz")
    if kind == "whole":
        return di.load_network("minilm")
    if kind == "block":
        return di.load_network("minilm", range(int(number), int(number) + 1))
    block, matrix = divmod(int(number), 4)
    couplings = di.load_network("minilm", range(block, block + 1)).couplings[matrix]
    return di.LayeredCouplings([couplings])


NULLS = {
    "trained": lambda network, rng: network,
    "across": lambda network, rng: di.shuffle(network, rng=rng),
    "within": lambda network, rng: di.shuffle(network, within=True, rng=rng),
    "rotated": lambda network, rng: di.rotate(network, rng=rng),
}


def sample(rng, scope, kind, sweeps):
    network = NULLS[kind](scope_of(scope), rng)
    n = network.n_spins
    run = di.parallel_tempering(network, rng=rng, sweeps=sweeps)
    sound = di.equilibrated(run)
    shown = 1 / sound.betas[-1] <= TEMPERATURES
    heat = di.thermodynamics(di.multi_histogram(sound), TEMPERATURES[shown])
    result = {"temperatures": TEMPERATURES}
    for name in ("energy", "heat_capacity", "entropy"):
        for suffix, values in (("", heat), ("_error", heat.errors)):
            result[name + suffix] = np.full(TEMPERATURES.size, np.nan)
            result[name + suffix][shown] = getattr(values, name) / n
    try:
        transition = di.transition_temperature(network)
    except NoTransitionError:
        transition = np.nan
    return result | {
        "transition_temperature": np.array(transition),
        "lowest_energy": np.array(network.energy(network.unflatten(run.lowest))),
        "n_spins": np.array(n),
        "n_bonds": np.array(network.n_bonds),
        "shortcomings": np.array(run.shortcomings, dtype=str),
    }


def cells(scale):
    found = {}
    for scope in SCOPES[scale]:
        sweeps = SWEEPS[scale][scope.rstrip("0123456789")]
        for kind in NULLS:
            if kind == "across" and scope.startswith("matrix"):
                continue
            for k in range(min(2, SAMPLES[scale]) if kind == "trained" else SAMPLES[scale]):
                cell = partial(sample, scope=scope, kind=kind, sweeps=sweeps)
                found[f"{scope}/{kind}/{k}"] = cell
    return found


if __name__ == "__main__":
    experiment.run("nulls", cells)
