"""Searches for the ground state, ours and those of other packages, behind one signature.

A search takes a network, prepares what it needs, and returns a function from an effort and a seed to
configurations, flat (copies, n_spins), and how many seconds of preparation that function repeats in every
call. The effort is the number of sweeps of COPIES configurations, unless a search says otherwise.
"""

from collections.abc import Callable, Sequence
from time import process_time
from typing import Any

import dimod
import numpy as np
import openjij
import simulated_bifurcation
import torch
from dwave.samplers import SimulatedAnnealingSampler
from simulated_bifurcation.core import Ising

import dnnising as di
from dnnising.sampling.tempering.ladder import coldest_beta

Search = Callable[[int, int], Sequence[np.ndarray] | np.ndarray]
SearchMaker = Callable[[di.LayeredCouplings], tuple[Search, float]]
COPIES = 16


def quenches(network: di.LayeredCouplings) -> tuple[Search, float]:
    """As many quenches as the effort says."""

    def search(effort: int, seed: int) -> Sequence[np.ndarray] | np.ndarray:
        fresh = di.LayeredCouplings(network.couplings)  # nothing is kept from the call before
        rng = np.random.default_rng(seed)
        states = [di.quench(fresh, rng=rng) for _ in range(effort)]
        return [np.concatenate(min(states, key=lambda state: state.energy).spins)]

    return search, 0.0


def annealings(network: di.LayeredCouplings) -> tuple[Search, float]:
    """Layer-parallel annealing of all copies at once."""

    def search(effort: int, seed: int) -> Sequence[np.ndarray] | np.ndarray:
        fresh = di.LayeredCouplings(network.couplings)
        state = di.anneal(fresh, rng=np.random.default_rng(seed), sweeps=effort, runs=COPIES)
        return [np.concatenate(state.spins)]

    return search, 0.0


def dwave_annealing(network: di.LayeredCouplings, reads: int = COPIES) -> tuple[Search, float]:
    """Simulated annealing of dwave-samplers.

    Its own range of temperatures goes by the smallest coupling, which among a million real ones says nothing:
    it would freeze within the first sweeps. It gets ours, spaced geometrically, as is its default.
    """
    model = dimod.BinaryQuadraticModel.from_numpy_vectors(
        np.zeros(network.n_spins), _upper_triangle(network), 0.0, "SPIN"
    )
    sampler = SimulatedAnnealingSampler()
    cold = coldest_beta(network)
    options = {"beta_range": [cold / 100, cold]}
    clock = process_time()
    sampler.sample(model, num_reads=1, num_sweeps=0, seed=0, **options)  # makes its lists of neighbours only
    preparing = process_time() - clock

    def search(effort: int, seed: int) -> Sequence[np.ndarray] | np.ndarray:
        found = sampler.sample(model, num_reads=reads, num_sweeps=effort, seed=seed, **options)
        return found.record.sample[:, np.argsort(found.variables)]

    return search, preparing


def openjij_annealing(network: di.LayeredCouplings, reads: int = COPIES) -> tuple[Search, float]:
    """Simulated annealing of openjij, its own schedule."""
    return _openjij(network, openjij.SASampler(), num_reads=reads)


def openjij_quantum(network: di.LayeredCouplings) -> tuple[Search, float]:
    """Simulated quantum annealing of openjij, its own schedule: 4 reads of 4 Trotter slices."""
    return _openjij(network, openjij.SQASampler(), num_reads=COPIES // 4, trotter=4)


def _openjij(network: di.LayeredCouplings, sampler: Any, **options: Any) -> tuple[Search, float]:
    # The sparse form is twice as fast here as the dense one, since two thirds of all pairs have no bond.
    matrix = -0.5 * network.coupling_matrix()
    model = openjij.BinaryQuadraticModel.from_numpy_matrix(matrix, vartype="SPIN", sparse=True)
    clock = process_time()
    sampler.sample(model, num_sweeps=1)  # makes its graph; the one sweep costs next to nothing
    preparing = process_time() - clock

    def search(effort: int, seed: int) -> Sequence[np.ndarray] | np.ndarray:
        # With a seed, every read of openjij would be the same; so it draws its own, and `seed` goes unused.
        found = sampler.sample(model, num_sweeps=effort, **options)
        return found.record.sample[:, np.argsort(found.variables)]

    return search, preparing


def bifurcation(network: di.LayeredCouplings) -> tuple[Search, float]:
    """Discrete simulated bifurcation, 16 agents.

    Its defaults are steps of 0.1 and a pressure that rises over the first 1000; here steps of 1.0 and a
    pressure that rises over all of them, which is several times faster to equal energy.
    """
    model = Ising(torch.tensor(network.coupling_matrix(), dtype=torch.float32))
    step = 1.0

    def search(effort: int, seed: int) -> Sequence[np.ndarray] | np.ndarray:
        torch.manual_seed(seed)
        simulated_bifurcation.set_env(time_step=step, pressure_slope=1.0 / (step * effort))
        options = {"mode": "discrete", "early_stopping": False, "verbose": False}
        spins = model.minimize(agents=COPIES, max_steps=effort, **options)
        return spins.T.numpy().astype(np.int8)

    return search, 0.0


def _upper_triangle(network: di.LayeredCouplings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and values of the quadratic part of the energy, each bond once."""
    starts = np.concatenate([[0], np.cumsum(network.layer_sizes)])
    bonds = [np.indices(matrix.shape).reshape(2, -1) for matrix in network.couplings]
    rows = np.concatenate([start + bond[0] for start, bond in zip(starts, bonds)])
    columns = np.concatenate([start + bond[1] for start, bond in zip(starts[1:], bonds)])
    return rows, columns, -np.concatenate([matrix.ravel().astype(float) for matrix in network.couplings])
