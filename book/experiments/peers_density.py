"""Wang-Landau walks on the square lattice, ours and those of other packages, behind one signature.

A walk takes a lattice, prepares what it needs, and returns a function from a number of proposed flips and a
seed to a density of states. All walk the energies E ≤ 0 alone and are mirrored afterwards.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from ase import Atoms
from flatwalk import Bin1D, WLConfig, WLDriver
from icet import ClusterExpansion, ClusterSpace
from mchammer.calculators import ClusterExpansionCalculator
from mchammer.ensembles import WangLandauEnsemble

import dnnising as di

Walk = Callable[[int, int], di.DensityOfStates]
WalkMaker = Callable[[di.SquareLattice], Walk]
WALKERS = 64  # of 16, 64 and 256 the number with which flatwalk came closest in a given time
LAST_LOG_F = 1e-12  # never reached: the flips end the walk


def ours(lattice: di.SquareLattice) -> Walk:
    """`di.wang_landau` as it comes."""

    def walk(flips: int, seed: int) -> di.DensityOfStates:
        return di.wang_landau(lattice, rng=np.random.default_rng(seed), max_flips=flips).dos

    return walk


def flatwalk_single(lattice: di.SquareLattice) -> Walk:
    """flatwalk with one walker and the callbacks of its README."""
    length = lattice.length
    config = WLConfig(_lower_half(lattice), ln_f_final=LAST_LOG_F)
    start = np.ones((length, length), dtype=np.int8), -2.0 * lattice.n_spins

    def propose(
        state: tuple[np.ndarray, float], rng: np.random.Generator
    ) -> tuple[tuple[np.ndarray, float], float]:
        spins, energy = state
        i, j = int(rng.integers(0, length)), int(rng.integers(0, length))
        spin = int(spins[i, j])
        across = int(spins[(i - 1) % length, j] + spins[(i + 1) % length, j])
        along = int(spins[i, (j - 1) % length] + spins[i, (j + 1) % length])
        turned = spins.copy()
        turned[i, j] = -spin
        return (turned, energy + 2.0 * spin * (across + along)), 0.0

    def energy_of(state: tuple[np.ndarray, float]) -> float:
        return state[1]

    def walk(flips: int, seed: int) -> di.DensityOfStates:
        rng = np.random.default_rng(seed)
        found = WLDriver(config).run(start, energy_of, energy_of, propose, max_trials=flips, rng=rng)
        return _mirrored(found.bin_centers[found.visited], found.g[found.visited], lattice)

    return walk


def flatwalk_batched(lattice: di.SquareLattice) -> Walk:
    """flatwalk with many walkers in one array: their spins, and in the last column their energies."""
    sites, neighbours = lattice.n_spins, lattice.neighbours()
    config = WLConfig(_lower_half(lattice), ln_f_final=LAST_LOG_F)
    start = np.ones((WALKERS, sites + 1), dtype=np.int16)
    start[:, sites] = -2 * sites
    rows, nothing = np.arange(WALKERS), np.zeros(WALKERS)

    def propose(state: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        site = rng.integers(0, sites, WALKERS)
        spins = state[rows, site]
        turned = state.copy()
        turned[rows, site] = -spins
        turned[:, sites] += 2 * spins * state[rows[:, None], neighbours[site]].sum(axis=1, dtype=np.int16)
        return turned, nothing

    def energy_of(state: np.ndarray) -> np.ndarray:
        return state[:, sites].astype(float)

    def walk(flips: int, seed: int) -> di.DensityOfStates:
        options = {"n_walkers": WALKERS, "max_trials": flips, "rng": np.random.default_rng(seed)}
        found = WLDriver(config).run_batched(start, energy_of, energy_of, propose, **options)
        return _mirrored(found.bin_centers[found.visited], found.g[found.visited], lattice)

    return walk


def icet(lattice: di.SquareLattice) -> Walk:
    """icet's ensemble on the expansion of its own documentation.

    Flatness is looked at every ten sweeps, not every thousand as by default, which would hold ln f up.
    """
    cell = Atoms("Au", positions=[[0, 0, 0]], cell=[1, 1, 10], pbc=True)
    space = ClusterSpace(cell, cutoffs=[1.1], chemical_symbols=["Ag", "Au"])
    expansion = ClusterExpansion(space, [0, 0, -2])
    structure = cell.repeat((lattice.length, lattice.length, 1))
    options = {
        "energy_spacing": 4,
        "energy_limit_right": 0,
        "trial_move": "flip",
        "fill_factor_limit": LAST_LOG_F,
        "flatness_check_interval": 10 * lattice.n_spins,
        "ensemble_data_write_interval": 10**9,
        "trajectory_write_interval": 10**9,
    }

    def walk(flips: int, seed: int) -> di.DensityOfStates:
        calculator = ClusterExpansionCalculator(structure, expansion)
        ensemble = WangLandauEnsemble(structure, calculator, random_seed=seed, **options)
        ensemble.run(flips)
        with tempfile.TemporaryDirectory() as folder:  # only a written container gives out its entropy
            ensemble.write_data_container(str(Path(folder) / "walk.dc"))
        found = ensemble.data_container.get_entropy()
        return _mirrored(found.energy.to_numpy(float), found.entropy.to_numpy(float), lattice)

    return walk


def _lower_half(lattice: di.SquareLattice) -> Bin1D:
    """flatwalk's bins, one a level, for E ≤ 0."""
    return Bin1D(low=-2 * lattice.n_spins - 2, high=2, n_bins=lattice.n_spins // 2 + 1)


def _mirrored(energies: np.ndarray, log_g: np.ndarray, lattice: di.SquareLattice) -> di.DensityOfStates:
    order = np.argsort(energies)
    return di.normalise(di.mirror(di.DensityOfStates(energies[order], log_g[order], lattice.n_spins)))
