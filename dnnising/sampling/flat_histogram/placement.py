"""Where walkers begin: how far the energies of a model reach, and a configuration inside a window of them."""

import numpy as np
from numpy.typing import NDArray

from dnnising.density import LN_2
from dnnising.models.model import Model
from dnnising.sampling.flat_histogram.bins import EnergyBins
from dnnising.sampling.ground_states.quenching import random_spins
from dnnising.sampling.single_spin import State, energy, prepare, walk

_SCOUT_SWEEPS = 1000  # enough to come near the ends of the spectrum: the outer windows are open there


def reach(model: Model, bins: EnergyBins, rng: np.random.Generator) -> tuple[int, int]:
    """The first bin, and one past the last, that a scout sees on its way down and on its way up."""
    visits, moves = np.zeros(bins.number, dtype=np.int64), np.empty((bins.number, 0), dtype=np.int64)
    for uphill in (False, True):
        state = random_state(model, bins, rng)
        log_g, now = _slope(model.n_spins, bins.number, uphill), energy(state)
        for _ in range(_SCOUT_SWEEPS):
            uniforms = rng.random(model.n_spins)
            now = walk(state, log_g, visits, moves, now, bins.lower_edge, bins.width, 1.0, uniforms)
    seen = np.flatnonzero(visits)
    return int(seen[0]), int(seen[-1]) + 1


def enter(model: Model, bins: EnergyBins, first: int, stop: int, rng: np.random.Generator) -> State:
    """A state with an energy in the bins first, …, stop - 1, walked there from a random one.

    The far edge of the window is a wall, so the walk cannot leap over it.
    """
    state, window = random_state(model, bins, rng), bins.window(first, stop)
    now = energy(state)
    uphill = now < window.lower_edge
    way = bins.window(0, stop) if uphill else bins.window(first, bins.number)
    log_g, visits = _slope(model.n_spins, way.number, uphill), np.zeros(way.number, dtype=np.int64)
    moves = np.empty((way.number, 0), dtype=np.int64)
    while window.index(now) is None:
        uniforms = rng.random(model.n_spins)
        now = walk(state, log_g, visits, moves, now, way.lower_edge, way.width, 1.0, uniforms)
    return state


def random_state(model: Model, bins: EnergyBins, rng: np.random.Generator) -> State:
    """A random configuration with an energy inside the bins."""
    while True:
        state = prepare(model, random_spins(model.n_spins, rng))
        if bins.index(energy(state)) is not None:
            return state


def _slope(n_spins: int, n_bins: int, uphill: bool) -> NDArray[np.float64]:
    """A ln g, (n_bins,), that leads a walk straight to the low energies, or to the high ones.

    Nearly a quench at first; what the walk adds to it then lifts it out of local minima. It is above 0
    everywhere, where 0 would mean a bin that was never visited.
    """
    slope = 1.0 + 4.0 * n_spins * LN_2 * np.linspace(0.0, 1.0, n_bins)
    return slope[::-1].copy() if uphill else slope
