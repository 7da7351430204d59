"""How many critical points the spherical p-spin glass has at which energy, and of which index.

The expected number of critical points of H below the energy uN grows as exp(N Θ_p(u)), of those of index k as
exp(N Θ_{k,p}(u)) (Auffinger, Ben Arous, Černý 2013, theorems 2.5 and 2.8; H with variance N on the sphere of
radius √N). Energies u are per spin and negative below the middle; E_∞ and E_0 are positive, and stand for the
energy_per_spin -E_∞ and -E_0.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq


def threshold_energy(p: int) -> float:
    """E_∞(p) = 2√((p-1)/p): above -E_∞ minima are exponentially outnumbered by saddles of extensive index.

    See Auffinger, Ben Arous and Černý, Comm. Pure Appl. Math. 66, 165 (2013).

    Args:
        p: how many spins interact at a time, at least 2.

    Returns:
        E_∞ per spin, positive, in units in which E[H²] = N.

    Raises:
        ValueError: p below 2.

    >>> round(threshold_energy(3), 5)
    1.63299
    """
    _check(p)
    return 2 * math.sqrt((p - 1) / p)


def ground_state_energy(p: int) -> float:
    """E_0(p), the zero of Θ_{0,p}(-E) beyond E_∞; the lowest energy per spin tends to -E_0.

    At p = 2 the two coincide: E_0 = E_∞ = √2, the edge of the semicircle (Auffinger, Ben Arous, Černý 2013).

    Args:
        p: how many spins interact at a time, at least 2.

    Returns:
        E_0 per spin, positive, in units in which E[H²] = N.

    Raises:
        ValueError: p below 2.

    >>> round(ground_state_energy(3), 4)
    1.657
    >>> bool(abs(complexity_of_index(3, 0, -ground_state_energy(3))) < 1e-9)
    True
    """
    threshold = threshold_energy(p)
    if p == 2:
        return threshold
    # Θ_0 < ½ ln(p-1) - I_1 < 0 once I_1 is larger; I_1 grows faster than the distance beyond the threshold.
    beyond = threshold + 1 + math.log(p - 1)
    return float(brentq(lambda e: complexity_of_index(p, 0, -e), threshold, beyond, xtol=1e-12))


def complexity(p: int, energy_per_spin: ArrayLike) -> NDArray[np.float64]:
    """The complexity Θ_p(u) of all critical points below uN, nats per spin.

        Θ_p(u) = ½ ln(p-1) - (p-2)/(4(p-1)) u² - I_1(u)   u ≤ -E_∞
                 ½ ln(p-1) - (p-2)/(4(p-1)) u²            -E_∞ ≤ u ≤ 0
                 ½ ln(p-1)                                u ≥ 0

    with I_1(u) = (2/E_∞²) ∫_u^{-E_∞} √(z² - E_∞²) dz (Auffinger, Ben Arous, Černý 2013, theorem 2.8).

    Args:
        p: how many spins interact at a time, at least 2.
        energy_per_spin: u, per spin, of any shape, in units in which E[H²] = N.

    Returns:
        Θ_p(u), of the shape of `energy_per_spin`; the expected number of points grows as exp(N Θ_p(u)).

    Raises:
        ValueError: p below 2.

    At p = 3 there are 2^(N/2) points in all, to exponential order, and e^(-N/3) of them below the threshold:

    >>> theta = complexity(3, [-threshold_energy(3), 0.0])
    >>> bool(np.allclose(theta, [np.log(2) / 2 - 1 / 3, np.log(2) / 2]))
    True
    """
    _check(p)
    u = np.minimum(np.asarray(energy_per_spin, dtype=np.float64), 0)
    return _parabola(p, u) - _rate(p, u)


def complexity_of_index(p: int, index: int, energy_per_spin: ArrayLike) -> NDArray[np.float64]:
    """The complexity Θ_{k,p}(u) of the critical points of index k below uN, nats per spin.

        Θ_{k,p}(u) = ½ ln(p-1) - (p-2)/(4(p-1)) u² - (k+1) I_1(u)   u ≤ -E_∞
                     ½ ln(p-1) - (p-2)/p                            u ≥ -E_∞

    with I_1 of `complexity` (Auffinger, Ben Arous, Černý 2013, theorem 2.5).

    Args:
        p: how many spins interact at a time, at least 2.
        index: k ≥ 0, the number of descending directions; 0 counts minima.
        energy_per_spin: u, per spin, of any shape, in units in which E[H²] = N.

    Returns:
        Θ_{k,p}(u), of the shape of `energy_per_spin`; where it is negative, no point is expected at large N.

    Raises:
        ValueError: p below 2, or a negative index.

    Below the threshold saddles are rarer than minima; from there on, nothing of a finite index is added:

    >>> minima, saddles = (complexity_of_index(3, k, [-1.65, -threshold_energy(3), 0.0]) for k in (0, 1))
    >>> (saddles < minima).tolist()
    [True, False, False]
    >>> bool(np.allclose(minima[1:], np.log(2) / 2 - 1 / 3))
    True
    """
    _check(p)
    if index < 0:
        raise ValueError(f"index counts descending directions and cannot be negative, got {index}")
    u = np.minimum(np.asarray(energy_per_spin, dtype=np.float64), -threshold_energy(p))
    return _parabola(p, u) - (index + 1) * _rate(p, u)


def index_fraction(p: int, energy_per_spin: ArrayLike) -> NDArray[np.float64]:
    """The share of descending directions that critical points at energy uN have, as N → ∞.

    The Hessian there is a semicircle of radius 2√(p(p-1)) about -pu, so with x = u/E_∞ in [-1, 1] the part
    below zero is

        ½ + (x√(1-x²) + arcsin x)/π .

    Args:
        p: how many spins interact at a time, at least 2.
        energy_per_spin: u, per spin, of any shape, in units in which E[H²] = N.

    Returns:
        A number from 0 to 1 for each, of the shape of `energy_per_spin`.

    Raises:
        ValueError: p below 2.

    None at the threshold, half at u = 0, all at the top:

    >>> np.abs(index_fraction(3, [-threshold_energy(3), 0.0, 2.0])).round(6).tolist()
    [0.0, 0.5, 1.0]
    """
    x = np.clip(np.asarray(energy_per_spin, dtype=np.float64) / threshold_energy(p), -1, 1)
    return 0.5 + (x * np.sqrt(1 - x**2) + np.arcsin(x)) / np.pi


def complex_critical_points(p: int, n_spins: int) -> int:
    """The number of complex critical points, ((p-1)^N - 1)/(p-2), exactly; N at p = 2.

    The number of pairs ±σ of critical points that a generic p-spin energy of N spins has over the complex
    numbers (Cartwright and Sturmfels, Linear Algebra Appl. 438, 942, 2013, theorem 1.2). On the real sphere
    there are at most twice as many points. Sources write H for p and Λ for N.

    Args:
        p: how many spins interact at a time, at least 2.
        n_spins: N, the number of spins, at least 1.

    Returns:
        The number, an exact integer.

    Raises:
        ValueError: p below 2, or n_spins below 1.

    >>> complex_critical_points(3, 10)
    1023
    >>> complex_critical_points(2, 10)  # a matrix has as many eigenvectors
    10
    """
    _check(p)
    if n_spins < 1:
        raise ValueError(f"n_spins must be at least 1, got {n_spins}")
    return sum((p - 1) ** i for i in range(n_spins))


def _check(p: int) -> None:
    if p < 2:
        raise ValueError(f"p must be at least 2, got {p}: a linear energy has no landscape")


def _parabola(p: int, u: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 * math.log(p - 1) - (p - 2) / (4 * (p - 1)) * u**2


def _rate(p: int, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """I_1(u) = (2/E_∞²) ∫_u^{-E_∞} √(z² - E_∞²) dz below -E_∞, 0 above: what an eigenvalue pays to leave the
    semicircle."""
    threshold = threshold_energy(p)
    x = np.maximum(-u / threshold, 1)
    return x * np.sqrt(x**2 - 1) - np.arccosh(x)
