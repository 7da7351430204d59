"""Cluster moves inside a flat-histogram walk of the ferromagnetic lattice.

Wolff (Phys. Rev. Lett. 62, 361, 1989) grows a cluster of equal spins, each bond joining with probability
1 - e^(-2β), and turns it over; forth and back such a move has chances in the ratio e^(-β(E'-E)), whatever β.
A walk that visits energies in proportion to 1/g may therefore propose it and accept with probability

    min(1, e^(β(E'-E)) g(E)/g(E')) ,

which is of order one where β is near the slope d ln g/dE. β is drawn anew for every move, without regard to
the configuration. Near the critical energy single spins change the magnetisation at fixed energy slowly, and
clusters at once.
"""

import numpy as np
from numba import njit

from dnnising.sampling.single_spin import _flip, walk


@njit(cache=True, error_model="numpy", nogil=True)
def walk_with_clusters(state, log_g, histogram, moves, energy, lowest, bin_width, log_f, proposals, rng):  # type: ignore[no-untyped-def]
    """`single_spin.walk` on a `LatticeState` (see there), with one cluster after every sweep of N proposals.

    Args:
        proposals: of single spins, a last sweep that they do not fill included; rng: numpy Generator.

    Returns:
        the energy of the state afterwards.
    """
    members = np.empty(state.spins.size, dtype=np.int64)
    for done in range(0, proposals, members.size):
        uniforms = rng.random(min(members.size, proposals - done))
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
