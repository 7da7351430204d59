"""The bulk of a spectrum: the noise beneath it, and what stands out."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dnnising.printing import counted, one_line
from dnnising.spectra.esd import Spectrum
from dnnising.spectra.laws.marchenko_pastur import (
    marchenko_pastur_cdf,
    marchenko_pastur_edges,
    marchenko_pastur_ppf,
)
from dnnising.spectra.noise.edge import noise_edge

FEWEST = 10  # eigenvalues that make a bulk
_LOW, _HIGH = 0.25, 0.75  # σ is read off the middle half, which spikes and a few lost zeros do not reach


class NoBulkError(ValueError):
    """No Marchenko-Pastur bulk: half of the spectrum or more would have to be spikes, or is zero.

    >>> from dnnising.spectra import spectrum
    >>> fit_bulk(spectrum(np.outer(np.arange(40.0), np.ones(20))))  # of rank one
    Traceback (most recent call last):
        ...
    dnnising.spectra.noise.bulk.NoBulkError: 19 of 20 eigenvalues are zero: no bulk is left to fit
    """


@one_line
@dataclass(frozen=True, eq=False)
class Bulk:
    """A Marchenko-Pastur bulk fitted to a spectrum, and the spikes above it.

    Args:
        sigma: standard deviation of the noise, in units of the weights.
        lambda_minus: lower edge σ²(1 - 1/√Q)² of the bulk, in units of the eigenvalues, that is sigma².
        lambda_plus: upper edge σ²(1 + 1/√Q)², in the same units.
        threshold: where a spike begins, in the same units: what λ_max of the noise passes with probability
            `level`.
        level: nominal probability of a spike in a matrix that has none.
        spikes: (n_spikes,) the eigenvalues above the threshold, ascending.
        distance: the largest distance between the cumulative shares of the others and of the law, in [0, 1]:
            the law's eigenvalues keep so evenly apart that noise stays below about 5/M.
        soft_rank: lambda_plus/λ_max, near 1 for noise and near 0 for strong spikes (MP soft rank).

    >>> from dnnising.spectra import spectrum
    >>> bulk = fit_bulk(spectrum(np.random.default_rng(0).normal(size=(400, 100))))
    >>> bool(np.isclose(bulk.lambda_plus / bulk.lambda_minus, ((1 + 1 / 2) / (1 - 1 / 2)) ** 2))  # Q = 4
    True
    """

    sigma: float
    lambda_minus: float
    lambda_plus: float
    threshold: float
    level: float
    spikes: NDArray[np.float64]
    distance: float
    soft_rank: float

    def _told(self) -> list[str]:
        told = [f"sigma={self.sigma:.4g}", counted(self.spikes.size, "spike")]
        return [
            *told,
            f"λ = {self.lambda_minus:.4g} … {self.lambda_plus:.4g}",
            f"distance={self.distance:.2g}",
        ]


def fit_bulk(spectrum: Spectrum, *, level: float = 0.05) -> Bulk:
    """The Marchenko-Pastur law beneath a spectrum, unbiased by the spikes on it.

    A variance of all weights would count the spikes as noise. Here k strong directions are taken out first:
    what they leave is noise of shape (N - k, M - k), so its variance follows by least squares from the
    quantiles of the middle half of the M - k smallest eigenvalues. Those above the noise edge of that
    variance are spikes (Tracy-Widom, see `noise_edge`), and k starts at 0 and grows until it is their number.

    On Gaussian matrices with M = 400 sigma is right to 1 %, and to 6 % with M/10 spikes of any strength,
    where those that hide inside the bulk matter most.

    Args:
        spectrum: of ten eigenvalues or more.
        level: how often noise may show a spike, in (0, 1).

    Returns:
        the law, the spikes above it, and how well it fits.

    Raises:
        NoBulkError: half of the eigenvalues or more would be spikes, or a quarter of them is zero.
        ValueError: fewer than ten eigenvalues, or a level outside (0, 1).

    >>> from dnnising.spectra import spectrum, with_signal
    >>> noise = np.random.default_rng(0).normal(size=(400, 200))
    >>> bulk = fit_bulk(spectrum(with_signal(noise, np.array([60.0, 40.0]), rng=1)))
    >>> abs(bulk.sigma - 1) < 0.02, bulk.spikes.size  # the noise is told from the two directions in it
    (True, 2)
    """
    values, N, M = spectrum.eigenvalues, spectrum.N, spectrum.M
    if M < FEWEST:
        raise ValueError(f"{M} eigenvalues make no bulk; {FEWEST} at least")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    found = 0
    while True:
        k = found
        sigma = _noise(values, N, M, k)
        threshold = noise_edge(N - k, M - k, sigma, level=level) * (N - k) / N
        found = max(k, M - int(np.searchsorted(values, threshold, side="right")))
        if found == k:
            break
        if found > M // 2:
            raise NoBulkError(
                f"{found} of {M} eigenvalues would stand above the noise: no Marchenko-Pastur bulk fits"
            )
    low, high = marchenko_pastur_edges(spectrum.Q, sigma)
    shares = marchenko_pastur_cdf(values[: M - k] * N / (N - k), (N - k) / (M - k), sigma)
    steps = np.arange(M - k) / (M - k)
    distance = float(max(np.max(shares - steps), np.max(steps + 1 / (M - k) - shares)))
    return Bulk(sigma, low, high, threshold, level, values[M - k :], distance, high / spectrum.largest)


def _noise(values: NDArray[np.float64], N: int, M: int, k: int) -> float:
    """σ of (N - k, M - k) noise with the M - k smallest eigenvalues."""
    law = _middle_of_law(N - k, M - k)
    bulk = values[_middle(M - k)] * N / (N - k)
    if bulk[0] == 0:
        raise NoBulkError(
            f"{np.count_nonzero(values == 0)} of {M} eigenvalues are zero: no bulk is left to fit"
        )
    return float(np.sqrt((bulk @ law) / (law @ law)))


def _middle(m: int) -> slice:
    return slice(int(_LOW * m), int(np.ceil(_HIGH * m)))


@lru_cache(maxsize=1024)  # the layers of a network have few shapes, and each is asked for many k
def _middle_of_law(n: int, m: int) -> NDArray[np.float64]:
    """Quantiles of (n, m) noise of variance 1 where the middle eigenvalues of m should be; read-only."""
    law = marchenko_pastur_ppf((np.arange(m)[_middle(m)] + 0.5) / m, n / m)
    law.flags.writeable = False
    return law
