"""Is the tail a power law, or something else? Likelihood ratios against three alternatives."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import chdtrc, erfc, erfcx, log_ndtr

from dnnising.errors import NotConvergedError
from dnnising.printing import one_line
from dnnising.spectra.tails.power_law import PowerLawFit

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(120)


@one_line
@dataclass(frozen=True, eq=False)
class LikelihoodRatio:
    """A power law against another law of the same tail.

    Args:
        ratio: ln of the likelihood ratio, in nats, over the whole tail; positive favours the power law.
        p_value: how likely a ratio of this size is by chance, in [0, 1]. Only a small one decides.

    >>> decided = LikelihoodRatio(ratio=-12.0, p_value=1e-4)
    >>> decided.ratio < 0 and decided.p_value < 0.05  # the other law it is
    True
    """

    ratio: float
    p_value: float


def compare_tails(eigenvalues: ArrayLike, fit: PowerLawFit) -> dict[str, LikelihoodRatio]:
    """Likelihood ratios of a fitted power law against an exponential, a lognormal and a truncated power law.

    All four are fitted to λ ≥ xmin by maximum likelihood, in y = ln(λ/xmin), with a = alpha - 1:

        power law   e^(-ay)        exponential           e^(y - c e^y)
        lognormal   e^(-ay - by²)  truncated power law   e^(-ay - c e^y)

    The first two pairs are judged by Vuong's test on the pointwise log-likelihoods (Clauset et al. 2009,
    appendix C). A truncated power law with c = 0 is the power law, so its ratio cannot be positive, and p
    comes from χ² with one degree of freedom (Wilks). So would a lognormal with b = 0: where the tail does not
    bend down, its ratio goes to 0.

    Args:
        eigenvalues: (n,) those that were fitted, in any order; zeros are left out.
        fit: what `fit_power_law` found for them.

    Returns:
        the ratios by name, which are "exponential", "lognormal" and "truncated_power_law".

    Raises:
        ValueError: the eigenvalues are not those of the fit.
        NotConvergedError: an alternative is not fitted after 2000 steps; (a, ln b) so far is attached.

    >>> from dnnising.spectra import fit_power_law
    >>> power_law = np.linspace(0.0005, 0.9995, 1000) ** -0.5  # quantiles of the density 2 λ^(-3) from 1 on
    >>> against = compare_tails(power_law, fit_power_law(power_law))["exponential"]
    >>> against.ratio > 0, against.p_value < 0.01
    (True, True)
    """
    values = np.asarray(eigenvalues, dtype=np.float64).ravel()
    tail = values[values >= fit.xmin]
    if tail.size != fit.n_tail:
        raise ValueError(
            f"{tail.size} eigenvalues are ≥ xmin = {fit.xmin:.4g}, the fit had {fit.n_tail}: is it another?"
        )
    y = np.log(tail / fit.xmin)
    a = fit.alpha - 1
    power = np.log(a) - a * y
    excess = np.expm1(y)
    rate = 1 / excess.mean()
    return {
        "exponential": _vuong(power - (np.log(rate) + y - rate * excess)),
        "lognormal": _vuong(power - _bent(y, y**2, a, power, _log_area_lognormal)),
        "truncated_power_law": _nested(power - _bent(y, np.exp(y), a, power, _log_area_truncated)),
    }


def _bent(
    y: NDArray[np.float64],
    bend: NDArray[np.float64],
    a: float,
    power: NDArray[np.float64],
    log_area: Callable[[float, float], float],
) -> NDArray[np.float64]:
    """Pointwise log-likelihoods of the best e^(-ay - b bend), b > 0; those of b = 0 where none is better.

    In (a, b) the mean log-likelihood is concave, so a descent finds the maximum.
    """
    mean, mean_bend = y.mean(), bend.mean()

    def cost(parameters: NDArray[np.float64]) -> float:
        slope, b = float(parameters[0]), float(np.exp(parameters[1]))
        return slope * mean + b * mean_bend + log_area(slope, b)

    start = np.array([a, np.log(0.1 / mean_bend)])
    best = minimize(
        cost, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-11, "maxiter": 2000}
    )
    if not best.success:
        raise NotConvergedError(
            f"an alternative to the power law is not fitted: {best.message} Are eigenvalues nearly equal?",
            best.x,
        )
    if -best.fun <= power.mean():
        return power
    slope, b = float(best.x[0]), float(np.exp(best.x[1]))
    return -slope * y - b * bend - log_area(slope, b)


def _log_area_lognormal(a: float, b: float) -> float:
    """ln ∫₀^∞ e^(-ay - by²) dy."""
    z = a / (2 * np.sqrt(b))
    tail = np.log(erfcx(z)) if z > 0 else z**2 + np.log(2) + log_ndtr(-np.sqrt(2) * z)
    return float(0.5 * np.log(np.pi / b) - np.log(2) + tail)


def _log_area_truncated(a: float, c: float) -> float:
    """ln ∫₀^∞ e^(-ay - c e^y) dy, relative to e^(-c) at y = 0, by Gauss-Legendre quadrature."""
    end = _where_spent(a, c)
    y = end / 2 * (_NODES + 1)
    exponents = -a * y - c * np.expm1(y)
    highest = exponents.max()
    return float(-c + highest + np.log(end / 2 * (_WEIGHTS @ np.exp(exponents - highest))))


def _where_spent(a: float, c: float) -> float:
    """A y at which ay + c(e^y - 1) has passed 40, beyond which e^(-40) is left."""
    y = 1.0
    while a * y + c * np.expm1(y) < 40 + abs(a) and y < 500:
        y *= 1.3
    return y


def _vuong(differences: NDArray[np.float64]) -> LikelihoodRatio:
    """The sum of n differences, against the spread √n σ that they would have by chance."""
    ratio, spread = float(differences.sum()), float(differences.std() * np.sqrt(2 * differences.size))
    return LikelihoodRatio(ratio, float(erfc(abs(ratio) / spread)) if spread > 0 else 1.0)


def _nested(differences: NDArray[np.float64]) -> LikelihoodRatio:
    ratio = min(float(differences.sum()), 0.0)
    return LikelihoodRatio(ratio, float(chdtrc(1, -2 * ratio)))
