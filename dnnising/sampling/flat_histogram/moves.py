"""The density of states from the single flips that lead from one energy to another.

Among configurations of energy E let T(E → E') be the share of single flips that lead to E'. Every flip can be
taken back, so

    g(E) T(E → E') = g(E') T(E' → E)

(Oliveira et al., Braz. J. Phys. 26, 677, 1996; Wang and Swendsen, J. Stat. Phys. 106, 245, 2002). A walk
visits the configurations of one energy evenly whatever it knows of g, so T can be counted: n(E) flips of
configurations met at E, C(E → E') of them to E'. Counts of all walkers and windows simply add up. Were flips
independent, then given C(E → E') + C(E' → E) that join two levels, those that lead up would be binomial with
log-odds

    ln [n(E) / n(E')] + ln g(E') - ln g(E),

and ln g is what then makes all the counts most likely (Wang, Tay and Swendsen, Phys. Rev. Lett. 82, 476,
1999, fit the same ratios by least squares). Flips of one configuration are not independent, which costs the
estimate none of its consistency but leaves its error to be found from independent walkers. It takes no
diffusion from one end of the energies to the other, whose slowness limits a histogram, and near the ground
state, where every configuration of a level has the same flips, it is exact.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve
from scipy.special import expit

from dnnising.errors import NotConvergedError

_STEPS = 1000  # of a nat at most: increments that are hundreds of nats off take hundreds
_TOLERANCE = 1e-10  # of ln g, in nats
_ROUNDING = 1e-6  # nats, below which a last step may be rounding


class Increments(NamedTuple):
    """What walkers' own ln g say of ln g[high] - ln g[low], between levels that are neighbours to a walker.

    Args:
        low, high: (n,) bins; differences: (n,) in nats.
    """

    low: NDArray[np.intp]
    high: NDArray[np.intp]
    differences: NDArray[np.float64]


def increments(log_g: NDArray[np.float64]) -> Increments:
    """All increments of the walkers' ln g, (..., n_bins), 0 where a walker has never been."""
    pieces = []
    for own in log_g.reshape(-1, log_g.shape[-1]):
        known = np.flatnonzero(own > 0)
        pieces.append((known[:-1], known[1:], np.diff(own[known])))
    return Increments(*(np.concatenate(column) for column in zip(*pieces)))


def most_likely_log_g(moves: NDArray[np.int64], own: Increments) -> NDArray[np.float64]:
    """ln g (n_bins,) up to a constant, NaN in bins that no increment joins to another.

    Each of the walkers' own increments counts as one measurement with a standard error of 1 nat, which
    decides only where moves are missing. Newton's method on the log-likelihood, which is concave.

    Args:
        moves: (n_bins, 2 r + 1) as the kernel counts them, of all walkers together.

    Raises:
        ValueError: increments that leave the levels in two pieces or more.
        NotConvergedError: no convergence in 1000 steps; ln g as far as it has come is attached.
    """
    levels = np.unique(np.concatenate([own.low, own.high]))
    result = np.full(moves.shape[0], np.nan)
    if levels.size == 0:
        raise ValueError("no walker has visited two levels")
    place = np.full(moves.shape[0], -1)
    place[levels] = np.arange(levels.size)
    first, second = place[own.low], place[own.high]
    adjacency = coo_array((np.ones(first.size), (first, second)), shape=(levels.size,) * 2)
    if connected_components(adjacency, directed=False)[0] > 1:
        raise ValueError("the walkers' levels do not overlap")
    low, high, up, down, log_odds = _pairs(moves, place)
    i, j = np.concatenate([first, low]), np.concatenate([second, high])

    def newton_step(slopes: NDArray, curvatures: NDArray) -> NDArray[np.float64]:
        """The step, 0 at the first level, from the likelihood's derivatives in every difference."""
        rows, columns = np.concatenate([i, j, i, j]), np.concatenate([i, j, j, i])
        entries = np.concatenate([curvatures, curvatures, -curvatures, -curvatures])
        matrix = coo_array((entries, (rows, columns)), shape=(levels.size,) * 2).tocsc()
        gradient = np.bincount(j, slopes, levels.size) - np.bincount(i, slopes, levels.size)
        return np.concatenate([[0.0], np.atleast_1d(spsolve(matrix[1:, 1:], gradient[1:]))])

    zeros = np.zeros(low.size)
    log_g = newton_step(
        np.concatenate([own.differences, zeros]), np.concatenate([np.ones(first.size), zeros])
    )
    for _ in range(_STEPS):
        chance = expit(log_odds + log_g[high] - log_g[low])
        slopes = np.concatenate([own.differences - (log_g[second] - log_g[first]), up - (up + down) * chance])
        curvatures = np.concatenate([np.ones(first.size), (up + down) * chance * (1 - chance)])
        step = newton_step(slopes, curvatures)
        log_g += step / max(1.0, np.abs(step[j] - step[i]).max())  # far off, a whole step may overshoot
        if np.abs(step).max() < _TOLERANCE:
            break
    result[levels] = log_g
    if np.abs(step).max() > _ROUNDING:
        raise NotConvergedError(
            f"the last of {_STEPS} steps for ln g is {np.abs(step).max():.2g} nats, as the walkers' own ln g "
            "is far from what their moves say; make more flips",
            result,
        )
    return result


def _pairs(moves: NDArray[np.int64], place: NDArray[np.intp]) -> tuple[NDArray, ...]:
    """Pairs of levels that proposals joined: lower and higher level, moves up and down, ln n(low)/n(high)."""
    reach = moves.shape[1] // 2
    made = moves.sum(axis=1)
    columns: list[tuple[NDArray, ...]] = []
    for d in range(1, reach + 1):
        up, down = moves[:-d, reach + d], moves[d:, reach - d]
        used = (up + down > 0) & (made[:-d] > 0) & (made[d:] > 0) & (place[:-d] >= 0) & (place[d:] >= 0)
        low = np.flatnonzero(used)
        columns.append((place[low], place[low + d], up[low], down[low], np.log(made[low] / made[low + d])))
    return tuple(np.concatenate(column) for column in zip(*columns))
