"""Free energies of a ladder of temperatures from samples at all of them, by maximum likelihood.

The multistate Bennett acceptance ratio of Shirts and Chodera (J. Chem. Phys. 129, 124105, 2008) for a
bipartite model without fields: g(E) = g(-E), so only a = |E| matters, and at β_k it has the probability
G(a) cosh(β_k a) / Z_k with G(a) = g(a) + g(-a). All rungs have as many samples, so that a came from rung k
with the probability p_k(a) = [cosh(β_k a)/Z_k] / Σ_j [cosh(β_j a)/Z_j].
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dnnising.density import LN_2
from dnnising.sampling.energy_samples import EnergySamples

_CUT = 36.0  # e^-36 of the largest term is lost in rounding


def log_partition_functions(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z at every β of the ladder, (n_betas,), relative to ln Z(0) = N ln 2, by Newton's method.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        ArithmeticError: no convergence in 50 steps.
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
    """`log_partition_functions` from distinct magnitudes and how often each was sampled."""
    log_z = _integrated(samples)
    for _ in range(50):
        step = newton_step(*responsibilities(magnitudes, counts, samples.betas, log_z))
        log_z += np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-6:  # the next would be its square
            return log_z
    raise ArithmeticError(
        f"the last of 50 Newton steps for ln Z is {np.abs(step).max():.2g}; put more rungs on the ladder"
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


def _integrated(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z(β) = N ln 2 - ∫₀^β U dβ' by the trapezoidal rule."""
    mean = samples.energies.mean(axis=(0, 1))
    steps = 0.5 * (mean[1:] + mean[:-1]) * np.diff(samples.betas)
    return samples.n_spins * LN_2 - np.concatenate([[0.0], np.cumsum(steps)])


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
