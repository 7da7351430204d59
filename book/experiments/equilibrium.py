"""Densities of states at equilibrium: the embedded transformer and one shuffle of it by parallel tempering.

Fields of cell NETWORK ("trained" or "shuffled"):
- the whole ladder: betas, exchange (runs, n_betas - 1), round_trips (runs,), mean_energy (runs, n_betas),
  entropy (n_betas,) per spin, drift, seeds (n_betas,) in errors, autocorrelation (n_betas,) in sweeps, lowest
  (n_spins,), lowest_energy, lowest_energies (`measure.lowest_by_tenths`), shortcomings (the signs of
  equilibrium that are missing), equilibrated (how many rungs show all signs);
- the density, from the first `equilibrated` rungs: energies, log_g, log_g_error, leave_one_out, log_g_of_run
  (runs, n_levels) from each run alone, NaN where it has no sample.
Energies are in units of the weights. The quick scale takes the corner of every matrix of the first block.
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import (
    counts,
    curve,
    density_along,
    ladder,
    leave_one_out,
    level,
    roughly,
    state,
)
from dnnising.sampling import EnergySamples, energy_edges

SCALES = {"quick": (range(1), 48, 1000), "full": (range(6), None, 3000)}  # blocks, corner or all, sweeps
SHUFFLE_SEED = 1


def equilibrium(
    rng: np.random.Generator, name: str, blocks: range, size: int | None, sweeps: int
) -> dict[str, np.ndarray]:
    network = measure.corner(di.load_network("minilm", blocks), size)
    if name == "shuffled":
        network = di.shuffle(network, rng=np.random.default_rng(SHUFFLE_SEED))
    return densities(network, di.parallel_tempering(network, rng=rng, sweeps=sweeps))


def densities(network: di.LayeredCouplings, run: di.TemperingRun) -> dict[str, np.ndarray]:
    """All fields, of two independent runs."""
    sound = di.equilibrated(run)
    edges = energy_edges(sound)
    dos = di.multi_histogram(sound, edges=edges)
    alone = np.full((2, dos.energies.size), np.nan)
    for index in range(2):
        single = EnergySamples(sound.betas, sound.energies[[index]], sound.n_spins)
        own = di.multi_histogram(single, edges=edges)
        alone[index, np.isin(dos.energies, own.energies)] = own.log_g[np.isin(own.energies, dos.energies)]
    return {
        "betas": run.betas,
        "exchange": run.exchange,
        "round_trips": run.round_trips,
        "mean_energy": run.energies.mean(axis=1),
        "entropy": run.signs.entropy,
        "drift": run.signs.drift,
        "seeds": run.signs.scatter,
        "autocorrelation": di.autocorrelation_times(run),
        "lowest": run.lowest,
        "lowest_energy": np.array(network.energy(network.unflatten(run.lowest))),
        "lowest_energies": measure.lowest_by_tenths(network, run),
        "shortcomings": np.array(run.shortcomings, dtype=str),
        "equilibrated": np.array(sound.betas.size),
        "energies": dos.energies,
        "log_g": dos.log_g,
        "log_g_error": dos.log_g_error,
        "leave_one_out": dos.leave_one_out,
        "log_g_of_run": alone,
    }


WAYS = measure.ANNEALED | {"betas": ladder, "energies": ladder, "lowest": state, "exchange": level()}
WAYS |= {"mean_energy": curve("betas"), "entropy": curve("betas"), "log_g_of_run": curve("energies")}
WAYS |= {"drift": roughly(ragged=True), "seeds": roughly(ragged=True)}
WAYS |= {
    "log_g": density_along("energies"),
    "log_g_error": roughly(ragged=True),
    "leave_one_out": leave_one_out,
}
WAYS |= {"autocorrelation": roughly(ragged=True), "round_trips": counts, "equilibrated": roughly()}
WAYS |= {"shortcomings": measure.TEMPERED["shortcomings"]}


def cells(scale: str) -> dict[str, experiment.Cell]:
    blocks, size, sweeps = SCALES[scale]
    cell = partial(equilibrium, blocks=blocks, size=size, sweeps=sweeps)
    return {name: experiment.cell(partial(cell, name=name)) for name in ("trained", "shuffled")}


if __name__ == "__main__":
    experiment.run("equilibrium", cells, WAYS)
