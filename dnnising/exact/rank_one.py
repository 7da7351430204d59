"""The ground state of a chain of rank-one matrices, exactly: what leading singular vectors do by themselves.

With J_l = s_l u_l v_lᵀ in every layer the energy knows the spins of layer l by two numbers alone,

    E(S) = - Σ_l s_l y_l x_{l+1} ,    y_l = u_l·S_l ,    x_l = v_{l-1}·S_l .

It is linear in (x_l, y_l) while the other layers stand still, so at the minimum (x_l, y_l) is a corner of
all the points that spins can reach. For n spins there are 2n corners: a direction turns once around, and
each spin flips where its (v_i, u_i) is at right angles to it. From layer to layer the best energy is then a
function of x alone, the largest of 2n straight lines, and one step after the other gives the minimum over
all 2^N states.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from dnnising.models.layered import LayeredCouplings
from dnnising.printing import one_line

_AT_ONCE = 2**22  # numbers that a step holds in memory


@one_line
class RankOneGroundState(NamedTuple):
    """The lowest state of a chain in which every matrix keeps its leading singular value alone.

    Args:
        energy: its energy with these matrices of rank one, extensive, in units of the couplings.
        spins: one array of ±1 a layer; with all of them reversed it is as low.

    >>> round(rank_one_ground_state(LayeredCouplings([np.ones((2, 3))])).energy, 9)  # all six bonds are kept
    -6.0
    """

    energy: float
    spins: tuple[NDArray[np.int8], ...]


def rank_one_ground_state(network: LayeredCouplings) -> RankOneGroundState:
    """The exact ground state of a chain whose matrices are replaced by s u vᵀ, their leading singular parts.

    s, u, v are the largest singular value and its vectors. Three things set the energy: s; how evenly weights
    are spread over a vector, as Σ|u_i| is largest at √n for equal ones; and how far the v of one matrix and
    the u of the next agree which spins to turn, in the layer that they share.

    Args:
        network: a chain of layers of any size, up to a few thousand spins each.

    Returns:
        the state. In the whole network its spins have about this energy, too, if what was left out is small
        or random.

    Raises:
        ValueError: a matrix without a nonzero entry.

    Two matrices that agree about their middle layer, and two that disagree about half of its spins:

    >>> same, other = np.ones(4), np.array([1.0, 1.0, -1.0, -1.0])
    >>> for u in (same, other):
    ...     chain = LayeredCouplings([np.outer(same, same), np.outer(u, same)])
    ...     round(rank_one_ground_state(chain).energy, 9)
    -32.0
    -16.0
    """
    return ground_state_of([_leading(matrix, l) for l, matrix in enumerate(network.couplings)])


Direction = tuple[NDArray[np.float64], float, NDArray[np.float64]]


def ground_state_of(directions: Sequence[Direction]) -> RankOneGroundState:
    """The exact ground state of a chain of s u vᵀ.

    Args:
        directions: (u, s, v) of every matrix, u (n_l,) and v (n_{l+1},).

    >>> ones = np.ones(2)
    >>> ground_state_of([(ones, 1.0, ones), (ones, 0.5, ones)]).energy
    -6.0
    """
    strengths = [s for _, s, _ in directions]
    # each layer's (v_{l-1}, u_l); the first has nothing before it, and the last nothing behind
    left = [np.zeros_like(directions[0][0]), *(v for *_, v in directions)]
    right = [*(u for u, *_ in directions), np.zeros_like(directions[-1][2])]
    corners = [_corners(v, u) for v, u in zip(left, right)]
    # best[l][j] is minus the lowest energy of all bonds up to layer l, which is in its corner j
    best, chosen = [np.zeros(len(corners[0].x))], []
    for l, strength in enumerate(strengths):
        values, origins = _largest(best[l], strength * corners[l].y, corners[l + 1].x)
        best.append(values)
        chosen.append(origins)
    corner = int(best[-1].argmax())
    spins = [corners[-1].spins(corner)]
    for l in range(len(strengths) - 1, -1, -1):
        corner = int(chosen[l][corner])
        spins.append(corners[l].spins(corner))
    return RankOneGroundState(-float(best[-1].max()), tuple(spins[::-1]))


class _Corners(NamedTuple):
    """Corners of the points (v·S, u·S) of one layer, in the order of a direction that turns once around.

    Args:
        x, y: (2n,) v·S and u·S.
        order: (n,) in which spins flip.
        start: (n,) the spins at the first corner, ±1.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    order: NDArray[np.int64]
    start: NDArray[np.int8]

    def spins(self, corner: int) -> NDArray[np.int8]:
        n = self.order.size
        spins = self.start.copy()
        spins[self.order[: corner % n]] *= -1
        return -spins if corner >= n else spins


def _corners(v: NDArray[np.float64], u: NDArray[np.float64]) -> _Corners:
    """Spins are sign(v cos φ + u sin φ); from φ = 0 on, spin i flips at the angle at which this is 0."""
    zero = np.arctan2(-v, u) % np.pi
    start = np.where((v > 0) | ((v == 0) & (u > 0)), 1, -1).astype(np.int8)
    order = zero.argsort(kind="stable")
    steps = -2.0 * start[order]
    x, y = (
        float(part @ start) + np.concatenate([[0.0], np.cumsum(steps * part[order])[:-1]]) for part in (v, u)
    )
    return _Corners(np.concatenate([x, -x]), np.concatenate([y, -y]), order, start)


def _largest(
    heights: NDArray[np.float64], slopes: NDArray[np.float64], places: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The largest of the lines heights + slopes · x at each place, and which line it is."""
    at_once = max(1, _AT_ONCE // heights.size)
    values, lines = np.empty(places.size), np.empty(places.size, dtype=np.int64)
    for first in range(0, places.size, at_once):
        some = slice(first, first + at_once)
        table = heights + slopes * places[some, None]
        lines[some] = table.argmax(axis=1)
        values[some] = table.max(axis=1)
    return values, lines


def _leading(matrix: Any, layer: int) -> Direction:
    """u, s and v of the largest singular value."""
    weights = np.asarray(matrix, dtype=np.float64)
    if not weights.any():
        raise ValueError(f"couplings {layer} are all zero: they have no leading singular vectors")
    if min(weights.shape) < 32:
        u, s, v = np.linalg.svd(weights, full_matrices=False)
    else:
        start = np.random.default_rng(0).standard_normal(min(weights.shape))
        u, s, v = svds(weights, k=1, v0=start)
    return u[:, 0], float(s[0]), v[0]
