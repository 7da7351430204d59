"""Wigner's laws: the semicircle of a symmetric matrix, and how its neighbouring levels repel.

β counts the real components of an entry: 1 for real symmetric matrices (as weights are), 2 for complex
Hermitian, 4 for quaternionic ones.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gamma, gammainc

MEAN_GAP_RATIO = {
    1: 4 - 2 * 3**0.5,
    2: 2 * 3**0.5 / np.pi - 1 / 2,
    4: 32 * 3**0.5 / (15 * np.pi) - 1 / 2,
}
"""⟨min(s, s')/max(s, s')⟩ of neighbouring gaps in a 3×3 matrix, by β: 0.5359, 0.6027, 0.6762.

Large matrices have 0.5307, 0.5996 and 0.6744; independent levels 2 ln 2 - 1 = 0.3863 (Atas, Bogomolny, Giraud
and Roux, Phys. Rev. Lett. 110, 084101, 2013).
"""


def semicircle_pdf(eigenvalues: ArrayLike, sigma: float = 1.0) -> NDArray[np.float64]:
    """Density √(4σ² - λ²)/(2πσ²) on [-2σ, 2σ]: a symmetric n×n matrix of entries of variance σ²/n.

    Wigner, Ann. Math. 67, 325 (1958), in the limit of large n.

    Args:
        eigenvalues: λ in any shape.
        sigma: σ, in the unit of λ.

    Returns:
        the density in the shape of the eigenvalues, per unit of λ.

    Raises:
        ValueError: a sigma that is not positive and finite.

    >>> bool(np.isclose(semicircle_pdf(0.0), 1 / np.pi)), float(semicircle_pdf(2.0))
    (True, 0.0)
    """
    x = _checked(eigenvalues, sigma)
    return np.sqrt(np.maximum(4 * sigma**2 - x**2, 0)) / (2 * np.pi * sigma**2)


def semicircle_cdf(eigenvalues: ArrayLike, sigma: float = 1.0) -> NDArray[np.float64]:
    """Share of eigenvalues ≤ λ: 1/2 + λ√(4σ² - λ²)/(4πσ²) + asin(λ/2σ)/π.

    Args:
        eigenvalues: λ in any shape.
        sigma: σ, in the unit of λ.

    Returns:
        the shares in the shape of the eigenvalues.

    Raises:
        ValueError: a sigma that is not positive and finite.

    >>> semicircle_cdf([-2.0, 0.0, 2.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    u = np.clip(_checked(eigenvalues, sigma) / (2 * sigma), -1, 1)
    return 1 / 2 + (u * np.sqrt(1 - u**2) + np.arcsin(u)) / np.pi


def wigner_surmise_pdf(gaps: ArrayLike, beta: int = 1) -> NDArray[np.float64]:
    """The density P(s) = a s^β e^(-b s²) of the gap s between neighbours, in units of the mean gap.

    Exact for 2×2 matrices and within 2 % for large ones (Wigner 1957). Norm and mean are 1:
    b = (Γ((β+2)/2)/Γ((β+1)/2))², a = 2 b^((β+1)/2)/Γ((β+1)/2); for β = 1, P = (π/2) s e^(-πs²/4).

    Args:
        gaps: s ≥ 0 in any shape, in units of the mean gap.
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Raises:
        ValueError: a beta other than 1, 2 or 4, or a negative gap.

    >>> bool(np.isclose(wigner_surmise_pdf(1.0), np.pi / 2 * np.exp(-np.pi / 4)))
    True
    """
    s, b = _gaps_and_width(gaps, beta)
    return 2 * b ** ((beta + 1) / 2) / gamma((beta + 1) / 2) * s**beta * np.exp(-b * s**2)


def wigner_surmise_cdf(gaps: ArrayLike, beta: int = 1) -> NDArray[np.float64]:
    """Share of gaps ≤ s under `wigner_surmise_pdf`, s in units of the mean gap: 1 - e^(-πs²/4) at β = 1.

    In general the regularised incomplete gamma function P((β + 1)/2, b s²) with the b of that law.

    Args:
        gaps: s ≥ 0 in any shape, in units of the mean gap.
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Raises:
        ValueError: a beta other than 1, 2 or 4, or a negative gap.

    >>> bool(np.isclose(wigner_surmise_cdf(1.0), 1 - np.exp(-np.pi / 4)))
    True
    """
    s, b = _gaps_and_width(gaps, beta)
    return np.asarray(gammainc((beta + 1) / 2, b * s**2))


def _gaps_and_width(gaps: ArrayLike, beta: int) -> tuple[NDArray[np.float64], float]:
    """The gaps, checked, and the b of the surmise."""
    check_beta(beta)
    s = np.asarray(gaps, dtype=np.float64)
    if np.any(s < 0):
        raise ValueError("gaps between sorted levels cannot be negative")
    return s, float((gamma((beta + 2) / 2) / gamma((beta + 1) / 2)) ** 2)


def gap_ratio_pdf(ratios: ArrayLike, beta: int = 1) -> NDArray[np.float64]:
    """Density of r = min(s, s')/max(s, s') in [0, 1] of neighbouring gaps s and s', exact for 3×3 matrices.

    P(r) = c (r + r²)^β / (1 + r + r²)^(1 + 3β/2) with c = 27/4, 162 √3/(4π), 1458 √3/(4π) for β = 1, 2, 4
    (Atas et al. 2013, eqs. 5 to 7, folded onto [0, 1]). No unfolding of the spectrum is needed.

    Args:
        ratios: r in any shape; outside [0, 1] the density is 0.
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Returns:
        the density in the shape of the ratios.

    Raises:
        ValueError: a beta other than 1, 2 or 4.

    >>> r = np.linspace(0, 1, 10_001)
    >>> mean = np.trapezoid(r * gap_ratio_pdf(r), r)
    >>> bool(np.isclose(mean, MEAN_GAP_RATIO[1]))  # 4 - 2√3
    True
    """
    check_beta(beta)
    r = np.asarray(ratios, dtype=np.float64)
    scale = {1: 27 / 4, 2: 162 * 3**0.5 / (4 * np.pi), 4: 1458 * 3**0.5 / (4 * np.pi)}[beta]
    inside = (r >= 0) & (r <= 1)
    safe = np.where(inside, r, 0.0)
    return np.where(inside, scale * (safe + safe**2) ** beta / (1 + safe + safe**2) ** (1 + 1.5 * beta), 0.0)


def check_beta(beta: int) -> None:
    """Raise ValueError unless beta is 1, 2 or 4."""
    if beta not in (1, 2, 4):
        raise ValueError(f"beta must be 1 (real), 2 (complex) or 4 (quaternionic), got {beta}")


def _checked(values: ArrayLike, sigma: float) -> NDArray[np.float64]:
    if not 0 < sigma < np.inf:
        raise ValueError(f"sigma must be positive and finite, got {sigma}")
    return np.asarray(values, dtype=np.float64)
