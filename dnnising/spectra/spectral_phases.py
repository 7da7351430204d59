"""The five phases of training, and the one of collapse, told apart by what stands above the noise.

Martin and Mahoney 2019, "RMT-based 5+1 Phases of Training", describe W ≈ W_rand + Δ_sig in words. Here each
description is a rule that a planted matrix can break (see `planted`), read from the top:

    Rank-collapse   a large mass at λ = 0                       5 % of the eigenvalues or more are zero
    Heavy-Tailed    no good λ₊, λ_max ≫ λ₊                      no bulk, or 12 % spikes or more without a gap
    Random-like     well fit by Marchenko-Pastur                no spike beyond the Tracy-Widom edge
    Bulk-decay      heavy-tailed mass above λ₊; some spikes     spikes without a gap, some beyond 1.5 λ₊
    Bleeding-out    mass just above λ₊                          all spikes within 1.5 λ₊
    Bulk+Spikes     spikes well above λ₊                        the rest: spikes beyond a gap

"Without a gap" means that 2 % of the eigenvalues, and three at least, lie just above the bulk, within 1.5 λ₊.
The phases shade into one another: the bounds 5, 12 and 2 % and 1.5 are ours, and the evidence that is
returned says how far a matrix is from each. The exponent alpha decides nothing, because matrices without
structure have tails in the same range (`null_alphas`).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import ArrayLike

from dnnising.printing import one_line
from dnnising.spectra.esd import Spectrum, spectrum as spectrum_of
from dnnising.spectra.noise.bulk import Bulk, NoBulkError, fit_bulk

PhaseName = Literal[
    "Random-like", "Bleeding-out", "Bulk+Spikes", "Bulk-decay", "Heavy-Tailed", "Rank-collapse"
]

PHASES: tuple[PhaseName, ...] = (
    "Random-like",
    "Bleeding-out",
    "Bulk+Spikes",
    "Bulk-decay",
    "Heavy-Tailed",
    "Rank-collapse",
)
"""The 5+1 phases in the source's order: from no structure to structure at all scales, and to none again."""

ZERO_SHARE = 0.05
HEAVY_SHARE = 0.12
NEAR_SHARE = 0.02
NEAR_FEWEST = 3
NEAR = 1.5  # λ/λ₊ up to which a spike is just above the bulk


@one_line
@dataclass(frozen=True, eq=False)
class SpectralPhase:
    """One of the 5+1 phases, and what decided it.

    Args:
        name: the phase, one of `PHASES`.
        reason: the rule that held, in a sentence with its numbers.
        zero_share: share of the eigenvalues that are zero, in [0, 1].
        spike_share: share beyond the Tracy-Widom edge of the noise; 1 where no bulk fits.
        near_share: share beyond that edge and within 1.5 λ₊; NaN where no bulk fits.
        reach: λ_max/λ₊; NaN where no bulk fits.
        bulk: the Marchenko-Pastur fit, or None where there is none.

    >>> found = assign_spectral_phase(np.random.default_rng(0).normal(size=(200, 100)))
    >>> found.reason, found.spike_share
    ('no eigenvalue beyond the edge of the noise', 0.0)
    """

    name: PhaseName
    reason: str
    zero_share: float
    spike_share: float
    near_share: float
    reach: float
    bulk: Bulk | None


def assign_spectral_phase(W: ArrayLike | torch.Tensor | Spectrum, *, level: float = 0.05) -> SpectralPhase:
    """The phase of a weight matrix, by what lies beyond the bulk of its spectrum.

    On planted matrices with M = 400, of the strengths that `planted` states, more than nine in ten are found,
    and more than four in five of every phase.

    Args:
        W: a matrix (rows, columns), real and floating, or its `Spectrum`.
        level: how often noise may show a spike, and so be mistaken for Bleeding-out; in (0, 1).

    Returns:
        the phase with the numbers that decided it.

    Raises:
        TypeError, ValueError: as `spectrum` and `fit_bulk`.

    >>> assign_spectral_phase(np.random.default_rng(0).normal(size=(200, 100))).name
    'Random-like'
    """
    found = W if isinstance(W, Spectrum) else spectrum_of(W)
    zero_share = 1 - found.positive.size / found.M
    try:
        bulk = fit_bulk(found, level=level)
    except NoBulkError as error:
        name: PhaseName = "Rank-collapse" if zero_share >= ZERO_SHARE else "Heavy-Tailed"
        reason = f"{zero_share:.0%} of the eigenvalues are zero" if zero_share >= ZERO_SHARE else str(error)
        return SpectralPhase(name, reason, zero_share, 1.0, np.nan, np.nan, None)
    reach = found.largest / bulk.lambda_plus
    n_spikes = bulk.spikes.size
    n_near = int(np.count_nonzero(bulk.spikes <= NEAR * bulk.lambda_plus))
    name, reason = _decide(found.M, zero_share, n_spikes, n_near, reach)
    return SpectralPhase(name, reason, zero_share, n_spikes / found.M, n_near / found.M, reach, bulk)


def _decide(M: int, zero_share: float, n_spikes: int, n_near: int, reach: float) -> tuple[PhaseName, str]:
    without_gap = n_near >= max(NEAR_FEWEST, NEAR_SHARE * M)
    spikes = f"{n_spikes} of {M} eigenvalues beyond the edge of the noise, {n_near} of them within {NEAR} λ₊"
    if zero_share >= ZERO_SHARE:
        return "Rank-collapse", f"{zero_share:.0%} of the eigenvalues are zero"
    if n_spikes >= HEAVY_SHARE * M and without_gap:
        return "Heavy-Tailed", f"{spikes}, and λ_max = {reach:.3g} λ₊: no edge"
    if n_spikes == 0:
        return "Random-like", "no eigenvalue beyond the edge of the noise"
    if without_gap and reach > NEAR:
        return "Bulk-decay", f"{spikes}, and λ_max = {reach:.3g} λ₊: mass that decays from the bulk"
    if reach <= NEAR:
        return "Bleeding-out", f"{spikes}, and λ_max = {reach:.3g} λ₊: just above the bulk"
    return "Bulk+Spikes", f"{spikes}, and λ_max = {reach:.3g} λ₊: spikes beyond a gap"
