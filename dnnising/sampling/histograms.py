"""Many temperatures, one density of states: multi-histogram reweighting without bins.

Samples of the energy at inverse temperatures β_k are samples of one density of states, seen through known
windows. Ferrenberg and Swendsen (Phys. Rev. Lett. 63, 1195, 1989) combine them; without bins and by maximum
likelihood this is the multistate Bennett acceptance ratio of Shirts and Chodera (J. Chem. Phys. 129, 124105,
2008). For a bipartite model without fields g(E) = g(-E), so only a = |E| matters, and at β_k it has the
probability G(a) cosh(β_k a) / Z_k with G(a) = g(a) + g(-a).
"""

from collections.abc import Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from dnnising.density import LN_2, DensityOfStates, jackknife_error, mirror
from dnnising.sampling.energy_grid import energy_edges
from dnnising.sampling.energy_samples import EnergySamples

_BLOCKS = 5  # pieces of each run that the jackknife leaves out in turn
_MANY_RUNS = 20  # from here on it leaves out a twentieth of the runs instead
_CUT = 36.0  # e^-36 of the largest term is lost in rounding


def multi_histogram(
    samples: EnergySamples, *, bin_width: float | None = None, edges: NDArray[np.float64] | None = None
) -> DensityOfStates:
    """The density of states of a bipartite model without fields, absolute: Σg = 2^N, g(E) = g(-E) exactly.

    Energies are counted in bins. What is returned for a bin is its width times the density at its centre,
    for which each sample is carried to the centre along the slope β(E) = d ln g/dE of the ladder. So sums over
    bins are integrals by the midpoint rule, at temperatures too at which ln g varies strongly inside a bin.

    Args:
        samples: of a ladder that starts at β = 0, where Z = 2^N fixes the normalisation.
        bin_width: for discrete levels, their distance: bins are centred at its multiples, and stand for the
            levels there.
        edges: (n_bins + 1,) of bins of |E|, ascending, the first centred at 0; None takes
            `energy_edges(samples)`. Densities can be compared on common edges only.

    Returns:
        log_g_error is a jackknife over fifths of every run (over runs, from twenty on); bins that not every
        part has seen are left out.

    Raises:
        ValueError: a ladder that does not start at 0, a bin width that is not positive, both a width and
            edges, or neighbouring temperatures without overlap, between which free energies are not determined.
        ArithmeticError: Newton's method does not converge.
    """
    if samples.betas[0] != 0:
        raise ValueError(f"the ladder must start at β = 0 for an absolute density, not at {samples.betas[0]}")
    if bin_width is not None and (edges is not None or not bin_width > 0):
        raise ValueError(f"give a positive bin_width or edges, got bin_width={bin_width}, edges={edges}")
    if bin_width is not None:
        edges = (np.arange(np.abs(samples.energies).max() / bin_width + 2) - 0.5) * bin_width
    elif edges is None:
        edges = energy_edges(samples)
    centres = 0.5 * (edges[1:] + edges[:-1])
    slopes = np.zeros(centres.size) if bin_width is not None else _slopes(samples, centres)
    log_z = log_partition_functions(samples)
    log_g = _binned(samples, log_z, edges, slopes)
    left_out = [_binned(part, some, edges, slopes) for part, some in _leaving_out(samples, log_z)]
    parts = np.array(left_out)
    found = np.flatnonzero(np.isfinite(parts).all(axis=0))[::-1]  # in every part, so that each has an error
    fold = np.where(found > 0, LN_2, 0.0)  # |E| > 0 stands for two bins
    parts = parts[:, found] - fold
    error = jackknife_error(parts)
    return mirror(DensityOfStates(-centres[found], log_g[found] - fold, samples.n_spins, error, parts))


def _slopes(samples: EnergySamples, magnitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """β at which the mean energy is -|E|: the slope of ln g there."""
    reach = np.maximum.accumulate(-samples.energies.mean(axis=(0, 1)))
    return np.interp(magnitudes, reach, samples.betas)


def _leaving_out(
    samples: EnergySamples, log_z: NDArray[np.float64]
) -> Iterator[tuple[EnergySamples, NDArray[np.float64]]]:
    """The samples without each block in turn, and their ln Z: one Newton step from that of all samples."""
    runs, length, _ = samples.energies.shape
    if runs >= _MANY_RUNS:
        blocks = [(some, slice(None)) for some in np.array_split(np.arange(runs), _MANY_RUNS)]
    else:
        pieces = np.array_split(np.arange(length), _BLOCKS)
        blocks = [(np.array([run]), slice(piece[0], piece[-1] + 1)) for run in range(runs) for piece in pieces]
    log_weights = np.log(runs * length) - log_z
    of_block = [
        _responsibilities(np.abs(samples.energies[block]).ravel(), samples.betas, log_weights)
        for block in blocks
    ]
    all_totals, all_overlap = (sum(terms) for terms in zip(*of_block))
    for block, (totals, overlap) in zip(blocks, of_block):
        kept = np.ones((runs, length), dtype=bool)
        kept[block] = False
        part = EnergySamples(samples.betas, samples.energies[kept][None], samples.n_spins)
        step = _newton_step(all_totals - totals, all_overlap - overlap, int(kept.sum()))
        yield part, log_z + np.concatenate([[0.0], step])


def _newton_step(totals: NDArray, overlap: NDArray, number: int) -> NDArray[np.float64]:
    """Towards the ln Z at which every rung but β = 0 is as likely the origin of a sample as it was, `number`.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
    """
    hessian = np.diag(totals) - overlap
    try:
        step = np.linalg.solve(hessian[1:, 1:], (totals - number)[1:])
    except np.linalg.LinAlgError:
        step = np.array([np.inf])
    if not np.all(np.isfinite(step)):
        raise ValueError("neighbouring temperatures do not overlap; put more of them on the ladder")
    return step


def log_partition_functions(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z at every β of the ladder, (n_betas,), relative to ln Z(0) = N ln 2: maximum likelihood, by Newton.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        ArithmeticError: no convergence in 50 steps.
    """
    magnitudes = np.abs(samples.energies).ravel()
    number = magnitudes.size // samples.betas.size
    log_z = _integrated(samples)
    for _ in range(50):
        totals, overlap = _responsibilities(magnitudes, samples.betas, np.log(number) - log_z)
        step = _newton_step(totals, overlap, number)
        log_z[1:] += np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-6:  # the next would be its square
            return log_z
    raise ArithmeticError(
        f"the last of 50 Newton steps for ln Z is {np.abs(step).max():.2g}; put more temperatures on the ladder"
    )


def _integrated(samples: EnergySamples) -> NDArray[np.float64]:
    """ln Z(β) = N ln 2 - ∫₀^β U dβ' by the trapezoidal rule."""
    mean = samples.energies.mean(axis=(0, 1))
    steps = 0.5 * (mean[1:] + mean[:-1]) * np.diff(samples.betas)
    return samples.n_spins * LN_2 - np.concatenate([[0.0], np.cumsum(steps)])


def _binned(
    samples: EnergySamples,
    log_z: NDArray[np.float64],
    edges: NDArray[np.float64],
    slopes: NDArray[np.float64],
) -> NDArray[np.float64]:
    """ln G at the centre of every bin of |E|, times its width, (n_bins,); -inf where no sample fell."""
    number = samples.energies.size / samples.betas.size
    magnitudes = np.abs(samples.energies).ravel()
    log_weights = -_log_mixture(magnitudes, samples.betas, np.log(number) - log_z)
    bins = np.searchsorted(edges, magnitudes, side="right") - 1
    inside = (bins >= 0) & (bins < slopes.size)
    bins, magnitudes, log_weights = bins[inside], magnitudes[inside], log_weights[inside]
    log_weights += slopes[bins] * (magnitudes - 0.5 * (edges[bins] + edges[bins + 1]))
    largest = np.full(slopes.size, -np.inf)
    np.maximum.at(largest, bins, log_weights)
    sums = np.bincount(bins, np.exp(log_weights - largest[bins]), minlength=slopes.size)
    with np.errstate(divide="ignore"):
        return largest + np.log(sums)


@njit(cache=True)
def _log_term(k, a, betas, log_weights):  # type: ignore[no-untyped-def]
    """ln of w_k cosh(β_k a)."""
    x = betas[k] * a
    term = log_weights[k] + x - LN_2
    if x < 19.0:  # beyond, the second exponential is lost in rounding
        term += np.log1p(np.exp(-2.0 * x))
    return term


@njit(cache=True)
def _terms(a, betas, log_weights, terms):  # type: ignore[no-untyped-def]
    """w_k cosh(β_k a) / the largest of them, into terms[first:stop], where they count; first, stop, ln of the largest.

    ln Z is convex in β, so the terms rise to one maximum, which bisection finds, and fall.
    """
    low, high = 0, betas.size - 1
    while low < high:
        middle = (low + high) // 2
        if _log_term(middle, a, betas, log_weights) < _log_term(middle + 1, a, betas, log_weights):
            low = middle + 1
        else:
            high = middle
    largest = _log_term(low, a, betas, log_weights)
    first, stop = low, low + 1
    terms[low] = 1.0
    while first > 0:
        difference = _log_term(first - 1, a, betas, log_weights) - largest
        if difference < -_CUT:
            break
        first -= 1
        terms[first] = np.exp(difference)
    while stop < betas.size:
        difference = _log_term(stop, a, betas, log_weights) - largest
        if difference < -_CUT:
            break
        terms[stop] = np.exp(difference)
        stop += 1
    return first, stop, largest


@njit(cache=True)
def _log_mixture(magnitudes, betas, log_weights):  # type: ignore[no-untyped-def]
    """ln Σ_k w_k cosh(β_k a) for every a."""
    terms, result = np.empty(betas.size), np.empty(magnitudes.size)
    for i in range(magnitudes.size):
        first, stop, largest = _terms(magnitudes[i], betas, log_weights, terms)
        result[i] = largest + np.log(terms[first:stop].sum())
    return result


@njit(cache=True)
def _responsibilities(magnitudes, betas, log_weights):  # type: ignore[no-untyped-def]
    """With p_k = w_k cosh(β_k a) / Σ_j w_j cosh(β_j a): Σ_a p_k, (n_betas,), and Σ_a p_k p_j."""
    terms = np.empty(betas.size)
    totals, overlap = np.zeros(betas.size), np.zeros((betas.size, betas.size))
    for i in range(magnitudes.size):
        first, stop, _ = _terms(magnitudes[i], betas, log_weights, terms)
        total = terms[first:stop].sum()
        for j in range(first, stop):
            p = terms[j] / total
            totals[j] += p
            for m in range(first, stop):
                overlap[j, m] += p * (terms[m] / total)
    return totals, overlap
