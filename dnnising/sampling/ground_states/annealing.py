"""Simulated annealing: the lowest energy that many slow coolings find."""

from dataclasses import replace

import numpy as np
import torch

from dnnising.models.layered import LayeredCouplings
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of, torch_generator
from dnnising.sampling.ground_states.quenching import GroundState, descend_from
from dnnising.sampling.heat_bath import random_replicas, sweep
from dnnising.sampling.tempering.ladder import coldest_beta


def anneal(
    network: LayeredCouplings,
    *,
    rng: Rng,
    sweeps: int = 1000,
    runs: int = 64,
    beta_max: float | None = None,
    device: str = "cpu",
    progress: ShowProgress = None,
) -> GroundState:
    """The best of many coolings by heat bath, β rising linearly from 0, the lowest of them quenched.

    Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 671, 1983), every layer at a time.

    Args:
        network: a chain of layers of any size.
        rng: a numpy Generator, or an integer seed for one.
        sweeps: temperatures of the cooling, with a heat-bath sweep at each.
        runs: how many independent coolings, all at once.
        beta_max: end of the cooling, in units of the inverse coupling; None takes 15/√(2 Σ J²/N): as
            temperature, a fifteenth of the typical local field.
        device: of torch, such as "cpu" or "cuda".
        progress: called with the sweeps done, how many there are, and {}; None shows a bar in notebooks and
            terminals, False nothing.

    Returns:
        the best state, its `energies` those that all runs ended with, ascending; the eight lowest are
        quenched.

    Raises:
        ValueError: fewer than one sweep or run, or a beta_max that is not positive and finite.

    >>> found = anneal(LayeredCouplings([np.ones((4, 4))]), rng=0, sweeps=50, runs=8)
    >>> found.energy  # all 16 bonds are kept
    -16.0
    """
    rng = generator_of(rng)
    if sweeps < 1 or runs < 1:
        raise ValueError(f"annealing needs a sweep and a run, got sweeps={sweeps}, runs={runs}")
    beta_max = coldest_beta(network, beta_max)
    rows = random_replicas(network, runs, generator=torch_generator(rng, device))
    coldest = torch.full((runs,), beta_max, device=device)
    for share in tracked(np.linspace(0, 1, sweeps + 1)[1:].tolist(), progress, "anneal"):
        energies = sweep(rows, share * coldest)
    ends = rows.flat()
    lowest = energies.argsort()[:8].tolist()
    best = [descend_from(network, ends[row], rng=rng) for row in lowest]
    found = energies.numpy(force=True).copy()
    found[lowest] = [state.energy for state in best]
    return replace(min(best, key=lambda state: state.energy), energies=np.sort(found))
