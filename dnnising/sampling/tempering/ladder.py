"""Where to put the temperatures: a ladder whose neighbours exchange equally often.

Two replicas at β and β + Δ whose energies have the standard deviation σ(β) exchange with probability
erfc(Δσ/2) (Kofke, J. Chem. Phys. 117, 6911, 2002). So Δσ is a length that adds up along the ladder, and even
exchange means equal lengths.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import median_filter, uniform_filter1d
from scipy.special import erfcinv

from dnnising.models.layered import LayeredCouplings
from dnnising.sampling.heat_bath import random_replicas, sweep

_STEP = 1.35  # in standard deviations: exchange with probability erfc(0.675) = 0.34
_RUNGS, _SWEEPS = 64, 100  # of the pilot run


def coldest_beta(network: LayeredCouplings, beta_max: float | None = None) -> float:
    """The end of a ladder; None takes a fifteenth of the typical local field, √(2 Σ J² / N), as temperature.

    Where all couplings are zero no temperature is colder than another; the field then counts as 1.

    Raises:
        ValueError: beta_max that is not positive and finite.
    """
    if beta_max is not None:
        if not (np.isfinite(beta_max) and beta_max > 0):
            raise ValueError(f"beta_max must be positive and finite, got {beta_max}")
        return float(beta_max)
    return 15.0 / (float(np.sqrt(2.0 * network.energy_variance / network.n_spins)) or 1.0)


def even_ladder(
    network: LayeredCouplings, beta_max: float, *, generator: torch.Generator
) -> NDArray[np.float64]:
    """Inverse temperatures from 0 to beta_max, (n_betas,), with exchange rates of about 0.3.

    A short annealed pilot run measures σ(β). It may be too short for the coldest rungs, so `respaced` mends
    the ladder by the exchanges that are then seen.

    Raises:
        ValueError: an energy that never varies.
    """
    from scipy.signal import detrend  # takes as long to import as half of torch

    # sinh spaces the pilot evenly where β is small and geometrically where it is large.
    pilot = beta_max * np.sinh(5 * np.linspace(0, 1, _RUNGS)) / np.sinh(5)
    replicas = random_replicas(network, _RUNGS, generator=generator)
    target = torch.tensor(pilot, dtype=torch.float32, device=generator.device)
    for share in np.linspace(0, 1, _SWEEPS):
        sweep(replicas, float(share) * target)
    energies = np.array([sweep(replicas, target).cpu().numpy() for _ in range(_SWEEPS)])
    if not energies.any():
        raise ValueError(
            "the energy never varies: all couplings are zero, or too small for float32. There is nothing to "
            "sample; density_of_states has the answer for zeros, and a larger unit helps small couplings"
        )
    sigma = median_filter(detrend(energies, axis=0).std(axis=0), 5, mode="nearest")
    lengths = 0.5 * (sigma[1:] + sigma[:-1]) * np.diff(pilot)
    return _evenly(pilot, lengths, max(int(np.ceil(lengths.sum() / _STEP)) + 1, 8))


def respaced(betas: NDArray[np.float64], exchange: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ladder with as many rungs between the same ends, moved so that all exchange equally often.

    Args:
        betas: (n_betas,) the present ladder; exchange: (n_betas - 1,) the rates seen on it.
    """
    lengths = 2 * erfcinv(np.clip(exchange, 0.02, 0.98))
    return _evenly(betas, uniform_filter1d(lengths, 5, mode="nearest"), betas.size)


def _evenly(betas: NDArray, lengths: NDArray, number: int) -> NDArray[np.float64]:
    """`number` inverse temperatures between the same ends at equal lengths."""
    reached = np.concatenate([[0.0], np.cumsum(np.maximum(lengths, 1e-9 * lengths.max()))])
    result = PchipInterpolator(reached, betas)(np.linspace(0, reached[-1], number))
    result[[0, -1]] = betas[[0, -1]]
    return np.asarray(result, dtype=np.float64)
