"""Many temperatures, one density of states: multi-histogram reweighting without bins.

Samples of the energy at inverse temperatures β_k are samples of one density of states, seen through known
windows. Ferrenberg and Swendsen (Phys. Rev. Lett. 63, 1195, 1989) combine them; without bins and by maximum
likelihood this is the multistate Bennett acceptance ratio of Shirts and Chodera (J. Chem. Phys. 129, 124105,
2008). For a bipartite model without fields g(E) = g(-E), so only a = |E| matters, and at β_k it has the
probability G(a) cosh(β_k a) / Z_k with G(a) = g(a) + g(-a).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dnnising.density import LN_2, DensityOfStates, mirror
from dnnising.sampling.energy_samples import EnergySamples

_BLOCKS = 5  # pieces of each run that the jackknife leaves out in turn


def multi_histogram(samples: EnergySamples, bin_width: float | None = None) -> DensityOfStates:
    """The density of states of a bipartite model without fields, absolute: Σg = 2^N, g(E) = g(-E) exactly.

    Args:
        samples: of a ladder that starts at β = 0, where Z = 2^N fixes the normalisation.
        bin_width: energies are counted in bins centred at its multiples; None takes a quarter of the
            standard deviation of E over all states.

    Returns:
        log_g_error is a jackknife over fifths of every run; bins that not every part has seen are left out.

    Raises:
        ValueError: a ladder that does not start at 0, a bin width that is not positive, or neighbouring
            temperatures without overlap, between which free energies are not determined.
    """
    if samples.betas[0] != 0:
        raise ValueError(f"the ladder must start at β = 0 for an absolute density, not at {samples.betas[0]}")
    width = bin_width if bin_width is not None else 0.25 * float(samples.energies[..., 0].std())
    if not width > 0:
        raise ValueError(f"bin_width must be positive, got {bin_width}")
    bins = np.floor(np.abs(samples.energies) / width + 0.5).astype(np.int64)  # (runs, samples, betas)
    log_z = log_partition_functions(samples)
    log_g = _binned(samples, log_z, bins)
    blocks = [
        (run, block)
        for run in range(samples.energies.shape[0])
        for block in np.array_split(np.arange(samples.energies.shape[1]), _BLOCKS)
    ]
    left_out = np.full((len(blocks), log_g.size), -np.inf)
    for row, (run, block) in enumerate(blocks):
        kept = np.ones(samples.energies.shape[:2], dtype=bool)
        kept[run, block] = False
        part = EnergySamples(samples.betas, samples.energies[kept][None], samples.n_spins)
        some = _binned(part, log_partition_functions(part, start=log_z), bins[kept][None])
        left_out[row, : some.size] = some
    found = np.flatnonzero(np.isfinite(left_out).all(axis=0))  # in every part, so that each has an error
    error = np.sqrt((len(blocks) - 1) * left_out[:, found].var(axis=0))
    log_g = log_g[found] - np.where(found > 0, LN_2, 0.0)  # |E| > 0 stands for two bins
    energies = -found[::-1].astype(np.float64) * width
    half = DensityOfStates(energies, log_g[::-1], samples.n_spins, error[::-1])
    return mirror(half)


def log_partition_functions(
    samples: EnergySamples, start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """ln Z at every β of the ladder, (n_betas,), relative to ln Z(0) = N ln 2: maximum likelihood, by Newton.

    Args:
        start: a first guess; None integrates the mean energies over β.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
    """
    magnitudes = np.abs(samples.energies).ravel()
    number = np.full(samples.betas.size, magnitudes.size / samples.betas.size)
    log_z = _integrated(samples) if start is None else start.copy()
    for _ in range(50):
        totals, overlap = _responsibilities(magnitudes, samples.betas, np.log(number) - log_z)
        hessian = np.diag(totals) - overlap
        try:
            step = np.linalg.solve(hessian[1:, 1:], (totals - number)[1:])
        except np.linalg.LinAlgError:
            step = np.array([np.inf])
        if not np.all(np.isfinite(step)):
            raise ValueError("neighbouring temperatures do not overlap; put more of them on the ladder")
        log_z[1:] += np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-9:
            break
    return log_z


def _integrated(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z(β) = N ln 2 - ∫₀^β U dβ' by the trapezoidal rule."""
    mean = samples.energies.mean(axis=(0, 1))
    steps = 0.5 * (mean[1:] + mean[:-1]) * np.diff(samples.betas)
    return samples.n_spins * LN_2 - np.concatenate([[0.0], np.cumsum(steps)])


def _binned(
    samples: EnergySamples, log_z: NDArray[np.float64], bins: NDArray[np.int64]
) -> NDArray[np.float64]:
    """ln of the number of states with |E| in each bin, (n_bins,); -inf where no sample fell."""
    number = samples.energies.size / samples.betas.size
    magnitudes = np.abs(samples.energies).ravel()
    log_weights = -_log_mixture(magnitudes, samples.betas, np.log(number) - log_z)
    flat = bins.ravel()
    largest = np.full(int(flat.max()) + 1, -np.inf)
    np.maximum.at(largest, flat, log_weights)
    sums = np.bincount(flat, np.exp(log_weights - largest[flat]), minlength=largest.size)
    with np.errstate(divide="ignore"):
        return largest + np.log(sums)


@njit(cache=True)
def _terms(a, betas, log_weights, terms):  # type: ignore[no-untyped-def]
    """ln of w_k cosh(β_k a) for every k, into terms; returns the largest."""
    largest = -np.inf
    for k in range(betas.size):
        x = betas[k] * a
        terms[k] = log_weights[k] + x - LN_2
        if x < 19.0:  # beyond, the second exponential is lost in rounding
            terms[k] += np.log1p(np.exp(-2.0 * x))
        largest = max(largest, terms[k])
    return largest


@njit(cache=True)
def _log_mixture(magnitudes, betas, log_weights):  # type: ignore[no-untyped-def]
    """ln Σ_k w_k cosh(β_k a) for every a."""
    terms, result = np.empty(betas.size), np.empty(magnitudes.size)
    for i in range(magnitudes.size):
        largest = _terms(magnitudes[i], betas, log_weights, terms)
        total = 0.0
        for k in range(betas.size):
            if terms[k] > largest - 40.0:
                total += np.exp(terms[k] - largest)
        result[i] = largest + np.log(total)
    return result


@njit(cache=True)
def _responsibilities(magnitudes, betas, log_weights):  # type: ignore[no-untyped-def]
    """With p_k = w_k cosh(β_k a) / Σ_j w_j cosh(β_j a): Σ_a p_k, (n_betas,), and Σ_a p_k p_j."""
    n = betas.size
    terms, totals, overlap = np.empty(n), np.zeros(n), np.zeros((n, n))
    near = np.empty(n, dtype=np.int64)
    for i in range(magnitudes.size):
        largest = _terms(magnitudes[i], betas, log_weights, terms)
        count, total = 0, 0.0
        for k in range(n):
            if terms[k] > largest - 40.0:
                terms[k] = np.exp(terms[k] - largest)
                total += terms[k]
                near[count] = k
                count += 1
        for j in range(count):
            p = terms[near[j]] / total
            totals[near[j]] += p
            for m in range(count):
                overlap[near[j], near[m]] += p * terms[near[m]] / total
    return totals, overlap
