"""Overlaps of sampled configurations with given directions, along a ladder of given temperatures.

Whether something orders is asked of one number a configuration, m = w·S with a direction w. With |w| = 1,
⟨m²⟩ is of order 1 where spins do not care for w, and of order N where they order along it.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from dnnising import store
from dnnising.models.layered import LayeredCouplings
from dnnising.printing import counted, one_line
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, fingerprint, generator_of, spawned, torch_generator
from dnnising.resuming import identity, keep, resumed
from dnnising.sampling.heat_bath import random_replicas
from dnnising.sampling.tempering.energy_samples import EnergySamples
from dnnising.sampling.tempering.state import TemperingState, loaded, started, tempered


@one_line
@dataclass(frozen=True, eq=False)
class OverlapSamples(EnergySamples):
    """Energies and overlaps at the inverse temperatures of a ladder.

    Args:
        overlaps: (runs, sweeps, n_betas, n_directions) m = w·S, where S stands after the exchanges of the
            sweep that gave the energy.
        exchange: (runs, n_betas - 1) mean probability with which neighbours exchange when they are asked to.
        betas: (n_betas,) the ladder, ascending, in units of the inverse coupling.
        energies: (runs, sweeps, n_betas) extensive, in units of the coupling.
        n_spins: N, the number of spins.

    >>> network, betas = LayeredCouplings([np.ones((4, 4))]), np.array([0.1, 2.0])
    >>> sample_overlaps(network, np.full((1, 8), 8**-0.5), betas, rng=0, sweeps=50)
    OverlapSamples(1 run × 50 samples, 2 rungs, β = 0.1 … 2, 8 spins, 1 direction)
    """

    overlaps: NDArray[np.float64]
    exchange: NDArray[np.float64]

    def _told(self) -> list[str]:
        return [*super()._told(), counted(self.overlaps.shape[-1], "direction")]


def sample_overlaps(
    network: LayeredCouplings,
    directions: ArrayLike,
    betas: ArrayLike,
    *,
    rng: Rng,
    sweeps: int = 1000,
    runs: int = 1,
    device: str = "cpu",
    path: str | os.PathLike | None = None,
    progress: ShowProgress = None,
) -> OverlapSamples:
    """Sample energies, and overlaps with given directions, at given temperatures by parallel tempering.

    As `parallel_tempering`, on a ladder that stays as it is: replicas are annealed from β = 0 to it for a
    quarter of `sweeps`, at least 100, and tempered as long again; then follow `sweeps` that are recorded.
    Where the hottest rung is above a transition, replicas turn over there, and m changes its sign.

    Args:
        network: a chain of layers of any size.
        directions: (n_directions, n_spins) w, layer by layer, of any length; unit vectors if m is to be of
            order 1 at high temperature.
        betas: (n_betas,) the ladder, ascending from 0 or above, in units of the inverse coupling.
        rng: a numpy Generator, or an integer seed for one.
        sweeps: recorded heat-bath sweeps, each followed by one round of exchanges.
        runs: independent ladders of replicas.
        device: of torch, such as "cpu" or "cuda".
        path: where to keep the state, every half minute and at the end. If the file is there, the run goes on
            from it, bit for bit as if it had never stopped.
        progress: called with the sweeps done, how many there are, and nothing else. None shows a bar in
            notebooks and terminals, False nothing.

    Returns:
        what was sampled at all temperatures. `overlap_cumulant` says whether it has ordered.

    Raises:
        ValueError: no sweep or no run, fewer than two betas or betas that do not ascend, directions of
            another length than n_spins, or the file at path holds a run of another network, rng or options.
        DataFormatError: the file at path is damaged.

    >>> network, uniform = LayeredCouplings([np.ones((8, 8))]), np.full((1, 16), 1 / 4)
    >>> run = sample_overlaps(network, uniform, [0.0, 1.0], rng=0, sweeps=2000)
    >>> hot, cold = (run.overlaps**2).mean(axis=(0, 1))[:, 0]  # 1, and all spins alike: 16
    >>> bool(abs(hot - 1) < 0.2), bool(cold > 15.5)
    (True, True)
    """
    rng = generator_of(rng)
    ladder = np.asarray(betas, dtype=np.float64)
    given = np.ascontiguousarray(directions, dtype=np.float64)
    if sweeps < 1 or runs < 1:
        raise ValueError(f"a run needs at least one sweep and one ladder, got sweeps={sweeps}, runs={runs}")
    if ladder.ndim != 1 or ladder.size < 2 or not np.all(np.diff(ladder) > 0) or ladder[0] < 0:
        raise ValueError("betas must be one list of two or more that ascend from 0 or above")
    if given.ndim != 2 or given.shape[1] != network.n_spins:
        raise ValueError(f"directions have shape {given.shape}, expected (n_directions, {network.n_spins})")
    asked = identity(
        network=network.fingerprint(),
        directions=hashlib.sha256(given.tobytes()).hexdigest(),
        betas=ladder.tolist(),
        sweeps=sweeps,
        runs=runs,
        device=device,
        rng=fingerprint(rng),
    )
    # Drawn for a resumed run as well: what the caller draws next must not depend on whether a file was there.
    first, (own,) = torch_generator(rng, device), spawned(rng, 1)
    start = resumed(path, "run of overlaps", partial(_loaded, network, device), asked)
    if start is None:
        replicas = random_replicas(network, runs * ladder.size, generator=first)
        state = started(asked, ladder, replicas, own, sweeps=sweeps)
        start = _Measured(state, np.full((runs, sweeps, ladder.size, len(given)), np.nan))
    report = reporter(progress, "sample_overlaps")
    for measured in keep(_measured(start, network, given), path):
        report(measured.state.done, measured.state.total, {})
    state = measured.state
    return OverlapSamples(
        state.betas,
        state.energies,
        network.n_spins,
        overlaps=measured.overlaps,
        exchange=state.exchange_rates,
    )


@dataclass(frozen=True, eq=False)
class _Measured:
    """A tempering run and the overlaps that it has recorded, NaN where they are still to come."""

    state: TemperingState
    overlaps: NDArray[np.float64]

    def save(self, path: str | os.PathLike) -> None:
        arrays, record = self.state.written()
        store.save(path, arrays | {"overlaps": self.overlaps}, record)


def _loaded(
    network: LayeredCouplings, device: str, arrays: dict[str, NDArray], record: dict[str, Any]
) -> _Measured:
    return _Measured(loaded(network, device, arrays, record), arrays["overlaps"])


def _measured(
    measured: _Measured, network: LayeredCouplings, directions: NDArray[np.float64]
) -> Iterator[_Measured]:
    """The run as it is and after each sweep, with the overlaps of recorded ones filled in, in place."""
    overlaps = measured.overlaps
    replicas = measured.state.replicas
    kept = [
        torch.tensor(layer.T, dtype=torch.float32, device=replicas.generator.device)
        for layer in np.split(directions, np.cumsum(network.layer_sizes)[:-1], axis=1)
    ]  # (n_l, n_directions) each
    for state in tempered(measured.state, network, fixed=True):
        recorded = state.done - 2 * state.settle
        if recorded > 0:
            parts = torch.stack([layer @ w for layer, w in zip(state.replicas.spins, kept)])
            overlaps[:, recorded - 1] = parts.sum(dim=0).cpu().numpy()[state.row_of]
        yield _Measured(state, overlaps)
