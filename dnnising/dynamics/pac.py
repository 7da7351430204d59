"""Probably approximately correct: bounds on the generalisation error that hold for any teacher.

Where statistical mechanics says what is typical at α = m/N, these say what holds with probability 1 - γ at
worst.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, logsumexp

from dnnising.dynamics.perceptron import check_loads, generalisation_error, overlap_entropy


def uniform_gap(log_hypotheses: float, examples: ArrayLike, *, risk: float = 0.05) -> NDArray[np.float64]:
    """δ that no |ε_t - ε| of a finite class exceeds but with probability γ (Hoeffding and the union bound).

        P[max_h |ε_t(h) - ε(h)| > δ] ≤ 2 |F| e^(-2mδ²)   hence   δ = √(ln(2|F|/γ)/2m) ,

    the third source's inequality.

    Args:
        log_hypotheses: ln |F|, N ln 2 for Ising students.
        examples: m ≥ 1.
        risk: γ.

    Raises:
        ValueError: m below 1, ln |F| below 0, or γ outside (0, 1).
    """
    m = _checked(examples, risk)
    return np.sqrt((np.log(2 / risk) + _size(log_hypotheses)) / (2 * m))


def consistent_bound(
    log_hypotheses: float, examples: ArrayLike, *, risk: float = 0.05
) -> NDArray[np.float64]:
    """The error ε that no student of a finite class without a training error exceeds but with probability γ.

    One of error ε passes m examples with probability (1 - ε)^m, hence |F| (1 - ε)^m ≤ γ:
    ε = 1 - (γ/|F|)^(1/m), at most ln(|F|/γ)/m.

    Args and Raises: as `uniform_gap`.
    """
    m = _checked(examples, risk)
    return -np.expm1(-(_size(log_hypotheses) - np.log(risk)) / m)


def perceptron_bound(n_weights: int, examples: ArrayLike, *, risk: float = 0.05) -> NDArray[np.float64]:
    """`consistent_bound` for perceptrons of real weights, as many as they have ways to label.

    By doubling the sample (Blumer et al., J. ACM 36, 929, 1989, theorem A2.1),

        P[some consistent student has ε > η] ≤ 2 Π(2m) 2^(-ηm/2) ,

    with Cover's count Π(m) = 2 Σ_{k<N} (m-1 choose k) of the dichotomies of m points by a plane through the
    origin; N is the Vapnik-Chervonenkis dimension. Bounds above 1 say nothing and are returned as 1.

    Raises:
        ValueError: N or m below 1, or γ outside (0, 1).
    """
    if n_weights < 1:
        raise ValueError(f"n_weights must be at least 1, got {n_weights}")
    m = _checked(examples, risk)
    logs = np.array([log_dichotomies(n_weights, int(2 * number)) for number in np.atleast_1d(m)])
    bound = 2 / m * (logs + np.log(2 / risk)) / np.log(2)
    return np.minimum(bound.reshape(m.shape), 1.0)


def log_dichotomies(n_weights: int, points: int) -> float:
    """ln of Cover's number 2 Σ_{k<N} (points-1 choose k); points ln 2 for points ≤ N."""
    k = np.arange(min(n_weights, points))
    return float(np.log(2) + logsumexp(gammaln(points) - gammaln(k + 1) - gammaln(points - k)))


def entropy_bound(loads: ArrayLike) -> NDArray[np.float64]:
    """The error above which no consistent Ising student is left as N → ∞, whatever the examples' luck.

    Students of overlap R are e^(N s(R)) in number, and each passes with probability (1 - ε)^(αN): none is
    left where s(R) + α ln(1 - ε(R)) < 0. The largest ε with s(R) ≥ -α ln(1 - ε) bounds all others, and falls
    to 0 at α = 1.448 (Haussler, Kearns, Seung and Tishby, Machine Learning 25, 195, 1996). With ln 2 in the
    place of s it is `consistent_bound`.

    Raises:
        ValueError: a load that is negative.
    """
    alphas = check_loads(loads)
    errors = np.linspace(0.0, 1.0, 200_001)[1:-1]
    overlaps = np.cos(np.pi * errors)
    needed = overlap_entropy(overlaps, ising=True) / -np.log1p(-generalisation_error(overlaps))
    return np.array([np.max(errors[needed >= alpha], initial=0.0) for alpha in alphas])


def _checked(examples: ArrayLike, risk: float) -> NDArray[np.float64]:
    m = np.asarray(examples, dtype=np.float64)
    if not np.all(m >= 1):
        raise ValueError(f"examples must be at least 1, got {m}")
    if not 0 < risk < 1:
        raise ValueError(f"risk must lie between 0 and 1, got {risk}")
    return m


def _size(log_hypotheses: float) -> float:
    if not log_hypotheses >= 0:
        raise ValueError(f"log_hypotheses is ln |F| and must be 0 or more, got {log_hypotheses}")
    return log_hypotheses
