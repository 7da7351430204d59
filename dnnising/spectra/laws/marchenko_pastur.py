"""The Marchenko-Pastur law: the spectrum of a matrix without structure.

X = WᵀW/N, with W of shape (N, M), independent entries of mean 0 and variance σ², and Q = N/M fixed as both
grow (Marchenko and Pastur, Math. USSR Sb. 1, 457, 1967; Martin and Mahoney 2019, "Random Matrix Theory 102"):

    ρ(λ) = Q/(2πσ²) √((λ₊ - λ)(λ - λ₋))/λ   on [λ₋, λ₊],    λ± = σ² (1 ± 1/√Q)² .

Its mean is σ². A `Spectrum` has Q ≥ 1. For Q < 1, where X has more rows than W, a share 1 - Q of all
eigenvalues is zero: the density then integrates to Q, and the distribution jumps at zero.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_ANGLES = np.linspace(np.pi, 0, 1001)  # φ of the table that is inverted for quantiles
_COSINES = np.cos(_ANGLES)


def marchenko_pastur_edges(Q: float, sigma: float = 1.0) -> tuple[float, float]:
    """The edges (λ₋, λ₊) = σ² (1 ∓ 1/√Q)² of the bulk, in the units of the eigenvalues.

    Args:
        Q: N/M, rows over columns of W.
        sigma: σ, the standard deviation of an entry.

    Raises:
        ValueError: a Q or sigma that is not positive and finite.

    >>> marchenko_pastur_edges(4.0)
    (0.25, 2.25)
    """
    if not (0 < Q < np.inf and 0 < sigma < np.inf):
        raise ValueError(f"Q = N/M and sigma must be positive and finite, got {Q} and {sigma}")
    return sigma**2 * (1 - Q**-0.5) ** 2, sigma**2 * (1 + Q**-0.5) ** 2


def marchenko_pastur_pdf(eigenvalues: ArrayLike, Q: float, sigma: float = 1.0) -> NDArray[np.float64]:
    """The density of eigenvalues, per unit of λ, in their shape; without the mass at zero of Q < 1.

        ρ(λ) = Q/(2πσ²) √((λ₊ - λ)(λ - λ₋))/λ   on [λ₋, λ₊]

    (Marchenko and Pastur, Math. USSR Sb. 1, 457, 1967). At Q = 1 it diverges as λ^(-1/2) and is infinite at
    0.

    Args:
        eigenvalues: λ in any shape, in units of sigma².
        Q: N/M, rows over columns of W.
        sigma: σ, the standard deviation of an entry.

    Raises:
        ValueError: a Q or sigma that is not positive and finite.

    >>> x = np.linspace(*marchenko_pastur_edges(4.0), 10_001)
    >>> rho = marchenko_pastur_pdf(x, 4.0)
    >>> bool(np.allclose([np.trapezoid(rho, x), np.trapezoid(rho * x, x)], 1, atol=1e-4))  # norm and mean
    True
    """
    low, high = marchenko_pastur_edges(Q, sigma)
    x = np.asarray(eigenvalues, dtype=np.float64)
    inside = (x >= low) & (x <= high)
    safe = np.where(inside, x, high)
    with np.errstate(divide="ignore"):  # Q = 1 at zero
        root = np.sqrt((high - safe) / safe) * np.sqrt(np.maximum(1 - low / np.maximum(safe, low or 1), 0))
    return np.where(inside, Q / (2 * np.pi * sigma**2) * root, 0.0)


def marchenko_pastur_cdf(eigenvalues: ArrayLike, Q: float, sigma: float = 1.0) -> NDArray[np.float64]:
    """Share of eigenvalues ≤ λ, in closed form, with the jump of 1 - Q at zero where Q < 1.

    With λ = σ²|1 + e^(iφ)/√Q|², where φ runs from π at λ₋ to 0 at λ₊,

        F = 1 - [φ - √Q sin φ + (Q - 1) arg(1 + e^(iφ)/√Q)]/π .

    Args:
        eigenvalues: λ in any shape, in units of sigma².
        Q: N/M, rows over columns of W.
        sigma: σ, the standard deviation of an entry.

    Returns:
        the shares in the shape of the eigenvalues.

    Raises:
        ValueError: a Q or sigma that is not positive and finite.

    >>> marchenko_pastur_cdf([0.0, 4.0], Q=1.0).tolist()
    [0.0, 1.0]
    """
    marchenko_pastur_edges(Q, sigma)
    x = np.asarray(eigenvalues, dtype=np.float64)
    cosine = np.clip((x / sigma**2 - 1 - 1 / Q) * np.sqrt(Q) / 2, -1, 1)
    return np.where(x < 0, 0.0, _share(np.arccos(cosine), cosine, Q))


def marchenko_pastur_ppf(shares: ArrayLike, Q: float, sigma: float = 1.0) -> NDArray[np.float64]:
    """The λ below which a share of all eigenvalues lies, to about 1e-5 of the support.

    F is tabulated at angles φ (see `marchenko_pastur_cdf`), in which it is smooth even at the hard edge of
    Q = 1, and the table inverted linearly.

    Args:
        shares: in any shape, from 0 to 1.
        Q: N/M, rows over columns of W.
        sigma: σ, the standard deviation of an entry.

    Returns:
        λ in the shape of the shares, in units of sigma².

    Raises:
        ValueError: a Q or sigma that is not positive and finite, or a share outside [0, 1].

    >>> marchenko_pastur_ppf([0.0, 1.0], 4.0).round(9).tolist()  # the edges
    [0.25, 2.25]
    >>> bool(np.isclose(marchenko_pastur_cdf(marchenko_pastur_ppf(0.5, 4.0), 4.0), 0.5, atol=1e-4))
    True
    """
    low, _ = marchenko_pastur_edges(Q, sigma)
    p = np.asarray(shares, dtype=np.float64)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError("shares must lie between 0 and 1")
    angles = np.interp(p, _share(_ANGLES, _COSINES, Q), _ANGLES)
    values = sigma**2 * (1 + 1 / Q + 2 * Q**-0.5 * np.cos(angles))
    return np.where(p <= max(0.0, 1 - Q), 0.0 if Q < 1 else low, values)


def _share(angle: NDArray[np.float64], cosine: NDArray[np.float64], Q: float) -> NDArray[np.float64]:
    """F at λ(φ), without λ."""
    sine = np.sqrt(1 - cosine**2)
    argument = np.arctan2(sine, np.sqrt(Q) + cosine)
    return np.clip(1 - (angle - np.sqrt(Q) * sine + (Q - 1) * argument) / np.pi, 0, 1)
