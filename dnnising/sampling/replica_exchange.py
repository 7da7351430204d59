"""Replica-exchange Wang-Landau: a walk cut into overlapping windows of energy that trade configurations.

Vogel, Li, Wüst and Landau (Phys. Rev. Lett. 110, 210603, 2013). Every window has several walkers, each with
a ln g of its own. At every stage of the schedule the walkers of a window must all be ready, and then go on
from the mean of their ln g. Between strides, walkers of neighbouring windows i and j that hold X and Y
exchange them with probability

    min(1, g_i(X) g_j(Y) / (g_i(Y) g_j(X)))

if both energies lie in both windows. In the end the windows' pieces of ln g are joined where their slopes,
the inverse temperatures d ln g/dE, agree best.

Windows pay where they run side by side. One after the other, as here, they gain nothing on small lattices:
flip for flip one walk over the whole range is at least as accurate there.
"""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising import store
from dnnising.density import LN_2, DensityOfStates, mirror, normalise
from dnnising.errors import DataFormatError
from dnnising.models.model import Model
from dnnising.sampling.bins import EnergyBins, Windows, energy_bins
from dnnising.sampling.quench import random_spins
from dnnising.sampling.schedules import OneOverT, Progress, Schedule
from dnnising.sampling.single_spin import State, energy, prepare, walk

_STRIDE = 2**13  # proposals of one walker between exchanges, at most
_SCOUT_SWEEPS = 1000  # enough to come near the ends of the spectrum: the outer windows are open there
_SAVE_SECONDS = 30.0
_DEFAULT_WINDOWS = Windows()


@dataclass(frozen=True, eq=False)
class ReplicaExchangeRun:
    """All walkers as far as they have come: what they found, and all they need to go on.

    Args:
        bins: the energies on which all count together.
        edges: (n_windows, 2) first bin and one past the last of each window, from low energies to high.
        progress: of each window; `flips` are those of one walker.
        log_g: (n_windows, n_walkers, n_bins) each walker's ln g, in nats up to a constant of its own; 0 where
            it has never been.
        histogram: (n_windows, n_walkers, n_bins) visits in the present stage.
        spins, fields: (n_windows, n_walkers, n_spins) the present configurations.
        energies: (n_windows, n_walkers) of the configurations, in units of the coupling.
        exchanges: (n_windows - 1, 2) exchanges attempted and made between a window and the next.
        generators: states of the random generators, one a walker and one for the exchanges.
        fingerprint: of model, bins, windows and schedule.
    """

    bins: EnergyBins
    edges: NDArray[np.int64]
    progress: tuple[Progress, ...]
    log_g: NDArray[np.float64]
    histogram: NDArray[np.int64]
    spins: NDArray[np.int8]
    fields: NDArray[np.float64]
    energies: NDArray[np.float64]
    exchanges: NDArray[np.int64]
    generators: tuple[Mapping[str, Any], ...]
    fingerprint: str

    @property
    def dos(self) -> DensityOfStates:
        """The density, Σg = 2^N, of all levels ever visited; one run knows no error of its own.

        Raises:
            ValueError: neighbouring windows that share fewer than two visited levels: too short a run.
        """
        joined = reduce(_join, [_average(walkers) for walkers in self.log_g])
        visited = np.isfinite(joined)
        found = DensityOfStates(self.bins.centres[visited], joined[visited], self.spins.shape[-1])
        return normalise(mirror(found) if self.bins.mirrored else found)

    @property
    def flips(self) -> int:
        """Proposals of all walkers together."""
        return self.energies.size * self.progress[0].flips

    @property
    def finished(self) -> bool:
        """Whether the schedule has ended the walk in every window, rather than max_flips."""
        return all(stage.log_f == 0.0 for stage in self.progress)

    @property
    def exchange_rates(self) -> NDArray[np.float64]:
        """(n_windows - 1,) fraction of exchanges between a window and the next that were made, or NaN."""
        attempted, made = self.exchanges.T
        return np.divide(made, attempted, out=np.full(made.shape, np.nan), where=attempted > 0)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """(n_windows,) whether every walker has been, in the present stage, to every bin that any ever saw.

        Necessary for convergence; ln f of each window stands in `progress`.
        """
        index, known = np.arange(self.bins.number), (self.log_g > 0).any(axis=(0, 1))
        mine = known & (index >= self.edges[:, :1]) & (index < self.edges[:, 1:])  # (n_windows, n_bins)
        return np.all((self.histogram > 0) | ~mine[:, None], axis=(1, 2))

    def save(self, path: str | os.PathLike) -> None:
        """Write the run to one file, atomically; `load_replica_exchange` reads it."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        record = {
            "bins": asdict(self.bins),
            "progress": [stage._asdict() for stage in self.progress],
            "generators": self.generators,
            "fingerprint": self.fingerprint,
        }
        store.save(path, arrays, record)


_ARRAYS = ("edges", "log_g", "histogram", "spins", "fields", "energies", "exchanges")


def load_replica_exchange(path: str | os.PathLike) -> ReplicaExchangeRun:
    """Read what `ReplicaExchangeRun.save` wrote, to look at it or to go on with `resume=…`.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.
    """
    arrays, record = store.load(path)
    try:
        fields = {
            **{name: arrays[name] for name in _ARRAYS},
            "bins": EnergyBins(**record["bins"]),
            "progress": tuple(Progress(**stage) for stage in record["progress"]),
            "generators": tuple(record["generators"]),
            "fingerprint": record["fingerprint"],
        }
    except (KeyError, TypeError) as error:
        raise DataFormatError(f"{path} holds no replica-exchange run: {error}") from error
    return ReplicaExchangeRun(**fields)


def replica_exchange_wang_landau(
    model: Model,
    *,
    rng: np.random.Generator | None = None,
    resume: ReplicaExchangeRun | None = None,
    windows: Windows = _DEFAULT_WINDOWS,
    schedule: Schedule = OneOverT(),
    max_flips: int = 10**8,
    bins: EnergyBins | None = None,
    path: str | os.PathLike | None = None,
    progress: Callable[[int], Any] | None = None,
) -> ReplicaExchangeRun:
    """Estimate the density of states of a lattice or a chain of layers by walkers in windows of energy.

    Between exchanges the walkers know nothing of each other. A scout first finds how far the energies reach;
    equal windows cut that range, and the outermost stay open to whatever lies beyond it. A run stopped and
    resumed equals an unbroken one bit for bit.

    Args:
        rng: start anew from random configurations; every walker gets a generator spawned from it.
        resume: go on with this run instead, its own random generators included.
        windows: how many, how they overlap, and how many walkers each has.
        schedule: how ln f falls in each window; a stage ends when it ends for all walkers of the window.
        max_flips: total number of proposals of all walkers, those before resuming included.
        bins: the energies to count on; None takes `energy_bins(model)`.
        path: where to save the run every half minute and at the end.
        progress: called with the number of proposals just made, like `tqdm.update`.

    Raises:
        ValueError: neither or both of rng and resume, too few bins for the windows, or a run to resume that
            belongs to another model, bins, windows or schedule.
        TypeError: a kind of model that no kernel walks.
    """
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
        now = _copy(resume)
    slots = list(np.ndindex(now.energies.shape))  # (w, k): walker k of window w
    # the fields are not recomputed: their rounding is part of the walk
    states = [prepare(model, now.spins[slot])._replace(fields=now.fields[slot]) for slot in slots]
    *own, exchanger = (_generator(state) for state in now.generators)

    def snapshot() -> ReplicaExchangeRun:
        generators = tuple(generator.bit_generator.state for generator in (*own, exchanger))
        return replace(_copy(now), generators=generators)

    saved = time.monotonic()
    while not now.finished:
        flips = now.progress[0].flips
        stride = min(_STRIDE, min(stage.next_look for stage in now.progress if stage.log_f > 0) - flips)
        if now.flips + stride * now.energies.size > max_flips:
            break
        for (w, k), state, generator in zip(slots, states, own):
            _walk(now, w, k, state, generator.random(stride))
        _exchange(now, exchanger)
        looked = tuple(
            _look(now, w, stage._replace(flips=flips + stride), schedule)
            for w, stage in enumerate(now.progress)
        )
        now = replace(now, progress=looked)
        if progress is not None:
            progress(stride * now.energies.size)
        if path is not None and time.monotonic() - saved > _SAVE_SECONDS:
            snapshot().save(path)
            saved = time.monotonic()
    end = snapshot()
    if path is not None:
        end.save(path)
    return end


def _walk(run: ReplicaExchangeRun, w: int, k: int, state: State, uniforms: NDArray[np.float64]) -> None:
    """Walker k of window w, one stride on, in place.

    A bin that it enters for the first time begins at the smallest ln g that it knows: from zero it would have
    to stay there until ln f, small by then, had built up the difference.
    """
    first, stop = run.edges[w]
    window, log_f = run.bins.window(first, stop), run.progress[w].log_f
    log_g, histogram = run.log_g[w, k, first:stop], run.histogram[w, k, first:stop]
    before = log_g > 0
    run.energies[w, k] = walk(
        state, log_g, histogram, run.energies[w, k], window.lower_edge, window.width, log_f, uniforms
    )
    new = (log_g > 0) & ~before
    if new.any() and before.any():
        log_g[new] += log_g[before].min()


def _exchange(run: ReplicaExchangeRun, rng: np.random.Generator) -> None:
    """Offer each walker of a window an exchange with a random one of the next window, in place."""
    n_windows, n_walkers = run.energies.shape
    for i in range(n_windows - 1):
        for k, partner in enumerate(rng.permutation(n_walkers)):
            run.exchanges[i, 0] += 1
            if rng.random() < np.exp(min(0.0, _exchange_log_odds(run, (i, k), (i + 1, partner)))):
                run.exchanges[i, 1] += 1
                for array in (run.spins, run.fields, run.energies):
                    array[[i, i + 1], [k, partner]] = array[[i + 1, i], [partner, k]]


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
    """The next stage of window w; where it is a new one, its walkers now share their mean, in place."""
    if stage.log_f == 0.0 or stage.flips < stage.next_look:
        return stage
    n_spins, known = run.spins.shape[-1], (run.log_g[w] > 0).any(axis=0)
    looks = [schedule.look(stage, n_spins, visits[known]) for visits in run.histogram[w]]
    following = min(looks, key=lambda look: look.stage)
    if following.stage > stage.stage:
        mean = _average(run.log_g[w])
        run.log_g[w] = np.where(known, mean - np.min(mean[known]) + 1.0, 0.0)  # above 0: visited
        run.histogram[w] = 0
    return following


def _average(log_g: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n_bins,) mean over walkers (n_walkers, n_bins), each shifted to agree where all have been.

    NaN in bins that none has visited, the mean of those who have in bins that some have.
    """
    visited = log_g > 0
    shared = visited.all(axis=0)
    offsets = log_g[:, shared].mean(axis=1, keepdims=True) if shared.any() else 0.0
    sums = np.where(visited, log_g - offsets, 0.0).sum(axis=0)
    return np.divide(sums, visited.sum(axis=0), out=np.full(sums.shape, np.nan), where=visited.any(axis=0))


def _join(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """One ln g (n_bins,) from the pieces of a lower and a higher window, NaN where neither has been.

    Up to the level at which their slopes agree best it is the lower, beyond it the higher, shifted to meet.
    """
    shared = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
    if shared.size < 2:
        raise ValueError(
            "neighbouring windows share fewer than two visited levels: go on with resume= and more "
            "max_flips, or start with more overlap"
        )
    difference = np.gradient(low[shared], shared) - np.gradient(high[shared], shared)
    joint = shared[np.argmin(np.abs(difference))]
    high = high + (low[joint] - high[joint])
    below, above = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    return np.where(np.arange(low.size) <= joint, below, above)


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
    edges = windows.cut(*_reach(model, bins, scout))
    edges[0, 0], edges[-1, 1] = 0, bins.number  # open to what the scout has not found
    each = np.repeat(edges, windows.walkers, axis=0)
    starts = [_enter(model, bins, first, stop, generator) for (first, stop), generator in zip(each, own)]

    def stacked(arrays: list[NDArray]) -> NDArray:
        return np.stack(arrays).reshape(windows.number, windows.walkers, -1)

    shape = (windows.number, windows.walkers, bins.number)
    return ReplicaExchangeRun(
        bins=bins,
        edges=edges,
        progress=(schedule.start(model.n_spins),) * windows.number,
        log_g=np.zeros(shape),
        histogram=np.zeros(shape, dtype=np.int64),
        spins=stacked([state.spins for state in starts]),
        fields=stacked([state.fields for state in starts]),
        energies=np.array([energy(state) for state in starts]).reshape(shape[:2]),
        exchanges=np.zeros((windows.number - 1, 2), dtype=np.int64),
        generators=tuple(generator.bit_generator.state for generator in (*own, exchanger)),
        fingerprint=fingerprint,
    )


def _reach(model: Model, bins: EnergyBins, rng: np.random.Generator) -> tuple[int, int]:
    """The first bin, and one past the last, that a scout sees on its way down and on its way up."""
    visits = np.zeros(bins.number, dtype=np.int64)
    for uphill in (False, True):
        state = _random_state(model, bins, rng)
        log_g, now = _slope(model.n_spins, bins.number, uphill), energy(state)
        for _ in range(_SCOUT_SWEEPS):
            uniforms = rng.random(model.n_spins)
            now = walk(state, log_g, visits, now, bins.lower_edge, bins.width, 1.0, uniforms)
    seen = np.flatnonzero(visits)
    return int(seen[0]), int(seen[-1]) + 1


def _enter(model: Model, bins: EnergyBins, first: int, stop: int, rng: np.random.Generator) -> State:
    """A state with an energy in the bins first, …, stop - 1, walked there from a random one.

    The far edge of the window is a wall, so the walk cannot leap over it.
    """
    state, window = _random_state(model, bins, rng), bins.window(first, stop)
    now = energy(state)
    uphill = now < window.lower_edge
    way = bins.window(0, stop) if uphill else bins.window(first, bins.number)
    log_g, visits = _slope(model.n_spins, way.number, uphill), np.zeros(way.number, dtype=np.int64)
    while window.index(now) is None:
        uniforms = rng.random(model.n_spins)
        now = walk(state, log_g, visits, now, way.lower_edge, way.width, 1.0, uniforms)
    return state


def _random_state(model: Model, bins: EnergyBins, rng: np.random.Generator) -> State:
    """A random configuration with an energy inside the bins."""
    while True:
        state = prepare(model, random_spins(model.n_spins, rng))
        if bins.index(energy(state)) is not None:
            return state


def _slope(n_spins: int, n_bins: int, uphill: bool) -> NDArray[np.float64]:
    """A ln g that leads a walk straight to the low energies, or to the high ones.

    Nearly a quench at first; what the walk adds to it then lifts it out of local minima.
    """
    slope = 4.0 * n_spins * LN_2 * np.linspace(0.0, 1.0, n_bins)
    return slope[::-1].copy() if uphill else slope


def _generator(state: Mapping[str, Any]) -> np.random.Generator:
    generator = np.random.default_rng(0)
    generator.bit_generator.state = state
    return generator


def _copy(run: ReplicaExchangeRun) -> ReplicaExchangeRun:
    return replace(run, **{name: getattr(run, name).copy() for name in _ARRAYS})
