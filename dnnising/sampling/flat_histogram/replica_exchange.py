"""Replica-exchange Wang-Landau: a walk cut into overlapping windows of energy that trade configurations.

Vogel, Li, Wüst and Landau (Phys. Rev. Lett. 110, 210603, 2013). Every window has several walkers, each with
a ln g of its own. Between strides, walkers of neighbouring windows i and j that hold X and Y exchange them
with probability

    min(1, g_i(X) g_j(Y) / (g_i(Y) g_j(X)))

if both energies lie in both windows. Walkers run side by side, one a thread, and turn over clusters where
the model is a lattice (`single_spin.walk_with_clusters`).

Three points depart from the original. A stage of the schedule ends when the visits of a window's walkers
allow it together, and they go on from one ln g, which their moves make most likely (`moves`); there each
walker must be ready by itself, and they take their mean. ln g is found in the same way in the end, from the
moves of all walkers and windows, with no pieces to join. And the k-th walker of a window trades with the k-th
of the next: after the last stage the k-th walkers of all windows are a run of their own, independent of the
others, and their spread is an error.
"""

import hashlib
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising.errors import NotConvergedError
from dnnising.models.model import Model
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.flat_histogram.bins import EnergyBins, Windows, energy_bins
from dnnising.sampling.flat_histogram.moves import increments, most_likely_log_g
from dnnising.sampling.flat_histogram.placement import enter, reach
from dnnising.sampling.flat_histogram.replica_exchange_run import ReplicaExchangeRun, copied
from dnnising.sampling.flat_histogram.schedules import Halving, Progress, Schedule
from dnnising.sampling.progress import Report, unheard
from dnnising.sampling.single_spin import LatticeState, State, energy, prepare, walk, walk_with_clusters

_STRIDE = 2**16  # proposals of one walker between exchanges, at most
_BLOCK = 2**13  # proposals drawn at once: 64 kB of uniforms, which stay in cache
_REACH = 16  # bins up or down by which a move is told from others; two suffice for the lattice's ±8 J
_SAVE_SECONDS = 30.0
_DEFAULT_WINDOWS = Windows()


def replica_exchange_wang_landau(
    model: Model,
    *,
    rng: Rng | None = None,
    resume: ReplicaExchangeRun | None = None,
    windows: Windows = _DEFAULT_WINDOWS,
    schedule: Schedule = Halving(),
    max_flips: int = 10**8,
    bins: EnergyBins | None = None,
    path: str | os.PathLike | None = None,
    progress: Report | None = None,
) -> ReplicaExchangeRun:
    """Estimate the density of states of a lattice or a chain of layers by walkers in windows of energy.

    Walkers X and Y of neighbouring windows i and j change places with probability min(1, g_i(X) g_j(Y) /
    (g_i(Y) g_j(X))) (Vogel, Li, Wüst and Landau, Phys. Rev. Lett. 110, 210603, 2013). Between exchanges the
    walkers know nothing of each other, so the result does not depend on the number of threads, which is
    `torch.get_num_threads()`. A scout first finds how far the energies reach; equal windows cut that range,
    and the outermost stay open to whatever lies beyond it. A run stopped and resumed equals an unbroken one
    bit for bit.

    Args:
        model: a square lattice or a chain of layers; with bins given, dense couplings as well.
        rng: a numpy Generator, or an integer seed for one. It starts a new run from random configurations;
            every walker gets a generator spawned from it.
        resume: go on with this run instead, its own random generators included.
        windows: how many, how they overlap, and how many walkers each has.
        schedule: how ln f falls in each window; it sees the visits of all walkers of the window.
        max_flips: total number of proposals of all walkers, those before resuming included; the clusters of a
            lattice come on top.
        bins: the energies to count on; None takes `energy_bins(model)`.
        path: where to save the run every half minute and at the end.
        progress: called with the proposals made by all walkers, max_flips and the largest {"ln f": …} of a
            window, like `progress_bar()`.

    Returns:
        the run as far as it has come; its `dos` is the density.

    Raises:
        ValueError: neither or both of rng and resume, too few bins for the windows, or a run to resume that
            belongs to another model, bins, windows or schedule.
        NotConvergedError: the walkers of a window have no level in common when its stage ends, or their ln g
            does not follow from their moves; the run so far is attached.
        TypeError: a kind of model that no kernel walks.

    >>> from dnnising import beale_dos, square_lattice
    >>> two = Windows(number=2, overlap=0.5, walkers=2)
    >>> run = replica_exchange_wang_landau(square_lattice(4), rng=0, windows=two, max_flips=200_000)
    >>> bool(np.abs(run.dos.log_g - beale_dos(4).log_g).max() < 0.2)
    True
    """
    if rng is not None:
        rng = generator_of(rng)
    bins = bins or energy_bins(model)
    identity = f"{model.fingerprint()} {bins} {windows} {schedule}"
    fingerprint = hashlib.sha256(identity.encode()).hexdigest()
    if resume is None:
        if rng is None:
            raise ValueError("give rng= to start a run or resume= to go on with one")
        now = _start(model, bins, windows, schedule, fingerprint, rng)
    else:
        if rng is not None:
            raise ValueError("give either rng= or resume=: a resumed run goes on with its own generators")
        if resume.fingerprint != fingerprint:
            raise ValueError(
                "the run to resume has another model, bins, windows or schedule; start a new one"
            )
        now = copied(resume)
    slots = [(w, k) for w, k in np.ndindex(*now.energies.shape)]  # walker k of window w
    # the fields are not recomputed: their rounding is part of the walk
    states = [prepare(model, now.spins[slot])._replace(fields=now.fields[slot]) for slot in slots]
    *own, exchanger = (_generator(state) for state in now.generators)

    def snapshot() -> ReplicaExchangeRun:
        generators = tuple(generator.bit_generator.state for generator in (*own, exchanger))
        return replace(copied(now), generators=generators)

    def advance(slot: tuple[int, int], state: State, generator: np.random.Generator) -> None:
        _walk(now, slot, state, generator, stride)

    def report(total: int) -> None:
        (progress or unheard)(now.flips, total, {"ln f": max(stage.log_f for stage in now.progress)})

    report(max_flips)
    saved = time.monotonic()
    # not numba.get_num_threads(), which starts threads of its own and has torch take as many
    with ThreadPoolExecutor(torch.get_num_threads()) as threads:
        while not now.finished:
            flips = now.progress[0].flips
            stride = min(_STRIDE, min(stage.next_look for stage in now.progress if stage.log_f > 0) - flips)
            if now.flips + stride * now.energies.size > max_flips:
                break
            for _ in threads.map(advance, slots, states, own):
                pass  # an error in a thread is raised here
            _exchange(now, exchanger)
            now = replace(now, progress=tuple(stage._replace(flips=flips + stride) for stage in now.progress))
            try:
                looked = tuple(_look(now, w, stage, schedule) for w, stage in enumerate(now.progress))
            except NotConvergedError as error:
                raise NotConvergedError(str(error), snapshot()) from error
            now = replace(now, progress=looked)
            report(max_flips)
            if path is not None and time.monotonic() - saved > _SAVE_SECONDS:
                snapshot().save(path)
                saved = time.monotonic()
    end = snapshot()
    if path is not None:
        end.save(path)
    report(now.flips)
    return end


def _walk(
    run: ReplicaExchangeRun, slot: tuple[int, int], state: State, rng: np.random.Generator, proposals: int
) -> None:
    """Walker k of window w, slot (w, k), goes on, in place; no other walker's part of the run is touched."""
    first, stop = run.edges[slot[0]]
    window, log_f = run.bins.window(first, stop), run.progress[slot[0]].log_f
    log_g, histogram, moves = (array[slot][first:stop] for array in (run.log_g, run.histogram, run.moves))
    now, counts = run.energies[slot], (log_g, histogram, moves)
    if isinstance(state, LatticeState):
        now = walk_with_clusters(state, *counts, now, window.lower_edge, window.width, log_f, proposals, rng)
    else:
        for done in range(0, proposals, _BLOCK):
            uniforms = rng.random(min(_BLOCK, proposals - done))
            now = walk(state, *counts, now, window.lower_edge, window.width, log_f, uniforms)
    run.energies[slot] = now


def _exchange(run: ReplicaExchangeRun, rng: np.random.Generator) -> None:
    """Offer each walker of a window an exchange with its namesake in the next window, in place."""
    n_windows, n_walkers = run.energies.shape
    for i, k in np.ndindex(n_windows - 1, n_walkers):
        run.exchanges[i, 0] += 1
        if rng.random() < np.exp(min(0.0, _exchange_log_odds(run, (i, k), (i + 1, k)))):
            run.exchanges[i, 1] += 1
            for array in (run.spins, run.fields, run.energies):
                array[[i, i + 1], k] = array[[i + 1, i], k]


def _exchange_log_odds(run: ReplicaExchangeRun, one: tuple[int, int], other: tuple[int, int]) -> float:
    """ln [g_i(X) g_j(Y) / (g_i(Y) g_j(X))], each g of the (window, walker) that holds X or Y.

    -inf where an energy lies outside the other's window.
    """
    log_odds = 0.0
    for slot, partner in ((one, other), (other, one)):
        first, stop = run.edges[slot[0]]
        window, log_g = run.bins.window(first, stop), run.log_g[slot][first:stop]
        mine, offered = window.index(run.energies[slot]), window.index(run.energies[partner])
        if mine is None or offered is None:
            return -np.inf
        log_odds += log_g[mine] - log_g[offered]
    return log_odds


def _look(run: ReplicaExchangeRun, w: int, stage: Progress, schedule: Schedule) -> Progress:
    """The next stage of window w; in a new one its walkers share what they have learnt, in place.

    Raises: as `_shared`.
    """
    if stage.log_f == 0.0 or stage.flips < stage.next_look:
        return stage
    n_spins, known = run.spins.shape[-1], (run.log_g[w] > 0).any(axis=0)
    following = schedule.look(stage, n_spins, run.histogram[w].sum(axis=0)[known])
    if following.stage > stage.stage:
        if known.sum() > 1:  # of one level there is nothing to learn
            run.log_g[w] = _shared(run, w, known)
        run.histogram[w], run.moves[w] = 0, 0
    return following


def _shared(run: ReplicaExchangeRun, w: int, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """One ln g (n_bins,) from all walkers of window w, above 0 in the known bins and 0 elsewhere.

    Raises:
        NotConvergedError: they have learnt too little.
    """
    try:
        likely = most_likely_log_g(run.moves[w].sum(axis=0), increments(run.log_g[w]))
    except (ValueError, NotConvergedError) as error:
        raise NotConvergedError(
            f"window {w} after {run.progress[w].flips} flips of each walker: {error}. Start anew with fewer "
            "windows, narrower bins or longer stages",
            run,
        ) from error
    return np.where(known, likely - np.min(likely[known]) + 1.0, 0.0)  # above 0: visited


def _start(
    model: Model,
    bins: EnergyBins,
    windows: Windows,
    schedule: Schedule,
    fingerprint: str,
    rng: np.random.Generator,
) -> ReplicaExchangeRun:
    """All walkers before their first flip, each somewhere in its window."""
    # PCG64 whatever the caller's own is: its state can be saved
    scout, exchanger, *own = (
        np.random.Generator(np.random.PCG64(child.bit_generator.seed_seq))  # type: ignore[arg-type]
        for child in rng.spawn(2 + windows.number * windows.walkers)
    )
    edges = windows.cut(*reach(model, bins, scout))
    edges[0, 0], edges[-1, 1] = 0, bins.number  # open to what the scout has not found
    each = np.repeat(edges, windows.walkers, axis=0)
    starts = [enter(model, bins, first, stop, generator) for (first, stop), generator in zip(each, own)]

    def stacked(arrays: list[NDArray]) -> NDArray:
        return np.stack(arrays).reshape(windows.number, windows.walkers, -1)

    shape = (windows.number, windows.walkers, bins.number)
    return ReplicaExchangeRun(
        bins=bins,
        edges=edges,
        progress=(schedule.start(model.n_spins),) * windows.number,
        log_g=np.zeros(shape),
        histogram=np.zeros(shape, dtype=np.int64),
        moves=np.zeros((*shape, 2 * _REACH + 1), dtype=np.int64),
        spins=stacked([state.spins for state in starts]),
        fields=stacked([state.fields for state in starts]),
        energies=np.array([energy(state) for state in starts]).reshape(shape[:2]),
        exchanges=np.zeros((windows.number - 1, 2), dtype=np.int64),
        generators=tuple(generator.bit_generator.state for generator in (*own, exchanger)),
        fingerprint=fingerprint,
    )


def _generator(state: Mapping[str, Any]) -> np.random.Generator:
    generator = np.random.default_rng(0)
    generator.bit_generator.state = state
    return generator
