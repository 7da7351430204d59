"""Gibbs learning of a perceptron by replicas: a student at random among all that make no training error.

Students without a training error are to each other what each is to the teacher, q = R, and replica symmetry
is exact. With H(x) = ∫_x^∞ Dt, Dt the normal measure, and γ² = R/(1 - R), e^(Ns) students remain, where

    s(α) = extr [ S(R) + 2α ∫ Dt H(γt) ln H(γt) ]

where S(R) = ½ ln(1 - R) + R/2 on the sphere (relative to all students), and for Ising students, with R̂
conjugate to R, S = ln 2 - R̂(1 + R)/2 + ∫ Dt ln cosh(√R̂ z + R̂)   (Györgyi 1990; Seung, Sompolinsky and Tishby,
Phys. Rev. A 45, 6056, 1992).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import log_ndtr

from dnnising.generalisation.annealed import LearningCurve, check_loads

# Trapezoids of smooth integrands that fall off like a Gaussian converge exponentially.
_X = np.arange(-12.0, 12.0, 0.02)
_DX = 0.02 / np.sqrt(2 * np.pi)
_LOG_H = log_ndtr(-_X)


def gibbs_curve(loads: ArrayLike, *, ising: bool = False) -> LearningCurve:
    """Typical students without a training error, drawn at random among all such, at zero temperature.

        s(α) = extr [S(R) + 2α ∫ Dt H(γt) ln H(γt)] ,   γ² = R/(1 - R) ,
        on the sphere:  S = ½ ln(1 - R) + R/2
        Ising:          S = ln 2 - R̂(1 + R)/2 + ∫ Dt ln cosh(√R̂ t + R̂)

    with Dt the normal measure, H(x) = ∫_x^∞ Dt, and R̂ conjugate to R, over which the extremum is taken as
    well. The error of students on the sphere falls like 0.625/α. Ising students drop to their teacher where
    their entropy reaches 0 (`gibbs_drop`), and have R = 1 and s = 0 from there on (Györgyi 1990).

    Args:
        loads: α = m/N ≥ 0, examples per weight, one or (k,).
        ising: weights ±1 rather than real weights on the sphere.

    Returns:
        A `LearningCurve` with overlaps R and entropies s in nats a weight, (k,) each.

    Raises:
        ValueError: a load that is negative or not finite.

    >>> gibbs_curve([1.0]).generalisation_error.round(3).tolist()
    [0.338]
    >>> gibbs_curve([0.0, 1.3], ising=True).overlaps.tolist()  # no example, and past the drop
    [0.0, 1.0]
    """
    alphas = check_loads(loads)
    pairs = np.array([_ising(a) if ising else _spherical(a) for a in alphas]).reshape(-1, 2)
    return LearningCurve(alphas, pairs[:, 0], pairs[:, 1])


def gibbs_drop() -> float:
    """The load α where the entropy of Ising students that are not their teacher reaches 0: 1.245.

    From there on the teacher is the only student without a training error (Györgyi, Phys. Rev. A 41, 7097,
    1990).

    Returns:
        α, examples per weight.

    >>> round(gibbs_drop(), 3)
    1.245
    """
    conjugate = brentq(lambda r: _ising_entropy(r, _ising_load(r)), 0.5, _last_conjugate(), xtol=1e-14)
    return _ising_load(float(conjugate))


def gibbs_spinodal() -> float:
    """The load α up to which Ising students that are not their teacher exist as a metastable state: 1.49.

    Between `gibbs_drop` and here their entropy is negative; beyond, replica theory has no solution with R < 1
    (Seung, Sompolinsky and Tishby, Phys. Rev. A 45, 6056, 1992).

    Returns:
        α, examples per weight.

    >>> round(gibbs_spinodal(), 2)
    1.49
    """
    return _ising_load(_last_conjugate())


def _spherical(alpha: float) -> tuple[float, float]:
    if alpha == 0:
        return 0.0, 0.0

    def excess(gamma: float) -> float:
        return _spherical_load(gamma) - alpha

    gamma = brentq(excess, 1e-9, 2.0 + 4.0 * alpha, xtol=1e-13)
    R = gamma**2 / (1 + gamma**2)
    return R, float(0.5 * np.log1p(-R) + R / 2 + alpha * _energy(gamma))


def _spherical_load(gamma: float) -> float:
    """α at which γ is stationary: R = (α/π) ∫ Dt e^(-γ²t²)/H(γt)."""
    return float(np.pi * gamma**2 / (1 + gamma**2) / _pull(gamma))


def _ising(alpha: float) -> tuple[float, float]:
    if alpha == 0:
        return 0.0, float(np.log(2))
    if alpha >= gibbs_drop():
        return 1.0, 0.0
    conjugate = brentq(lambda r: _ising_load(r) - alpha, 1e-12, _last_conjugate(), xtol=1e-14)
    return _ising_overlap(float(conjugate)), _ising_entropy(float(conjugate), alpha)


def _ising_overlap(conjugate: float) -> float:
    """R = ∫ Dz tanh(√R̂ z + R̂)."""
    return float(np.sum(_normal() * np.tanh(np.sqrt(conjugate) * _X + conjugate)))


def _ising_load(conjugate: float) -> float:
    """α at which R̂ is stationary: R̂ = (α/π(1 - R)) ∫ Dt e^(-γ²t²)/H(γt)."""
    R = _ising_overlap(conjugate)
    return float(np.pi * (1 - R) * conjugate / _pull(np.sqrt(R / (1 - R))))


def _ising_entropy(conjugate: float, alpha: float) -> float:
    R = _ising_overlap(conjugate)
    field = np.abs(np.sqrt(conjugate) * _X + conjugate)
    log_cosh = field + np.log1p(np.exp(-2 * field)) - np.log(2)
    mixing = np.log(2) - conjugate * (1 + R) / 2 + float(np.sum(_normal() * log_cosh))
    return float(mixing + alpha * _energy(np.sqrt(R / (1 - R))))


def _last_conjugate() -> float:
    """R̂ at the largest load that the branch from R = 0 reaches."""
    found = minimize_scalar(lambda r: -_ising_load(r), bounds=(0.5, 15.0), options={"xatol": 1e-10})
    return float(found.x)


def _normal() -> NDArray[np.float64]:
    """Weights of ∫ Dz at the points."""
    return _DX * np.exp(-(_X**2) / 2)


def _pull(gamma: float) -> float:
    """∫ Dt e^(-γ²t²)/H(γt), in x = γt where the integrand has width 1, else in t."""
    if gamma < 1:
        return float(np.sum(_normal() * np.exp(-((gamma * _X) ** 2) - log_ndtr(-gamma * _X))))
    return float(np.sum(_DX / gamma * np.exp(-(_X**2) / (2 * gamma**2) - _X**2 - _LOG_H)))


def _energy(gamma: float) -> float:
    """2 ∫ Dt H(γt) ln H(γt), likewise."""
    if gamma < 1:
        log_h = log_ndtr(-gamma * _X)
        return float(2 * np.sum(_normal() * np.exp(log_h) * log_h))
    return float(2 * np.sum(_DX / gamma * np.exp(-(_X**2) / (2 * gamma**2) + _LOG_H) * _LOG_H))
