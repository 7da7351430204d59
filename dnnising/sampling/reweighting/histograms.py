"""Many temperatures, one density of states: multi-histogram reweighting.

Samples of the energy at inverse temperatures β_k are samples of one density of states, seen through known
windows. Ferrenberg and Swendsen (Phys. Rev. Lett. 63, 1195, 1989) combine them; here each sample keeps its
own energy, and counts for 1 / Σ_k n_k cosh(β_k a)/Z_k states with |E| = a.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dnnising.density import LN_2, DensityOfStates, mirror, normalise
from dnnising.errors import NotConvergedError
from dnnising.sampling.reweighting.energy_grid import energy_edges
from dnnising.sampling.reweighting.mbar import (
    distinct,
    log_mixture,
    maximum_likelihood,
    newton_step,
    responsibilities,
)
from dnnising.sampling.tempering.energy_samples import EnergySamples

_BLOCKS = 5  # pieces of each run that the jackknife leaves out in turn
_MANY_RUNS = 20  # from here on it leaves out a twentieth of the runs instead
_BEYOND = 1e-3  # of all 2^N states, the most that edges may leave out


def multi_histogram(
    samples: EnergySamples, *, bin_width: float | None = None, edges: NDArray[np.float64] | None = None
) -> DensityOfStates:
    """The density of states of a bipartite model without fields, absolute: Σg = 2^N, g(E) = g(-E) exactly.

    Energies are counted in bins. What is returned for a bin is its width times the density at its centre,
    for which each sample is carried to the centre along the slope β(E) = d ln g/dE of the ladder. So sums
    over bins are integrals by the midpoint rule, even where ln g varies strongly inside a bin. What the rule
    leaves, a per cent at most, and what the samples at β = 0 miss (a share e^S/2^N where the density ends at
    the entropy S) is too little to tell, so in the end Σg over the bins that are found is set to 2^N.

    Args:
        samples: energies at a ladder of temperatures that starts at β = 0, where Z = 2^N fixes the
            normalisation.
        bin_width: for discrete levels, their distance, in units of the coupling: bins are centred at its
            multiples, and stand for the levels there.
        edges: (n_bins + 1,) of bins of |E|, ascending, the first centred at 0; None takes
            `energy_edges(samples)`. Densities can be compared on common edges only.

    Returns:
        the density with its errors. log_g_error is a jackknife over fifths of every run (over runs, from
        twenty on), each part normalised like the whole; bins that not every part has seen are left out.

    Raises:
        ValueError: a ladder that does not start at 0, a bin width that is not positive, both a width and
            edges, edges that leave out more than a thousandth of all states, fewer than five samples a run
            (with twenty runs one will do), neighbouring temperatures without overlap, between which nothing
            is determined, or no width and no edges for energies that do not fall along the ladder.
        NotConvergedError: ln Z is not found in 100 steps (as far as it has come it is attached), or no bin
            has been seen by every part (the samples are attached).

    >>> energies = np.array([[1.0, -1.0], [-1.0, -1.0]] * 5)  # of one bond J = 1 between two spins
    >>> samples = EnergySamples(np.array([0.0, 2.0]), energies[None], n_spins=2)
    >>> dos = multi_histogram(samples, bin_width=1.0)
    >>> dos.energies.tolist(), np.exp(dos.log_g).round(9).tolist()
    ([-1.0, 1.0], [2.0, 2.0])
    """
    if samples.betas[0] != 0:
        raise ValueError(f"the ladder must start at β = 0 for an absolute density, not at {samples.betas[0]}")
    if bin_width is not None and (edges is not None or not bin_width > 0):
        raise ValueError(f"give a positive bin_width or edges, got bin_width={bin_width}, edges={edges}")
    runs, length, _ = samples.energies.shape
    if length < 1 or (runs < _MANY_RUNS and length < _BLOCKS):
        raise ValueError(
            f"errors need {_BLOCKS} samples of each run at every temperature, or {_MANY_RUNS} runs; got "
            f"{length} of each of {runs} runs: take more sweeps"
        )
    if bin_width is not None:
        edges = (np.arange(np.abs(samples.energies).max() / bin_width + 2) - 0.5) * bin_width
    elif edges is None:
        edges = energy_edges(samples)
    centres = 0.5 * (edges[1:] + edges[:-1])
    slopes = np.zeros(centres.size) if bin_width is not None else _slopes(samples, centres)
    magnitudes, level = distinct(samples)
    every = np.bincount(level.ravel(), minlength=magnitudes.size)
    log_z = maximum_likelihood(samples, magnitudes, every)
    log_weights = _log_weights(samples, magnitudes, every, log_z)
    _check_reach(magnitudes, every, log_weights - samples.n_spins * LN_2, edges)
    log_g = _binned(magnitudes, every, log_weights, edges, slopes)
    parts = np.array(
        [
            _binned(magnitudes, kept, _log_weights(samples, magnitudes, kept, some), edges, slopes)
            for kept, some in _leaving_out(samples, magnitudes, level, every, log_z)
        ]
    )
    found = np.flatnonzero(np.isfinite(parts).all(axis=0))[::-1]  # in every part, so that each has an error
    if found.size == 0:
        raise NotConvergedError(
            f"no bin of energy was seen by every part of {runs} runs of {length} samples: take more sweeps "
            "or wider bins",
            samples,
        )
    fold = np.where(found > 0, LN_2, 0.0)  # |E| > 0 stands for two bins
    half = DensityOfStates(
        -centres[found], log_g[found] - fold, samples.n_spins, leave_one_out=parts[:, found] - fold
    )
    return normalise(mirror(half))


def _check_reach(
    magnitudes: NDArray[np.float64],
    counts: NDArray[np.int64],
    log_shares: NDArray[np.float64],
    edges: NDArray,
) -> None:
    """Refuse edges that leave states out; each sample stands for a share of e^log_shares of them."""
    outside = (magnitudes < edges[0]) | (magnitudes >= edges[-1])
    beyond = float(counts[outside] @ np.exp(log_shares[outside]))
    if beyond > _BEYOND:
        raise ValueError(
            f"the edges, from {edges[0]:.4g} to {edges[-1]:.4g}, leave out {beyond:.2%} of all states; let "
            f"them reach from below 0 to beyond |E| = {magnitudes[-1]:.4g}"
        )


def _slopes(samples: EnergySamples, magnitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """β at which the mean energy is -|E|: the slope of ln g there."""
    reach = np.maximum.accumulate(-samples.energies.mean(axis=(0, 1)))
    return np.interp(magnitudes, reach, samples.betas)


def _leaving_out(
    samples: EnergySamples, magnitudes: NDArray, level: NDArray, every: NDArray, log_z: NDArray
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """The counts without each block in turn, and their ln Z: one Newton step from that of all samples."""
    runs, length, _ = level.shape
    if runs >= _MANY_RUNS:
        blocks = [(some, slice(None)) for some in np.array_split(np.arange(runs), _MANY_RUNS)]
    else:
        pieces = np.array_split(np.arange(length), _BLOCKS)
        blocks = [
            (np.array([run]), slice(piece[0], piece[-1] + 1)) for run in range(runs) for piece in pieces
        ]
    totals, overlap = responsibilities(magnitudes, every, samples.betas, log_z)
    for block in blocks:
        out = np.bincount(level[block].ravel(), minlength=magnitudes.size)
        own_totals, own_overlap = responsibilities(magnitudes, out, samples.betas, log_z)
        yield every - out, log_z + newton_step(totals - own_totals, overlap - own_overlap)


def _log_weights(
    samples: EnergySamples, magnitudes: NDArray, counts: NDArray, log_z: NDArray
) -> NDArray[np.float64]:
    """ln of the number of states that one sample of each magnitude stands for."""
    number = counts.sum() / samples.betas.size  # of samples a rung
    return -np.log(number) - log_mixture(magnitudes, samples.betas, log_z)


def _binned(
    magnitudes: NDArray, counts: NDArray, log_weights: NDArray, edges: NDArray, slopes: NDArray
) -> NDArray[np.float64]:
    """ln G at the centre of every bin of |E|, times its width, (n_bins,); -inf where no sample fell."""
    bins = np.searchsorted(edges, magnitudes, side="right") - 1
    used = (counts > 0) & (bins >= 0) & (bins < slopes.size)
    bins, terms = bins[used], log_weights[used] + np.log(counts[used])
    terms += slopes[bins] * (magnitudes[used] - 0.5 * (edges[bins] + edges[bins + 1]))
    largest = np.full(slopes.size, -np.inf)
    np.maximum.at(largest, bins, terms)
    sums = np.bincount(bins, np.exp(terms - largest[bins]), minlength=slopes.size)
    with np.errstate(divide="ignore"):
        return largest + np.log(sums)
