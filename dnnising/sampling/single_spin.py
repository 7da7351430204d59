"""Walks on cached local fields, compiled.

The local field h_i = Σ_j J_ij S_j is kept for every spin, so a proposed flip costs ΔE = 2 S_i h_i, O(1), and
only an accepted one touches its neighbours, O(degree). The kernels, a walk for Wang-Landau and a descent for
the quench, are written once; a model supplies how a flip updates the fields. The lattice's walk can turn over
clusters in between.

Everything that the kernels call stands in this file: Numba's cache does not notice an edit elsewhere.
"""

from functools import singledispatch
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numba import njit
from numba.extending import overload
from numpy.typing import NDArray

from dnnising.models.dense import DenseCouplings
from dnnising.models.lattice import SquareLattice
from dnnising.models.layered import LayeredCouplings

_LOOKS_PER_SWEEP = 4  # often enough to learn most of what passes by, seldom enough to cost less than the walk
_CLUSTERS_PER_SWEEP = 4  # on the 32×32 lattice half the error of one a sweep, at 1.4 times the work


class LatticeState(NamedTuple):
    """A configuration of a model in which every bond has the strength 1."""

    spins: NDArray[np.int8]  # (n_spins,)
    fields: NDArray[np.float64]  # (n_spins,)
    neighbours: NDArray[np.int64]  # (n_spins, degree)


class LayeredState(NamedTuple):
    """A configuration of a chain of layers.

    The neighbours of a spin are whole layers, so their couplings are contiguous runs of one flat array that
    holds every matrix twice, as J_l and as its transpose.
    """

    spins: NDArray[np.int8]  # (n_spins,)
    fields: NDArray[np.float64]  # (n_spins,)
    weights: NDArray  # (2 n_bonds,)
    runs: NDArray[np.int64]  # (n_spins, 2, 3): first neighbour, their number, where their couplings start


class DenseState(NamedTuple):
    """A configuration of a model in which every spin is coupled to every other."""

    spins: NDArray[np.int8]  # (n_spins,)
    fields: NDArray[np.float64]  # (n_spins,)
    couplings: NDArray[np.float64]  # (n_spins, n_spins)


State = LatticeState | LayeredState | DenseState


@singledispatch
def prepare(model: Any, spins: NDArray[np.int8]) -> State:
    """The model's state for the kernels, from a flat configuration of shape (n_spins,).

    Raises:
        TypeError: a kind of model that no kernel walks.
    """
    raise TypeError(
        f"no walk for {type(model).__name__}; give a SquareLattice, LayeredCouplings or DenseCouplings"
    )


@prepare.register
def _(model: SquareLattice, spins: NDArray[np.int8]) -> State:
    state = LatticeState(spins, np.zeros(model.n_spins), model.neighbours())
    _fill_fields(state)
    return state


@prepare.register
def _(model: LayeredCouplings, spins: NDArray[np.int8]) -> State:
    if model not in _runs:
        _runs[model] = _lay_out(model)
    state = LayeredState(spins, np.zeros(model.n_spins), *_runs[model])
    _fill_fields(state)
    return state


@prepare.register
def _(model: DenseCouplings, spins: NDArray[np.int8]) -> State:
    state = DenseState(spins, np.zeros(model.n_spins), model.couplings)
    _fill_fields(state)
    return state


# Laid out once a network: quenches by the hundred share it, and it goes when the network does.
_runs: WeakKeyDictionary[LayeredCouplings, tuple[NDArray, NDArray[np.int64]]] = WeakKeyDictionary()


def _lay_out(model: LayeredCouplings) -> tuple[NDArray, NDArray[np.int64]]:
    """The weights and runs of a `LayeredState`."""
    sizes = model.layer_sizes
    starts = np.concatenate([[0], np.cumsum(sizes)])
    weights = np.empty(2 * model.n_bonds, dtype=np.result_type(*model.couplings))
    runs = np.zeros((model.n_spins, 2, 3), dtype=np.int64)
    offset = 0
    for l, matrix in enumerate(model.couplings):
        for direction, (here, there, block) in enumerate([(l, l + 1, matrix), (l + 1, l, matrix.T)]):
            weights[offset : offset + matrix.size] = block.ravel()
            mine = runs[starts[here] : starts[here + 1], direction]
            mine[:, 0] = starts[there]
            mine[:, 1] = sizes[there]
            mine[:, 2] = offset + sizes[there] * np.arange(sizes[here])
            offset += matrix.size
    return weights, runs


def energy(state: State) -> float:
    """E = -½ Σ S_i h_i from the cached fields, in units of the coupling."""
    return -0.5 * float(state.spins @ state.fields)


def _push(state: State, i: Any, change: float) -> None:
    """Add change · J_ij to the field of every neighbour j of spin i, in place; compiled only."""
    raise NotImplementedError


@overload(_push)
def _compile_push(state, i, change):  # type: ignore[no-untyped-def]  # Numba wants both signatures alike
    def push_lattice(state, i, change):  # type: ignore[no-untyped-def]
        for k in range(state.neighbours.shape[1]):
            state.fields[state.neighbours[i, k]] += change

    def push_layered(state, i, change):  # type: ignore[no-untyped-def]
        for direction in range(2):
            first, number, offset = state.runs[i, direction]
            fields = state.fields[first : first + number]
            weights = state.weights[offset : offset + number]
            for j in range(number):
                fields[j] += change * weights[j]

    def push_dense(state, i, change):  # type: ignore[no-untyped-def]
        row = state.couplings[i]
        for j in range(row.size):
            state.fields[j] += change * row[j]

    pushes = {LatticeState: push_lattice, LayeredState: push_layered, DenseState: push_dense}
    return pushes[state.instance_class]


@njit(cache=True)
def _fill_fields(state):  # type: ignore[no-untyped-def]
    """h_j = Σ_i J_ij S_i, onto fields that are zero."""
    for i in range(state.spins.size):
        _push(state, i, float(state.spins[i]))


@njit(cache=True)
def _flip(state, i):  # type: ignore[no-untyped-def]
    """Turn spin i over and bring its neighbours' fields up to date, in place."""
    state.spins[i] = -state.spins[i]
    _push(state, i, 2.0 * state.spins[i])


@njit(cache=True)
def _accepts(uniform: float, rise: float) -> bool:
    """Whether uniform < e^(-x), x = rise; 1 - x ≤ e^(-x) ≤ 1/(1 + x + x²/2) spares most exponentials."""
    if uniform <= 1.0 - rise:
        return True
    if uniform * (1.0 + rise * (1.0 + 0.5 * rise)) >= 1.0:
        return False
    return uniform < np.exp(-rise)


@njit(cache=True, error_model="numpy", nogil=True)
def walk(state, log_g, histogram, moves, energy, lowest, bin_width, log_f, uniforms):  # type: ignore[no-untyped-def]
    """Propose one flip a uniform number in [0, 1) and count the bin that the walk is then in.

    Accepts with probability min(1, g(E)/g(E')); proposals that leave the bins are rejected. A bin whose log_g
    is 0 has never been visited; it begins at the smallest log_g of those that have: from zero it would hold
    the walk until log_f, small by then, had built up the difference. Changes the state, log_g (+ log_f a
    visit), the histogram (+ 1 a visit) and the moves in place.

    Args:
        moves: (n_bins, 2 r + 1) all single flips of the states met four times a sweep, each counted by the
            bin of the state and by how many bins it leads up, -r … r, be it beyond the bins of this walk;
            column r takes all others. Shape (n_bins, 0) to count none.
        energy: of the state; lowest: lower edge of bin 0; uniforms: (n_flips,), each used for both the site
            (its integer part after scaling by N) and the acceptance (the remainder).

    Returns:
        the energy of the state afterwards.
    """
    n_spins, n_bins = state.spins.size, log_g.size
    highest = lowest + n_bins * bin_width
    bins_per_energy = 1.0 / bin_width
    here = np.uint64((energy - lowest) * bins_per_energy)
    between = max(1, n_spins // _LOOKS_PER_SWEEP)
    for first in range(0, uniforms.size, between):
        if moves.size > 0:
            _count_moves(state, moves[here], (energy - lowest) * bins_per_energy - here, bins_per_energy)
        for uniform in uniforms[first : first + between]:
            scaled = uniform * n_spins
            i = np.uint64(scaled)
            proposed = energy + 2.0 * state.spins[i] * state.fields[i]
            if lowest <= proposed < highest:
                there = np.uint64((proposed - lowest) * bins_per_energy)
                if _accepts(scaled - i, log_g[there] - log_g[here]):
                    _flip(state, i)
                    energy, here = proposed, there
            if log_g[here] == 0.0:
                log_g[here] = _smallest_known(log_g)
            log_g[here] += log_f
            histogram[here] += 1
    return energy


@njit(cache=True, error_model="numpy")
def _count_moves(state, counts, offset, bins_per_energy):  # type: ignore[no-untyped-def]
    """Add every single flip of the state to counts (2 r + 1,), by how many bins it leads up.

    Args:
        offset: of the state's energy from the lower edge of its bin, in bins.
    """
    reach = counts.size // 2
    for i in range(state.spins.size):
        position = offset + reach + 2.0 * state.spins[i] * state.fields[i] * bins_per_energy
        counts[np.int64(position) if 0.0 <= position < counts.size else reach] += 1


@njit(cache=True)
def _smallest_known(log_g):  # type: ignore[no-untyped-def]
    """The smallest log_g of the bins that have been visited, 0 if there are none."""
    smallest = np.inf
    for value in log_g:
        if 0.0 < value < smallest:
            smallest = value
    return smallest if smallest < np.inf else 0.0


@njit(cache=True, error_model="numpy", nogil=True)
def walk_with_clusters(state, log_g, histogram, moves, energy, lowest, bin_width, log_f, proposals, rng):  # type: ignore[no-untyped-def]
    """`walk` on the ferromagnetic lattice, a `LatticeState`, with a cluster after every quarter of a sweep.

    Wolff (Phys. Rev. Lett. 62, 361, 1989) grows a cluster of equal spins, each bond joining with probability
    1 - e^(-2β), and turns it over; forth and back such a move has chances in the ratio e^(-β(E'-E)), whatever
    β. A walk that visits energies in proportion to 1/g may therefore propose it and accept with probability

        min(1, e^(β(E'-E)) g(E)/g(E')) ,

    which is of order one where β is near the slope d ln g/dE. β is drawn anew for every move, without regard
    to the configuration. Near the critical energy single spins change the magnetisation at fixed energy
    slowly, and clusters at once. Clusters are not counted as visits.

    Args:
        proposals: of single spins; rng: numpy Generator; all else as for `walk`.

    Returns:
        the energy of the state afterwards.
    """
    members = np.empty(state.spins.size, dtype=np.int64)
    between = max(1, members.size // _CLUSTERS_PER_SWEEP)
    for done in range(0, proposals, between):
        uniforms = rng.random(min(between, proposals - done))
        energy = walk(state, log_g, histogram, moves, energy, lowest, bin_width, log_f, uniforms)
        beta = _slope(log_g, bin_width, rng.random())
        if beta > 0:
            energy = _cluster(state, log_g, energy, lowest, bin_width, beta, members, rng)
    return energy


@njit(cache=True)
def _slope(log_g, bin_width, uniform):  # type: ignore[no-untyped-def]
    """d ln g/dE across five bins somewhere, 0 where one of the two ends has not been visited."""
    if log_g.size < 5:
        return 0.0
    first = int(uniform * (log_g.size - 4))
    if log_g[first] == 0.0 or log_g[first + 4] == 0.0:
        return 0.0
    return (log_g[first + 4] - log_g[first]) / (4.0 * bin_width)


@njit(cache=True, error_model="numpy")
def _cluster(state, log_g, energy, lowest, bin_width, beta, members, rng):  # type: ignore[no-untyped-def]
    """Turn over one cluster, in place, or leave the state as it was; returns its energy.

    Args:
        members: (n_spins,) room for the sites of the cluster.
    """
    n_spins, n_bins = state.spins.size, log_g.size
    bond = 1.0 - np.exp(-2.0 * beta)
    proposed = energy
    members[0] = int(rng.random() * n_spins)
    kind = state.spins[members[0]]
    proposed += 2.0 * kind * state.fields[members[0]]
    _flip(state, members[0])
    size, grown = 1, 0
    while grown < size:
        for k in range(state.neighbours.shape[1]):
            j = state.neighbours[members[grown], k]
            if state.spins[j] == kind and rng.random() < bond:
                proposed += 2.0 * kind * state.fields[j]
                _flip(state, j)
                members[size] = j
                size += 1
        grown += 1
    if lowest <= proposed < lowest + n_bins * bin_width:
        here, there = int((energy - lowest) / bin_width), int((proposed - lowest) / bin_width)
        gain = beta * (proposed - energy) + log_g[here] - log_g[there]
        if log_g[there] > 0.0 and np.log(rng.random()) < gain:
            return proposed
    for k in range(size):
        _flip(state, members[k])
    return energy


@njit(cache=True)
def greedy_sweep(state, order):  # type: ignore[no-untyped-def]
    """Flip, in the given order, every spin whose flip lowers the energy; returns their number."""
    flips = 0
    for i in order:
        if state.spins[i] * state.fields[i] < 0.0:
            _flip(state, i)
            flips += 1
    return flips


@njit(cache=True, error_model="numpy", nogil=True)
def cool(state, betas, uniforms):  # type: ignore[no-untyped-def]
    """A Metropolis sweep at each inverse temperature: min(1, e^(-β ΔE)) for every spin in turn, in place.

    Args:
        betas: (sweeps,) ≥ 0; uniforms: (sweeps, n_spins) in [0, 1).
    """
    for sweep in range(betas.size):
        for i in range(state.spins.size):
            rise = 2.0 * betas[sweep] * state.spins[i] * state.fields[i]
            if _accepts(uniforms[sweep, i], rise):
                _flip(state, i)
