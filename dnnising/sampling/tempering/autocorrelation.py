"""How many sweeps lie between two independent samples."""

import numpy as np
from numpy.typing import NDArray

from dnnising.sampling.tempering.energy_samples import EnergySamples

_WINDOW = 5.0  # in units of the time itself


def autocorrelation_times(samples: EnergySamples) -> NDArray[np.float64]:
    """Integrated autocorrelation time of the energy at every β, (n_betas,), in sweeps: τ = 1 + 2 Σ_t ρ(t).

    A run of n sweeps is worth n/τ independent samples. ρ is the mean over runs about the mean of all, and the
    sum stops at the first t ≥ 5τ(t) (Sokal, Monte Carlo Methods in Statistical Mechanics, 1997, §3). A τ
    above a fiftieth of the run is no more than a lower bound; an energy that never changes gives τ = n.

    Args:
        samples: energies of one sweep after the other at every β.

    >>> held = np.repeat(np.random.default_rng(0).normal(size=5000), 4)  # every energy stays for four sweeps
    >>> samples = EnergySamples(np.array([0.0]), held.reshape(1, -1, 1), n_spins=1)
    >>> bool(abs(autocorrelation_times(samples)[0] - 4) < 0.5)  # 1 + 2 (3/4 + 2/4 + 1/4)
    True
    """
    centred = samples.energies - samples.energies.mean(axis=(0, 1))
    n = centred.shape[1]
    spectrum = np.abs(np.fft.rfft(centred, n=2 * n, axis=1)) ** 2  # zero-padded: no wrapping around
    covariance = np.fft.irfft(spectrum, axis=1)[:, :n].mean(axis=0) / np.arange(n, 0, -1)[:, None]
    moves = covariance[0] > 0
    rho = covariance / np.where(moves, covariance[0], 1.0)  # (n, n_betas)
    times = 2 * np.cumsum(rho, axis=0) - 1
    enough = np.arange(n)[:, None] >= _WINDOW * times
    stop = np.where(enough.any(axis=0), enough.argmax(axis=0), n - 1)
    return np.where(moves, times[stop, np.arange(times.shape[1])], n)
