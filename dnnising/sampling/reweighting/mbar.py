"""Free energies of a ladder of temperatures from samples at all of them, by maximum likelihood.

The multistate Bennett acceptance ratio of Shirts and Chodera (J. Chem. Phys. 129, 124105, 2008) for a
bipartite model without fields: g(E) = g(-E), so only a = |E| matters, and at β_k it has the probability
G(a) cosh(β_k a) / Z_k with G(a) = g(a) + g(-a). All rungs have as many samples, so that a came from rung k
with the probability p_k(a) = [cosh(β_k a)/Z_k] / Σ_j [cosh(β_j a)/Z_j].
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import expit

from dnnising.density import LN_2
from dnnising.errors import NotConvergedError
from dnnising.sampling.tempering.energy_samples import EnergySamples

_CUT = 36.0  # e^-36 of the largest term is lost in rounding
_STEPS = 100
_ROUNDING = 1e-6  # of a log likelihood
_BISECTIONS = 30  # of ratios that span hundreds: to 1e-6


def log_partition_functions(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z at every β of the ladder, (n_betas,), relative to ln Z(0) = N ln 2, by maximum likelihood.

    The multistate Bennett acceptance ratio (Shirts and Chodera, J. Chem. Phys. 129, 124105, 2008), in which
    g(E) = g(-E) is known: ln Z solves

        n_k = Σ p_k(|E|) ,    p_k(a) = [cosh(β_k a)/Z_k] / Σ_j [cosh(β_j a)/Z_j] ,

    the sum over the samples of all rungs, n_k those of rung k.

    Args:
        samples: energies of a bipartite model without fields, at a ladder of temperatures that starts at β =
            0.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        NotConvergedError: no convergence in 100 steps; ln Z as far as it has come is attached.

    >>> energies = np.array([[1.0, -1.0], [-1.0, -1.0]])  # of one bond J = 1, for which Z = 4 cosh β
    >>> samples = EnergySamples(np.array([0.0, 2.0]), energies[None], n_spins=2)
    >>> bool(np.allclose(log_partition_functions(samples), np.log(4 * np.cosh([0.0, 2.0]))))
    True
    """
    magnitudes, level = distinct(samples)
    return maximum_likelihood(samples, magnitudes, np.bincount(level.ravel()))


def distinct(samples: EnergySamples) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Distinct |E|, ascending, and which of them each sample is, (runs, samples, n_betas).

    Continuous energies are all distinct; of discrete ones there are few, however many the samples.
    """
    magnitudes, level = np.unique(np.abs(samples.energies), return_inverse=True)
    return magnitudes, level.reshape(samples.energies.shape)


def maximum_likelihood(
    samples: EnergySamples, magnitudes: NDArray[np.float64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """`log_partition_functions` from distinct magnitudes and how often each was sampled.

    The likelihood has one maximum. Newton's step is taken where it raises the likelihood and leaves ln Z
    convex in β; where it does not, Z_k Σ p_k / n_k in place of Z_k does both (the self-consistent iteration).

    Raises: as `log_partition_functions`.
    """
    betas, number = samples.betas, counts.sum() / samples.betas.size  # of samples a rung
    start = log_z = _between_neighbours(samples)
    mixture = log_mixture(magnitudes, betas, start)

    def loss(log_z: NDArray) -> float:
        """Relative to the start, or rounding would hide what the last steps gain."""
        change = log_mixture(magnitudes, betas, log_z) - mixture
        return float(number * (log_z - start).sum() + counts @ change)

    lowest = 0.0
    for _ in range(_STEPS):
        totals, overlap = responsibilities(magnitudes, counts, betas, log_z)
        step = newton_step(totals, overlap)
        if np.abs(step).max() < 1e-6:  # the next would be its square
            return log_z + step
        newton = log_z + step
        if _is_convex(newton, betas) and (reached := loss(newton)) < lowest + _ROUNDING:
            log_z, lowest = newton, reached
        else:
            ratios = np.log(totals / number)
            log_z = log_z + ratios - ratios[0]
            lowest = loss(log_z)
    raise NotConvergedError(
        f"the last of {_STEPS} steps for ln Z is {np.abs(step).max():.2g}; put more rungs on the ladder",
        log_z,
    )


def newton_step(totals: NDArray[np.float64], overlap: NDArray[np.float64]) -> NDArray[np.float64]:
    """What to add to ln Z, (n_betas,), 0 at β = 0, so that all rungs seem to have sent as many samples.

    Args:
        totals, overlap: Σ p_k and Σ p_k p_j over the samples.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
    """
    hessian = np.diag(totals) - overlap
    try:
        step = np.linalg.solve(hessian[1:, 1:], (totals - totals.mean())[1:])
    except np.linalg.LinAlgError:
        step = np.array([np.inf])
    if not np.all(np.isfinite(step)):
        raise ValueError("neighbouring temperatures do not overlap; put more of them on the ladder")
    return np.concatenate([[0.0], step])


def _between_neighbours(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z from pairs of neighbouring rungs alone, made convex in β: where to start.

    Of the samples a of a pair, as many should seem to be of either: Σ 1/[1 + e^(Δ - r(a))] is half of them,
    r the log ratio of the two cosh βa, and Δ = ln Z' - ln Z is found by bisection (Bennett's ratio).
    """
    a = np.abs(samples.energies).reshape(-1, samples.betas.size).T  # (n_betas, samples)
    pairs = np.concatenate([a[:-1], a[1:]], axis=1)
    low, high = samples.betas[:-1, None] * pairs, samples.betas[1:, None] * pairs
    ratio = np.logaddexp(high, -high) - np.logaddexp(low, -low)
    bottom, top = ratio.min(axis=1), ratio.max(axis=1)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (bottom + top)
        above = expit(ratio - middle[:, None]).mean(axis=1) > 0.5
        bottom, top = np.where(above, middle, bottom), np.where(above, top, middle)
    widths = np.diff(samples.betas)
    slopes = isotonic_regression(0.5 * (bottom + top) / widths, weights=widths).x
    return samples.n_spins * LN_2 + np.concatenate([[0.0], np.cumsum(slopes * widths)])


def _is_convex(log_z: NDArray, betas: NDArray) -> bool:
    return bool(np.all(np.diff(np.diff(log_z) / np.diff(betas)) >= 0))


@njit(cache=True)
def _log_term(k, a, betas, log_z):  # type: ignore[no-untyped-def]
    """ln [cosh(β_k a) / Z_k]."""
    x = betas[k] * a
    term = x - log_z[k] - LN_2
    if x < 19.0:  # beyond, the second exponential is lost in rounding
        term += np.log1p(np.exp(-2.0 * x))
    return term


@njit(cache=True)
def _terms(a, betas, log_z, terms):  # type: ignore[no-untyped-def]
    """cosh(β_k a)/Z_k over the largest of them, into terms[first:stop]; first, stop, ln of the largest.

    ln Z is convex in β, so the terms rise to one maximum, which bisection finds, and fall.
    """
    low, high = 0, betas.size - 1
    while low < high:
        middle = (low + high) // 2
        if _log_term(middle, a, betas, log_z) < _log_term(middle + 1, a, betas, log_z):
            low = middle + 1
        else:
            high = middle
    largest = _log_term(low, a, betas, log_z)
    first, stop = low, low + 1
    terms[low] = 1.0
    while first > 0:
        difference = _log_term(first - 1, a, betas, log_z) - largest
        if difference < -_CUT:
            break
        first -= 1
        terms[first] = np.exp(difference)
    while stop < betas.size:
        difference = _log_term(stop, a, betas, log_z) - largest
        if difference < -_CUT:
            break
        terms[stop] = np.exp(difference)
        stop += 1
    return first, stop, largest


@njit(cache=True)
def log_mixture(magnitudes, betas, log_z):  # type: ignore[no-untyped-def]
    """ln Σ_k cosh(β_k a)/Z_k for every a, (n_magnitudes,)."""
    terms, result = np.empty(betas.size), np.empty(magnitudes.size)
    for i in range(magnitudes.size):
        first, stop, largest = _terms(magnitudes[i], betas, log_z, terms)
        result[i] = largest + np.log(terms[first:stop].sum())
    return result


@njit(cache=True)
def responsibilities(magnitudes, counts, betas, log_z):  # type: ignore[no-untyped-def]
    """Σ_a p_k(a), (n_betas,), and Σ_a p_k(a) p_j(a), each a as often as it counts."""
    terms = np.empty(betas.size)
    totals, overlap = np.zeros(betas.size), np.zeros((betas.size, betas.size))
    for i in range(magnitudes.size):
        if counts[i] == 0:
            continue
        first, stop, _ = _terms(magnitudes[i], betas, log_z, terms)
        total = terms[first:stop].sum()
        for j in range(first, stop):
            p = counts[i] * terms[j] / total
            totals[j] += p
            for m in range(first, stop):
                overlap[j, m] += p * (terms[m] / total)
    return totals, overlap
