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

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising.errors import NotConvergedError
from dnnising.models.model import Model
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, fingerprint, generator_of, restored, spawned
from dnnising.resuming import identity, keep, resumed
from dnnising.sampling.flat_histogram.bins import EnergyBins, Windows, energy_bins
from dnnising.sampling.flat_histogram.moves import increments, most_likely_log_g
from dnnising.sampling.flat_histogram.placement import enter, reach
from dnnising.sampling.flat_histogram.replica_exchange_run import ReplicaExchangeRun
from dnnising.sampling.flat_histogram.run_files import from_fields
from dnnising.sampling.flat_histogram.schedules import Halving, Progress, Schedule
from dnnising.sampling.single_spin import LatticeState, State, energy, prepare, walk, walk_with_clusters

_STRIDE = 2**16  # proposals of one walker between exchanges, at most
_BLOCK = 2**13  # proposals drawn at once: 64 kB of uniforms, which stay in cache
_REACH = 16  # bins up or down by which a move is told from others; two suffice for the lattice's ±8 J
_DEFAULT_WINDOWS = Windows()


def replica_exchange_wang_landau(
    model: Model,
    *,
    rng: Rng,
    windows: Windows = _DEFAULT_WINDOWS,
    schedule: Schedule = Halving(),
    max_flips: int = 10**8,
    bins: EnergyBins | None = None,
    path: str | os.PathLike | None = None,
    progress: ShowProgress = None,
) -> ReplicaExchangeRun:
    """Estimate the density of states of a lattice or a chain of layers by walkers in windows of energy.

    Walkers X and Y of neighbouring windows i and j change places with probability min(1, g_i(X) g_j(Y) /
    (g_i(Y) g_j(X))) (Vogel, Li, Wüst and Landau, Phys. Rev. Lett. 110, 210603, 2013). Between exchanges the
    walkers know nothing of each other, so the result does not depend on the number of threads, which is
    `torch.get_num_threads()`. A scout first finds how far the energies reach; equal windows cut that range,
    and the outermost stay open to whatever lies beyond it.

    Args:
        model: a square lattice or a chain of layers; with bins given, dense couplings as well.
        rng: a numpy Generator, or an integer seed for one. Every walker has a generator spawned from it, and
            starts from a random configuration.
        windows: how many, how they overlap, and how many walkers each has.
        schedule: how ln f falls in each window; it sees the visits of all walkers of the window.
        max_flips: total number of proposals of all walkers, those that a file at path has behind it included;
            the clusters of a lattice come on top.
        bins: the energies to count on; None takes `energy_bins(model)`.
        path: where to keep the run, every half minute and at the end. If the file is there, the run goes on
            from it, bit for bit as if it had never stopped; with more max_flips also after it has ended.
        progress: called with the proposals made by all walkers, max_flips and the largest {"ln f": …} of a
            window; None shows a bar in notebooks and terminals, False nothing.

    Returns:
        the run as far as it has come; its `dos` is the density.

    Raises:
        ValueError: too few bins for the windows, or the file at path holds a run of another model, bins,
            windows, schedule or rng.
        DataFormatError: the file at path is damaged.
        NotConvergedError: the walkers of a window have no level in common when its stage ends, or their ln g
            does not follow from their moves; the run so far is attached.
        TypeError: a kind of model that no kernel walks.

    >>> from dnnising import beale_dos, square_lattice
    >>> two = Windows(number=2, overlap=0.5, walkers=2)
    >>> run = replica_exchange_wang_landau(square_lattice(4), rng=0, windows=two, max_flips=200_000)
    >>> bool(np.abs(run.dos.log_g - beale_dos(4).log_g).max() < 0.2)
    True
    """
    rng = generator_of(rng)
    bins = bins or energy_bins(model)
    asked = identity(
        model=model.fingerprint(), bins=bins, windows=windows, schedule=schedule, rng=fingerprint(rng)
    )
    own = spawned(rng, 2 + windows.number * windows.walkers)  # also where the run goes on
    there = resumed(path, "ReplicaExchangeRun", partial(from_fields, ReplicaExchangeRun), asked)
    start = there or _start(model, bins, windows, schedule, asked, own)
    report = reporter(progress, "replica_exchange_wang_landau")
    for run in keep(_walked(start, model, schedule, max_flips), path):
        report(run.flips, max(max_flips, run.flips), _shown(run))
    report(run.flips, run.flips, _shown(run))
    return run


def _shown(run: ReplicaExchangeRun) -> dict[str, float]:
    return {"ln f": max(stage.log_f for stage in run.progress)}


def _walked(
    run: ReplicaExchangeRun, model: Model, schedule: Schedule, max_flips: int
) -> Iterator[ReplicaExchangeRun]:
    """The run as it is and after each stride and its exchanges; its arrays change in place.

    Raises: as `_shared`.
    """
    yield run
    slots = [(w, k) for w, k in np.ndindex(*run.energies.shape)]  # walker k of window w
    # the fields are not computed anew: their rounding is part of the walk
    states = [prepare(model, run.spins[slot])._replace(fields=run.fields[slot]) for slot in slots]
    generators = [restored(state) for state in run.generators]
    *own, exchanger = generators
    # not numba.get_num_threads(), which starts threads of its own and has torch take as many
    with ThreadPoolExecutor(torch.get_num_threads()) as threads:
        while not run.finished:
            flips = run.progress[0].flips
            stride = min(_STRIDE, min(stage.next_look for stage in run.progress if stage.log_f > 0) - flips)
            if run.flips + stride * len(slots) > max_flips:
                return
            walks = [threads.submit(_walk, run, *walker, stride) for walker in zip(slots, states, own)]
            for one in walks:
                one.result()  # an error in a thread is raised here
            _exchange(run, exchanger)
            run = replace(
                run,
                progress=tuple(stage._replace(flips=flips + stride) for stage in run.progress),
                generators=tuple(generator.bit_generator.state for generator in generators),
            )
            looked = tuple(_look(run, w, stage, schedule) for w, stage in enumerate(run.progress))
            run = replace(run, progress=looked)
            yield run


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
    asked: Mapping[str, str],
    generators: list[np.random.Generator],
) -> ReplicaExchangeRun:
    """All walkers before their first flip, each somewhere in its window.

    Args:
        generators: of the scout, of the exchanges, and of every walker.
    """
    scout, exchanger, *own = generators
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
        asked=asked,
    )
