"""Chains of narrow layers with integer couplings: counted layer by layer."""

from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dnnising.density import DensityOfStates
from dnnising.exact.enumeration import all_configurations
from dnnising.models.layered import LayeredCouplings

MAX_WIDTH = 12
_SAME = 1e-9  # of a unit that is to be found


def transfer_dos(network: LayeredCouplings, *, unit: float = 1.0) -> DensityOfStates:
    """Exact density of states of a chain of any length whose couplings are integer multiples of `unit`.

        g_1(S, E) = δ(E, 0) ,   g_{l+1}(S', E) = Σ_S g_l(S, E + S J_l S')

    counts configurations of the first layers by the state S of the last of them, at the price of
    Σ_l 2^(n_l + n_{l+1}) additions a level. Counts are float64, exact below 2^53.

    Args:
        network: layers of at most 12 spins each.
        unit: distance of the couplings' values, in units of the coupling.

    Returns:
        all levels that have a configuration, Σ g = 2^N.

    Raises:
        ValueError: a wider layer, or couplings that are no multiples of unit to 1e-6 of it.

    >>> chain = LayeredCouplings([np.ones((1, 1))] * 100)  # 101 spins in a row: b of 100 bonds are broken
    >>> dos = transfer_dos(chain)
    >>> bool(np.isclose(np.exp(dos.log_g[1]), 2 * 100))  # b = 1: 100 places, and all spins turned over
    True
    """
    if max(network.layer_sizes) > MAX_WIDTH:
        raise ValueError(f"the transfer takes layers of at most {MAX_WIDTH} spins, got {network.layer_sizes}")
    scaled = [matrix.astype(np.float64) / unit for matrix in network.couplings]
    whole = [np.rint(matrix).astype(np.int64) for matrix in scaled]
    if any(np.abs(a - b).max() > 1e-6 for a, b in zip(scaled, whole)):
        raise ValueError(f"couplings must be multiples of unit={unit}; round them, or use a sampler")
    reach = sum(int(np.abs(matrix).sum()) for matrix in whole)
    counts = np.zeros((2 ** network.layer_sizes[0], 2 * reach + 1))  # column E + reach
    counts[:, reach] = 1.0
    for matrix in whole:
        left, right = (all_configurations(n).astype(np.int64) for n in matrix.shape)
        counts = _onward(counts, -(left @ matrix @ right.T))
    total = counts.sum(axis=0)
    found = np.flatnonzero(total)
    energies = (found - reach).astype(np.float64) * unit
    return DensityOfStates(energies, np.log(total[found]), network.n_spins)


def transfer_cost(network: LayeredCouplings, unit: float) -> tuple[float, float]:
    """What `transfer_dos` takes: Σ_l 2^(n_l + n_{l+1}) (2R + 1) additions and 2^max(n_l) (2R + 1) numbers.

    R = Σ|J|/unit bounds the levels on either side of zero.
    """
    sizes = network.layer_sizes
    levels = 2 * sum(float(np.abs(matrix).sum(dtype=np.float64)) for matrix in network.couplings) / unit + 1
    return levels * sum(2.0 ** (n + m) for n, m in pairwise(sizes)), levels * 2.0 ** max(sizes)


def common_unit(network: LayeredCouplings) -> float:
    """The largest number of which all couplings are multiples, to 1e-9 of it; 1 if all are zero.

    By Euclid's rule, so couplings that have none end in a unit as small as their rounding.

    >>> common_unit(LayeredCouplings([[[1.5, -0.5]], [[2.0], [0.0]]]))
    0.5
    """
    sizes = np.unique(np.concatenate([np.abs(matrix).ravel() for matrix in network.couplings]))
    unit = 0.0
    for size in sizes[sizes > 0].tolist():
        larger, smaller = size, unit
        while smaller > _SAME * larger:
            larger, smaller = smaller, abs(larger - smaller * round(larger / smaller))
        unit = larger
    return unit or 1.0


@njit(cache=True)
def _onward(counts: NDArray, energies: NDArray) -> NDArray:
    """counts (states, levels) of one layer's states to those of the next, energies (states, next states)."""
    states, levels = counts.shape
    result = np.zeros((energies.shape[1], levels))
    for after in range(energies.shape[1]):
        for before in range(states):
            shift = energies[before, after]
            for level in range(max(0, -shift), min(levels, levels - shift)):
                result[after, level + shift] += counts[before, level]
    return result
