"""A power law fitted to the upper tail of a spectrum."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of
from dnnising.spectra.tails.tail_scan import best_tail, resampled_tails, synthetic_distances
from dnnising.uncertainty import Estimate

FEWEST = 10  # eigenvalues with which a fit means anything
_BATCH = 100  # samples drawn at a time, to keep memory small


@one_line
@dataclass(frozen=True, eq=False)
class PowerLawFit:
    """The density λ^(-alpha) from xmin on, fitted to eigenvalues.

    Args:
        alpha: exponent of the density, above 1; the cumulative share falls as λ^(1-alpha). Its standard error
            is (alpha - 1)/√n_tail, for a given xmin.
        xmin: where the tail begins, an eigenvalue, in its units.
        D: the largest distance between the tail's cumulative shares and the law's, in [0, 1].
        n_tail: number of eigenvalues ≥ xmin.
        n: number of positive eigenvalues.
        interval: 95 % interval of alpha from a bootstrap that also refits xmin, or None.
        p_value: how often samples of the fitted law lie as far from their own best fit, or None. Small values
            speak against a power law.

    >>> fit = fit_power_law(np.linspace(0.0005, 0.9995, 1000) ** -0.5)  # quantiles of λ^(-3) from 1 on
    >>> bool(np.isclose(fit.alpha.error, (fit.alpha - 1) / np.sqrt(fit.n_tail)))
    True
    """

    alpha: Estimate
    xmin: float
    D: float
    n_tail: int
    n: int
    interval: tuple[float, float] | None = None
    p_value: float | None = None


def fit_power_law(
    eigenvalues: ArrayLike,
    *,
    n_bootstrap: int = 0,
    n_refits: int = 0,
    rng: Rng | None = None,
) -> PowerLawFit:
    """The power-law tail of Clauset, Shalizi and Newman (SIAM Rev. 51, 661, 2009), exact over every xmin.

    alpha = 1 + n/Σ ln(λ/xmin) by maximum likelihood, and xmin is the eigenvalue for which the tail is closest
    to its law, by the largest distance D between the cumulative shares of the two. Zeros are left out. No
    scale enters: λ → cλ changes only xmin.

    Eigenvalues repel, so a tail of a spectrum is more even than independent draws: the standard error and the
    interval are too wide rather than too narrow, and p too large. Above all, any spectrum has a best tail:
    see `null_alphas` for what matrices without structure give.

    Args:
        eigenvalues: (n,) in any order, not negative; singular values squared.
        n_bootstrap: samples with replacement for the interval, say 1000; none by default.
        n_refits: samples of the fitted law for p, each with its body drawn from the eigenvalues below xmin
            and each fitted anew; 1000 give p to 0.02. None by default.
        rng: a numpy Generator, or an integer seed for one; needed for either.

    Returns:
        the exponent with its errors, and where the tail begins.

    Raises:
        ValueError: fewer than ten positive eigenvalues, all of them equal, a NaN or negative one, no `rng`.

    >>> law = fit_power_law(np.linspace(0.0005, 0.9995, 1000) ** -0.5)  # quantiles of λ^(-3) from 1 on
    >>> law.n, abs(law.alpha - 3) < 0.1
    (1000, True)
    """
    if rng is not None:
        rng = generator_of(rng)
    positive = _sorted_positive(np.asarray(eigenvalues, dtype=np.float64).ravel())
    logs = np.log(positive / positive[-1])
    start, slope, distance = best_tail(logs)
    if start < 0:
        raise ValueError(f"all {logs.size} positive eigenvalues are equal: there is no tail to fit")
    interval = p_value = None
    if n_bootstrap or n_refits:
        if rng is None:
            raise ValueError("a bootstrap or refits need rng, a Generator or a seed")
        if n_bootstrap:
            interval = _bootstrap_interval(logs, n_bootstrap, rng)
        if n_refits:
            p_value = _goodness_of_fit(logs, start, slope, distance, n_refits, rng)
    n_tail = logs.size - start
    alpha = Estimate(1.0 + slope, slope / n_tail**0.5)
    return PowerLawFit(alpha, float(positive[start]), distance, n_tail, logs.size, interval, p_value)


def _sorted_positive(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The eigenvalues above zero, ascending."""
    ordered = np.sort(values)  # NaN last
    largest = float(ordered[-1]) if ordered.size else 0.0
    if not np.isfinite(largest) or (ordered.size and ordered[0] < -1e-10 * largest):
        raise ValueError(
            f"eigenvalues reach from {ordered[0]:.4g} to {largest:.4g}; pass those of WᵀW, finite and ≥ 0"
        )
    positive = ordered[np.searchsorted(ordered, 0.0, side="right") :]
    if positive.size < FEWEST:
        raise ValueError(
            f"{positive.size} positive eigenvalues are too few for a power law; {FEWEST} at least"
        )
    return positive


def _bootstrap_interval(
    logs: NDArray[np.float64], n_samples: int, rng: np.random.Generator
) -> tuple[float, float]:
    slopes = [
        resampled_tails(logs, rng.integers(logs.size, size=(size, logs.size))) for size in _batches(n_samples)
    ]
    low, high = np.nanquantile(np.concatenate(slopes), [0.025, 0.975])
    return 1.0 + float(low), 1.0 + float(high)


def _goodness_of_fit(
    logs: NDArray[np.float64],
    start: int,
    slope: float,
    distance: float,
    n_samples: int,
    rng: np.random.Generator,
) -> float:
    n, body = logs.size, logs[:start]
    as_far = 0
    for size in _batches(n_samples):
        n_body = rng.binomial(n, start / n, size=size)
        picks = rng.integers(max(start, 1), size=(size, n))
        exponentials = rng.standard_exponential((size, n))
        distances = synthetic_distances(body, slope, logs[start], n_body, picks, exponentials)
        as_far += int(np.count_nonzero(distances >= distance))
    return as_far / n_samples


def _batches(n_samples: int) -> list[int]:
    return [min(_BATCH, n_samples - done) for done in range(0, n_samples, _BATCH)]
