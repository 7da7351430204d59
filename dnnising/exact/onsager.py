"""Onsager's solution of the infinite square lattice, J = 1, k_B = 1 (Phys. Rev. 65, 117, 1944)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ellipe, ellipkm1

ONSAGER_TEMPERATURE = float(2 / np.log1p(np.sqrt(2)))
"""The critical temperature of the infinite square lattice, T_c = 2/ln(1+√2) = 2.26918…: sinh(2/T_c) = 1."""


def onsager_energy(temperatures: ArrayLike) -> NDArray[np.float64]:
    """Energy per spin u(T) = -coth(2K) [1 + (2/π) κ' K(κ²)], K = 1/T, in units of J.

    κ = 2 sinh 2K / cosh² 2K and κ' = 2 tanh² 2K - 1, with K(κ²) the complete elliptic integral of the first
    kind of parameter κ² = 1 - κ'² (Onsager, Phys. Rev. 65, 117, 1944).

    Args:
        temperatures: T > 0 in any shape, in units of J.

    Returns:
        u in the shape of the temperatures, from -2 at T → 0 to 0 at T → ∞.

    Raises:
        ValueError: a temperature that is not positive.

    >>> bool(np.isclose(onsager_energy(ONSAGER_TEMPERATURE), -np.sqrt(2)))  # κ' = 0 and coth 2K_c = √2
    True
    """
    K, complement, first_kind = _elliptic(temperatures)
    return -(1 + 2 / np.pi * complement * first_kind) / np.tanh(2 * K)


def onsager_heat_capacity(temperatures: ArrayLike) -> NDArray[np.float64]:
    """Heat capacity per spin in units of k_B; it diverges as -(8/π) K_c² ln |1 - T/T_c|.

        c(T) = (2/π) (K coth 2K)² { 2 K(κ²) - 2 E(κ²) - (1 - κ') [π/2 + κ' K(κ²)] }

    Args:
        temperatures: T > 0 in any shape, in units of J; at T_c itself the answer is not finite.

    Returns:
        c in the shape of the temperatures.

    Raises:
        ValueError: a temperature that is not positive.

    >>> T, step = 2.0, 1e-4
    >>> slope = (onsager_energy(T + step) - onsager_energy(T - step)) / (2 * step)
    >>> bool(np.isclose(onsager_heat_capacity(T), slope, rtol=1e-5))  # c = du/dT
    True
    """
    K, complement, first_kind = _elliptic(temperatures)
    second_kind = ellipe(1 - complement**2)
    bracket = 2 * first_kind - 2 * second_kind - (1 - complement) * (np.pi / 2 + complement * first_kind)
    return 2 / np.pi * (K / np.tanh(2 * K)) ** 2 * bracket


def _elliptic(temperatures: ArrayLike) -> tuple[NDArray, NDArray, NDArray]:
    """K = 1/T, κ' and the elliptic integral K(κ²); at T_c itself κ' = 0 and the integral is infinite."""
    T = np.asarray(temperatures, dtype=np.float64)
    if not np.all(T > 0):
        raise ValueError(f"temperatures must be positive, got {T.min()}")
    complement = 2 * np.tanh(2 / T) ** 2 - 1
    return 1 / T, complement, ellipkm1(complement**2)
