"""What sampling stored of networks: how wide their g(E) is, and where their C(T) is largest."""

import numpy as np
from numpy.typing import NDArray

from dnnising.results import Cells

TOP = 0.9  # of its largest value: where C counts as at its maximum
REACH = 1.3  # times the lowest temperature in equilibrium: where a maximum of C counts as seen


def widths_of(samples: Cells) -> NDArray:
    """W/N = 2|E_min|/N of every sample, by g(E) = g(-E)."""
    return 2 * np.abs(samples["lowest_energy"]) / samples["n_spins"]


def heat_maxima(samples: Cells) -> NDArray:
    """Temperatures of the largest C, one for each sample whose equilibrium reaches well below its maximum.

    The middle of the temperatures at which C is within a tenth of the largest, in ln T: a broad maximum is
    not placed by its noise, and a sharp one stays sharp. Where equilibrium ends close to the largest value
    that was seen, a larger one may lie below, and the sample tells nothing.
    """
    maxima = []
    for T, heat in zip(samples["temperatures"], samples["heat_capacity"]):
        shown = np.isfinite(heat)
        if shown.any() and T[np.nanargmax(heat)] >= REACH * T[shown].min():
            maxima.append(np.exp(np.log(T[heat > TOP * np.nanmax(heat)]).mean()))
    return np.array(maxima)
