"""Where the phases of the Sherrington-Kirkpatrick model meet, in its replica-symmetric solution.

Ising spins with J_ij ~ N(J_0/N, J²/N), temperatures and J_0 in units of J (Phys. Rev. Lett. 35, 1792, 1975).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

# Trapezoids of smooth integrands that fall off like a Gaussian converge exponentially.
_Z = np.arange(-12.0, 12.0, 0.01)
_NORMAL = 0.01 * np.exp(-(_Z**2) / 2) / np.sqrt(2 * np.pi)


def sk_glass_overlap(temperatures: ArrayLike) -> NDArray[np.float64]:
    """The overlap q of the glass without magnetisation: 0 from T = 1 on, 1 at T → 0.

    q = ∫ Dz tanh²(√q z/T), Dz the Gaussian measure (Sherrington and Kirkpatrick, Phys. Rev. Lett. 35, 1792,
    1975).

    Args:
        temperatures: (n_temperatures,) in units of J, 0.02 or more.

    Returns:
        (n_temperatures,) q, from 0 to 1.

    Raises:
        ValueError: a temperature below 0.02, where the integral's step is too coarse, or not a number.

    >>> sk_glass_overlap([0.5, 1.2]).round(4).tolist()
    [0.5304, 0.0]
    """
    T = np.atleast_1d(np.asarray(temperatures, dtype=np.float64))
    if not np.all(T >= 0.02):
        raise ValueError(f"temperatures must be 0.02 or more, got {T}")
    return np.array([_overlap(t) if t < 1 else 0.0 for t in T])


def sk_ferromagnet(temperatures: ArrayLike) -> NDArray[np.float64]:
    """The mean J_0 from which on spins are magnetised, T/(1 - q(T)): T above 1, √(π/2) at T → 0.

    There 1 = (J_0/T) ∫ Dz sech²(√q z/T): the glass, or above T = 1 the paramagnet, gives way to a small
    magnetisation. That the line leans to the right below T = 1 is an artefact of replica symmetry; in
    Parisi's solution it is vertical, J_0 = 1.

    Args:
        temperatures: (n_temperatures,) in units of J, 0.02 or more.

    Returns:
        (n_temperatures,) J_0 in units of J.

    Raises:
        ValueError: a temperature below 0.02, where the integral's step is too coarse, or not a number.

    >>> sk_ferromagnet([1.5, 1.0]).tolist()  # from the paramagnet: J_0 = T
    [1.5, 1.0]
    >>> bool(abs(sk_ferromagnet([0.02])[0] - np.sqrt(np.pi / 2)) < 0.02)  # from the glass in the cold
    True
    """
    T = np.atleast_1d(np.asarray(temperatures, dtype=np.float64))
    return T / (1 - sk_glass_overlap(T))


def _overlap(temperature: float) -> float:
    def excess(q: float) -> float:
        return float(_NORMAL @ np.tanh(np.sqrt(q) * _Z / temperature) ** 2) - q

    # q starts as 1 - T below T = 1; from a tenth of that on, 0, the other solution, is excluded.
    return float(brentq(excess, 0.1 * (1 - temperature), 1.0, xtol=1e-14))
