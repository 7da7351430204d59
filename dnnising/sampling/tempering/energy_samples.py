"""Energies sampled at many temperatures: what tempering produces and reweighting consumes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dnnising.printing import counted, one_line, span


@one_line
@dataclass(frozen=True, eq=False)
class EnergySamples:
    """Energies in equilibrium (as far as it was reached) at the inverse temperatures of a ladder.

    Args:
        betas: (n_betas,) ascending from 0 or above, in units of the inverse coupling.
        energies: (runs, samples, n_betas) extensive, in units of the coupling; runs are independent, samples
            in order of time.
        n_spins: N, the number of spins.

    Raises:
        ValueError: shapes that disagree or hold nothing, or betas that do not ascend.

    >>> EnergySamples(np.array([0.0, 1.0]), np.zeros((2, 50, 2)), n_spins=8)
    EnergySamples(2 runs × 50 samples, 2 rungs, β = 0 … 1, 8 spins)
    """

    betas: NDArray[np.float64]
    energies: NDArray[np.float64]
    n_spins: int

    def __post_init__(self) -> None:
        if self.energies.ndim != 3 or self.energies.shape[2:] != self.betas.shape or self.energies.size == 0:
            raise ValueError(
                f"energies {self.energies.shape} must have the shape (runs, samples, n_betas), all above 0, "
                f"with {self.betas.size} betas"
            )
        if not np.all(np.diff(self.betas) > 0) or self.betas[0] < 0:
            raise ValueError("betas must ascend from 0 or above")

    def _told(self) -> list[str]:
        runs, samples, rungs = self.energies.shape
        told = [f"{counted(runs, 'run')} × {counted(samples, 'sample')}", counted(rungs, "rung")]
        return [*told, f"β = {span(self.betas)}", counted(self.n_spins, "spin")]
