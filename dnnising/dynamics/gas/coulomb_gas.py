"""The Coulomb gas: where levels that repel each other settle.

Levels x_1 … x_n in a harmonic well, repelling logarithmically, have the joint density

    P(x) = 1/Z Π_{i<j} |x_i - x_j|^β exp(-Σ_i x_i²/2σ²),
    Z = (2π)^(n/2) σ^(n + βn(n-1)/2) Π_{j=1}^n Γ(1 + jβ/2)/Γ(1 + β/2)                     (Mehta's integral)

for unordered levels: the stationary law of `simulate_dyson`, and for β = 1 of the third source's slides. With
⟨x²⟩ = σ² (1 + β(n-1)/2) a level, and for large n a semicircle of radius σ√(2βn).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf, gammaln

from dnnising.spectra.laws.wigner import check_beta
from dnnising.uncertainty import Estimate


def coulomb_gas_log_density(levels: ArrayLike, beta: int = 1, sigma: float = 1.0) -> NDArray[np.float64]:
    """The logarithm of the joint density of n levels of a Coulomb gas, with Mehta's integral as its norm.

        ln P = β Σ_{i<j} ln|x_i - x_j| - Σ_i x_i²/2σ² - ln Z

    The levels are unordered: P is normalised over all of R^n (Mehta, Random Matrices, 3rd edition, §17.6).

    Args:
        levels: x, (..., n), in the units of sigma and in any order.
        beta: 1, 2 or 4: how strongly levels repel.
        sigma: σ, the width of the well; a single level has the variance σ².

    Returns:
        ln P in nats, (...), of a density per unit of length to the power n; -inf where two levels coincide.

    Raises:
        ValueError: a sigma that is not positive and finite, or another beta.

    For two levels at β = 1 and σ = 1, Z = 4√π, so at ±1 the density is 2e^(-1)/4√π:

    >>> bool(np.isclose(np.exp(coulomb_gas_log_density([-1.0, 1.0])), 2 / np.e / (4 * np.sqrt(np.pi))))
    True
    """
    check_beta(beta)
    _check_sigma(sigma)
    x = np.asarray(levels, dtype=np.float64)
    n = x.shape[-1]
    i, j = np.triu_indices(n, 1)
    with np.errstate(divide="ignore"):
        repulsion = beta * np.log(np.abs(x[..., i] - x[..., j])).sum(axis=-1)
    powers = n + beta * n * (n - 1) / 2
    order = np.arange(1, n + 1)
    log_z = n / 2 * np.log(2 * np.pi) + powers * np.log(sigma)
    log_z += np.sum(gammaln(1 + order * beta / 2) - gammaln(1 + beta / 2))
    return repulsion - (x**2).sum(axis=-1) / (2 * sigma**2) - log_z


def coulomb_gas_density(values: ArrayLike, beta: int = 1, sigma: float = 1.0) -> NDArray[np.float64]:
    """The density of one of two levels of a Coulomb gas, ρ(x) = ∫ P(x, y) dy, exactly.

    A degenerate pair of modes has this density. With z = x/σ and φ(z) the normal density,

        β = 1:  σρ = √π/2 · φ(z) [2φ(z) + z erf(z/√2)]
        β = 2:  σρ = φ(z) (1 + z²)/2
        β = 4:  σρ = φ(z) (3 + 6z² + z⁴)/12

    The first is that of Aarts (2025), the third source: a Gaussian broadened and flattened, of variance 3σ²/2
    and U₄ = -4/27.

    Args:
        values: x, of any shape, in the units of sigma.
        beta: 1, 2 or 4: how strongly levels repel.
        sigma: σ, the width of the well.

    Returns:
        ρ(x), of the shape of `values`, per unit of length; it integrates to 1.

    Raises:
        ValueError: a sigma that is not positive and finite, or another beta.

    >>> bool(np.isclose(coulomb_gas_density(0.0), 1 / (2 * np.sqrt(np.pi))))
    True
    >>> x = np.linspace(-10, 10, 2001)
    >>> rho = coulomb_gas_density(x)
    >>> round(float(np.sum(rho) * 0.01), 6), round(float(np.sum(x**2 * rho) * 0.01), 6)
    (1.0, 1.5)
    """
    check_beta(beta)
    _check_sigma(sigma)
    z = np.asarray(values, dtype=np.float64) / sigma
    normal = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    if beta == 1:
        mean_distance = 2 * normal + z * erf(z / np.sqrt(2))  # ⟨|z - y|⟩ over a normal y
        return normal * mean_distance * np.sqrt(np.pi) / 2 / sigma
    if beta == 2:
        return normal * (1 + z**2) / 2 / sigma
    return normal * (3 + 6 * z**2 + z**4) / 12 / sigma


def sigma_from_spacings(spacings: ArrayLike) -> Estimate:
    """The most likely σ of spacings S between two levels at β = 1, with its standard error.

        P(S) = S/2σ² exp(-S²/4σ²)                                                 (Wigner's surmise)

    S² is exponential of mean 4σ², so σ² = ⟨S²⟩/4 is the most likely value, and σ has the relative error
    1/(2√m) for m independent spacings.

    Args:
        spacings: S ≥ 0, m of them in any shape, in the units that σ is wanted in.

    Returns:
        σ, in the units of the spacings.

    Raises:
        ValueError: no spacing, or a negative one.

    >>> sigma_from_spacings([2.0, 2.0, 2.0, 2.0])  # √⟨S²⟩/2, and that over 2√4
    1.00(25)
    """
    S = np.asarray(spacings, dtype=np.float64).ravel()
    if S.size == 0 or np.any(S < 0):
        raise ValueError(f"{S.size} spacings, the least {min(S, default=0)}: pass some, none negative")
    sigma = float(np.sqrt(np.mean(S**2)) / 2)
    return Estimate(sigma, sigma / (2 * np.sqrt(S.size)))


def _check_sigma(sigma: float) -> None:
    if not 0 < sigma < np.inf:
        raise ValueError(f"sigma must be positive and finite, got {sigma}")
