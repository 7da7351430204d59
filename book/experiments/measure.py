"""What the experiments of this folder measure on a network, and the nulls they compare it with."""

import numpy as np

import dnnising as di
from dnnising.exact import NoTransitionError

TEMPERATURES = np.geomspace(0.2, 60.0, 120)  # in units of the weights

NULLS = {
    "trained": lambda network, rng: network,
    "across": lambda network, rng: di.shuffle(network, rng=rng),
    "within": lambda network, rng: di.shuffle(network, within=True, rng=rng),
    "rotated": lambda network, rng: di.rotate(network, rng=rng),
}
"""By name, a network made from another one: itself, its weights shuffled over all matrices or within each,
or its singular values between Haar-random singular vectors."""


def sizes(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    return {"n_spins": np.array(network.n_spins), "n_bonds": np.array(network.n_bonds)}


def squares(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    """Σ J², the variance of g(E)."""
    return {"squares": np.array(sum(np.sum(matrix.astype(float) ** 2) for matrix in network.couplings))}


def transition(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    """The transition temperature by the spectrum, NaN where the paramagnet stays stable."""
    try:
        return {"transition_temperature": np.array(di.transition_temperature(network))}
    except NoTransitionError:
        return {"transition_temperature": np.array(np.nan)}


def annealed(network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    """The lowest energy of 64 annealed replicas; W = 2|E_min|, as g(E) = g(-E)."""
    return {"lowest_energy": np.array(di.anneal(network, rng=rng, sweeps=sweeps).energy)}


def tempered(network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    """Two tempering runs: the lowest energy, and the thermodynamics where equilibrium could be shown.

    temperatures (m,), with energy, heat_capacity and entropy (m,) per spin and their errors energy_error, …,
    NaN where equilibrium was not shown; shortcomings of the runs.
    """
    run = di.parallel_tempering(network, rng=rng, sweeps=sweeps)
    result = {
        "lowest_energy": np.array(network.energy(network.unflatten(run.lowest))),
        "temperatures": TEMPERATURES,
        "shortcomings": np.array(run.shortcomings, dtype=str),
    }
    names = ("energy", "heat_capacity", "entropy")
    result |= {name + end: np.full(TEMPERATURES.size, np.nan) for name in names for end in ("", "_error")}
    try:
        sound = di.equilibrated(run)
    except di.NotConvergedError:  # too short to show it anywhere
        return result
    shown = 1 / sound.betas[-1] <= TEMPERATURES
    heat = di.thermodynamics(di.multi_histogram(sound), TEMPERATURES[shown])
    for name in names:
        result[name][shown] = getattr(heat, name) / network.n_spins
        result[f"{name}_error"][shown] = getattr(heat.errors, name) / network.n_spins
    return result
