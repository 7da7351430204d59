"""The Tracy-Widom laws: how the largest eigenvalue of a matrix without structure fluctuates.

F_β(s) is the probability that (λ_max - μ)/scale ≤ s as the matrix grows, β = 1 for real matrices, 2 for
complex, 4 for quaternionic ones; see `noise_edge` for μ and scale. As Fredholm determinants of the kernel
B_s(x, y) = Ai(x + y + s) on [0, ∞), with d± = det(1 ± B_s) (Ferrari and Spohn, J. Phys. A 38, L557, 2005):

    F₁(s) = d₋ ,    F₂(s) = d₋ d₊ ,    F₄(s/√2) = (d₋ + d₊)/2 .

A determinant is that of 1 ± √w_i B(x_i, x_j) √w_j at Gauss-Legendre nodes x with weights w, which converges
exponentially (Bornemann, Math. Comp. 79, 871, 2010). Means and variances: -1.206534 and 1.607781 for β = 1,
-1.771087 and 0.813195 for β = 2, -2.306885 and 0.517724 for β = 4, whose s, as in that paper, is 2^(1/6)
times the (λ_max - √(2n)) √2 n^(1/6) of an n×n Gaussian ensemble with edge √(2n); for β = 1 and 2 it is just
that.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import BSpline, make_interp_spline
from scipy.special import airy

from dnnising.spectra.laws.wigner import check_beta

_GRID = np.linspace(-10.0, 12.0, 177)  # of s; outside, every F is 0 or 1 to 1e-11
_NODES = 40  # of the quadrature: determinants to 1e-13
_LENGTH = 12.0  # where Ai(x + s) has died out; it grows with -s


def tracy_widom_cdf(s: ArrayLike, beta: int = 1) -> NDArray[np.float64]:
    """The distribution F_β(s), to about 1e-10, in the shape of s.

    Args:
        s: in any shape; (λ_max - μ)/scale, without unit.
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Raises:
        ValueError: a beta other than 1, 2 or 4.

    >>> round(float(tracy_widom_cdf(0.9793)), 4)  # the 95 % point of real matrices
    0.95
    """
    cdf, _ = _splines(beta)
    return np.clip(cdf(_inside(s, cdf)), 0.0, 1.0)


def tracy_widom_pdf(s: ArrayLike, beta: int = 1) -> NDArray[np.float64]:
    """The density F_β'(s), to about 1e-8.

    Args:
        s: in any shape; (λ_max - μ)/scale, without unit.
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Returns:
        the density in the shape of s.

    Raises:
        ValueError: a beta other than 1, 2 or 4.

    >>> s = np.linspace(-10, 10, 2001)
    >>> bool(np.isclose(np.trapezoid(tracy_widom_pdf(s), s), 1))
    True
    """
    cdf, pdf = _splines(beta)
    x = np.asarray(s, dtype=np.float64)
    return np.where(x == _inside(x, cdf), np.maximum(pdf(_inside(x, cdf)), 0.0), 0.0)


def tracy_widom_ppf(shares: ArrayLike, beta: int = 1) -> NDArray[np.float64]:
    """The s with F_β(s) = share, to about 1e-5, for shares strictly between 0 and 1.

    Args:
        shares: strictly between 0 and 1, in any shape.
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Returns:
        s in the shape of the shares.

    Raises:
        ValueError: a beta other than 1, 2 or 4, or a share outside (0, 1).

    >>> tracy_widom_ppf([0.5, 0.95]).round(3).tolist()
    [-1.269, 0.979]
    """
    p = np.asarray(shares, dtype=np.float64)
    if not np.all((p > 0) & (p < 1)):
        raise ValueError("shares must lie strictly between 0 and 1: the law has no bounds")
    fine, cdf = _inverse_table(beta)
    return np.interp(p, cdf, fine)


def tracy_widom_moments(beta: int = 1) -> tuple[float, float]:
    """Mean and variance of the law, from ∫ (1[s > 0] - F) ds and 2 ∫ s (1[s > 0] - F) ds.

    Args:
        beta: 1 for real, 2 for complex, 4 for quaternionic matrices.

    Returns:
        the mean and the variance of s.

    Raises:
        ValueError: a beta other than 1, 2 or 4.

    >>> mean, variance = tracy_widom_moments(1)
    >>> round(mean, 5), round(variance, 5)
    (-1.20653, 1.60778)
    """
    cdf, _ = _splines(beta)
    low, high = float(cdf.t[0]), float(cdf.t[-1])
    mean = high - float(cdf.integrate(low, high))
    s, w = np.polynomial.legendre.leggauss(200)
    s, w = (high - low) / 2 * s + (high + low) / 2, (high - low) / 2 * w
    second = high**2 - 2 * float(w @ (s * cdf(s)))
    return mean, second - mean**2


@lru_cache(maxsize=3)
def _splines(beta: int) -> tuple[BSpline, BSpline]:
    """F and F', from values on a grid."""
    check_beta(beta)
    minus, plus = _determinants()
    values = {1: minus, 2: minus * plus, 4: (minus + plus) / 2}[beta]
    grid = _GRID / np.sqrt(2) if beta == 4 else _GRID
    cdf = make_interp_spline(grid, values, k=7)
    return cdf, cdf.derivative()


@lru_cache(maxsize=3)
def _inverse_table(beta: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A fine grid of s and F there, increasing."""
    knots = _splines(beta)[0].t
    fine = np.linspace(float(knots[0]), float(knots[-1]), 20_001)
    return fine, np.maximum.accumulate(tracy_widom_cdf(fine, beta))


@lru_cache(maxsize=1)
def _determinants() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """det(1 - B_s) and det(1 + B_s) on the grid; computed once, in a fraction of a second."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    unit = np.eye(_NODES)
    minus, plus = [], []
    for s in _GRID:
        length = _LENGTH - min(s, 0.0)
        x, root = length / 2 * (nodes + 1), np.sqrt(length / 2 * weights)
        argument = x[:, None] + x + s
        alive = argument < _LENGTH + 2  # beyond, Ai is below 1e-15 and costs ten times as much
        kernel = np.zeros_like(argument)
        kernel[alive] = airy(argument[alive])[0]
        kernel *= root[:, None] * root  # (nodes, nodes)
        minus.append(np.linalg.det(unit - kernel))
        plus.append(np.linalg.det(unit + kernel))
    return np.array(minus), np.array(plus)


def _inside(s: ArrayLike, cdf: BSpline) -> NDArray[np.float64]:
    """s, moved into the table."""
    return np.clip(np.asarray(s, dtype=np.float64), cdf.t[0], cdf.t[-1])
