"""How well Hopfield's memory recalls at zero temperature, by replicas.

With P = aN patterns, the overlap m = Σ_i ξ_i S_i/N of the state next to a pattern follows from

    y (√(2a) + (2/√π) e^(-y²)) = erf y ,   m = erf y

(Amit, Gutfreund and Sompolinsky, Phys. Rev. Lett. 55, 1530, 1985), y the field of the pattern over the noise
of all others. Replica symmetry is assumed; at zero temperature it is broken there, though weakly.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import erf


def recall_capacity() -> float:
    """The load a_c beyond which no state lies next to a pattern of Hopfield's memory.

    The largest a for which y (√(2a) + (2/√π) e^(-y²)) = erf y has a solution y > 0 (Amit, Gutfreund and
    Sompolinsky, Phys. Rev. Lett. 55, 1530, 1985).

    Returns:
        a_c = P/N, patterns a spin.

    >>> round(recall_capacity(), 4)
    0.1379
    """
    return _load(_weakest_field())


def recall_overlap(loads: ArrayLike) -> NDArray[np.float64]:
    """The overlap m of the state next to a pattern, in the shape of the loads; 0 beyond the capacity.

    m = erf y with y (√(2a) + (2/√π) e^(-y²)) = erf y (Amit, Gutfreund and Sompolinsky, Phys. Rev. Lett. 55,
    1530, 1985), at zero temperature, in the limit of many spins and without breaking replica symmetry.

    Args:
        loads: a = P/N ≥ 0, patterns a spin, in any shape.

    Raises:
        ValueError: a load that is negative.

    >>> recall_overlap([0.0, 0.1, 0.137, 0.14]).round(3).tolist()
    [1.0, 0.998, 0.975, 0.0]
    """
    a = np.asarray(loads, dtype=np.float64)
    if not np.all(a >= 0):
        raise ValueError(f"loads must be 0 or more, got {a}")
    weakest = _weakest_field()
    overlaps = [_overlap(float(load), weakest) for load in a.ravel()]
    return np.reshape(overlaps, a.shape)


def _overlap(load: float, weakest: float) -> float:
    if load > _load(weakest):
        return 0.0
    if load == 0:
        return 1.0
    strongest = 1.001 / np.sqrt(2 * load)  # where y √(2a) alone exceeds 1 ≥ erf y
    return float(erf(brentq(lambda y: _load(y) - load, weakest, strongest, xtol=1e-14)))


def _load(y: float) -> float:
    """a = ½ (erf y/y - (2/√π) e^(-y²))², which has one maximum."""
    return float(0.5 * (erf(y) / y - 2 / np.sqrt(np.pi) * np.exp(-(y**2))) ** 2)


def _weakest_field() -> float:
    return float(minimize_scalar(lambda y: -_load(y), bounds=(0.5, 5.0), options={"xatol": 1e-12}).x)
