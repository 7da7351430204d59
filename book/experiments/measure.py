"""What the experiments of this folder measure on a network, and the nulls they compare it with."""

import numpy as np

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import (
    SINGLE,
    bound,
    close,
    exact,
    not_compared,
    roughly,
    starts,
    within,
)
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
    return {"squares": np.array(network.energy_variance)}


def by_stability(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    """The transition temperature by the spectrum, NaN where the paramagnet stays stable."""
    try:
        return {"transition_temperature": np.array(di.transition_temperature(network))}
    except NoTransitionError:
        return {"transition_temperature": np.array(np.nan)}


RANKS = (0, 1, 4)


def by_theory(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    """Ground states by replica-symmetric theory, without sampling.

    theory_energies (ranks,), with the `ranks` (ranks,) leading directions of every matrix in noise.
    """
    models = [di.exact.signal_and_noise(network, rank=rank) for rank in RANKS]
    energies = [di.exact.replica_symmetric(model, [0.0]).energy[0] for model in models]
    return {"ranks": np.array(RANKS), "theory_energies": np.array(energies)}


SIZES = {"n_spins": exact, "n_bonds": exact}
TRANSITION = {"transition_temperature": close(SINGLE)}
THEORY = {"ranks": exact, "theory_energies": close(SINGLE)}
ANNEALED = {"lowest_energy": bound, "lowest_energies": starts}
TEMPERED = ANNEALED | {
    "temperatures": close(),
    "shortcomings": not_compared("signs at the edge of significance come and go"),
}
for name in ("energy", "heat_capacity", "entropy"):
    TEMPERED |= {name: within(), f"{name}_error": roughly()}
"""How what the functions below measure is compared on another machine."""


def network_named(name: str) -> di.LayeredCouplings:
    """A network of `load_network`, or "corner" for a part of the embedded one in which all takes a second.

    Raises:
        experiment.Unreachable: it is not installed here.
    """
    if name == "corner":
        return corner(di.load_network("minilm", range(1)), 32)
    try:
        return di.load_network(name)
    except di.MissingExtraError as error:
        raise experiment.Unreachable(str(error)) from error


def corner(network: di.LayeredCouplings, size: int | None) -> di.LayeredCouplings:
    """The first `size` spins of every layer, all if None: trained weights where a search takes no time."""
    return di.LayeredCouplings([matrix[:size, :size] for matrix in network.couplings])


def by_annealing(
    network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int
) -> dict[str, np.ndarray]:
    """The best of 64 annealed replicas; W = 2|E_min|, as g(E) = g(-E).

    lowest_energy () bounds E_min from above; lowest_energies (64,) are those of all replicas, ascending, the
    best of which were quenched: their spread is that of the bound, which is the first of them.
    """
    found = di.anneal(network, rng=rng, sweeps=sweeps)
    return {"lowest_energy": np.array(found.energy), "lowest_energies": found.energies}


def lowest_by_tenths(network: di.LayeredCouplings, run: di.TemperingRun) -> np.ndarray:
    """(10 · runs,), ascending: the lowest energy of each tenth of each tempering run.

    In place of the first stands the lowest of all, which may have been met before, while the run settled.
    """
    found = np.sort([part.min() for energies in run.energies for part in np.array_split(energies, 10)])
    found[0] = network.energy(network.unflatten(run.lowest))
    return np.maximum(found, found[0])  # the others were summed in single precision


def by_tempering(
    network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int
) -> dict[str, np.ndarray]:
    """Two tempering runs: the lowest energy, and the thermodynamics where equilibrium could be shown.

    lowest_energy () is a bound from above, lowest_energies (starts,) the best of each tenth of
    each run, ascending; and
    temperatures (m,), with energy, heat_capacity and entropy (m,) per spin and their errors energy_error, …,
    NaN where equilibrium was not shown; shortcomings of the runs.
    """
    run = di.parallel_tempering(network, rng=rng, sweeps=sweeps)
    result = {
        "lowest_energy": np.array(network.energy(network.unflatten(run.lowest))),
        "lowest_energies": lowest_by_tenths(network, run),
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
