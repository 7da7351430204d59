"""Probably approximately correct: bounds on the generalisation error that hold for any teacher.

Where statistical mechanics says what is typical at α = m/N, these say what holds with probability 1 - γ at
worst.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, logsumexp

from dnnising.generalisation.annealed import check_loads, generalisation_error, overlap_entropy


def uniform_gap(log_hypotheses: float, examples: ArrayLike, *, risk: float = 0.05) -> NDArray[np.float64]:
    """The gap δ that no |ε_t - ε| of a finite class exceeds, but with probability γ.

        P[max_h |ε_t(h) - ε(h)| > δ] ≤ 2 |F| e^(-2mδ²)   hence   δ = √(ln(2|F|/γ)/2m) ,

    by Hoeffding and the union bound, the inequality of Aarts (2025), the third source. ε_t is the error on
    the m examples, ε that on new ones.

    Args:
        log_hypotheses: ln |F| in nats, N ln 2 for Ising students.
        examples: m ≥ 1, the number of examples; any shape.
        risk: γ, between 0 and 1: the probability that the bound may fail.

    Returns:
        δ, of the shape of `examples`, a share of wrong answers, above 1 where there are too few examples.

    Raises:
        ValueError: m below 1, ln |F| below 0, or γ outside (0, 1).

    >>> delta = uniform_gap(10 * np.log(2), 1000)
    >>> bool(np.isclose(2 * 2**10 * np.exp(-2 * 1000 * delta**2), 0.05))
    True
    >>> bool(np.isclose(uniform_gap(10 * np.log(2), 4000), delta / 2))  # four times the examples
    True
    """
    m = _checked(examples, risk)
    return np.sqrt((np.log(2 / risk) + _size(log_hypotheses)) / (2 * m))


def consistent_bound(
    log_hypotheses: float, examples: ArrayLike, *, risk: float = 0.05
) -> NDArray[np.float64]:
    """The error ε that no student of a finite class without a training error exceeds but with probability γ.

    One of error ε passes m examples with probability (1 - ε)^m, hence |F| (1 - ε)^m ≤ γ:

        ε = 1 - (γ/|F|)^(1/m) ≤ ln(|F|/γ)/m

    (Blumer et al., Inf. Process. Lett. 24, 377, 1987).

    Args:
        log_hypotheses: ln |F| in nats, N ln 2 for Ising students.
        examples: m ≥ 1, the number of examples; any shape.
        risk: γ, between 0 and 1: the probability that the bound may fail.

    Returns:
        ε, of the shape of `examples`, a share of wrong answers.

    Raises:
        ValueError: m below 1, ln |F| below 0, or γ outside (0, 1).

    >>> epsilon = consistent_bound(10 * np.log(2), 200)
    >>> bool(np.isclose(2**10 * (1 - epsilon) ** 200, 0.05))
    True
    >>> bool(epsilon < uniform_gap(10 * np.log(2), 200))  # to make no error says more
    True
    """
    m = _checked(examples, risk)
    return -np.expm1(-(_size(log_hypotheses) - np.log(risk)) / m)


def perceptron_bound(n_weights: int, examples: ArrayLike, *, risk: float = 0.05) -> NDArray[np.float64]:
    """The error η that no perceptron without a training error exceeds but with probability γ.

    Students of real weights are without number, but their ways to label m points are not. By doubling the
    sample (Blumer et al., J. ACM 36, 929, 1989, theorem A2.1),

        P[some consistent student has ε > η] ≤ 2 Π(2m) 2^(-ηm/2) ,

    with Cover's count Π(m) = 2 Σ_{k<N} (m-1 choose k) of the dichotomies of m points by a plane through the
    origin; N is the Vapnik-Chervonenkis dimension. Bounds above 1 say nothing and are returned as 1.

    Args:
        n_weights: N ≥ 1, the weights of a perceptron.
        examples: m ≥ 1, the number of examples; any shape.
        risk: γ, between 0 and 1: the probability that the bound may fail.

    Returns:
        η, of the shape of `examples`, a share of wrong answers, at most 1.

    Raises:
        ValueError: N or m below 1, or γ outside (0, 1).

    >>> perceptron_bound(5, 10).tolist()  # too few examples to say anything
    1.0
    >>> eta = perceptron_bound(5, 1000)
    >>> log_probability = np.log(2) + log_dichotomies(5, 2000) - eta * 1000 / 2 * np.log(2)
    >>> bool(np.isclose(log_probability, np.log(0.05)))
    True
    """
    if n_weights < 1:
        raise ValueError(f"n_weights must be at least 1, got {n_weights}")
    m = _checked(examples, risk)
    logs = np.array([log_dichotomies(n_weights, int(2 * number)) for number in np.atleast_1d(m)])
    bound = 2 / m * (logs + np.log(2 / risk)) / np.log(2)
    return np.minimum(bound.reshape(m.shape), 1.0)


def log_dichotomies(n_weights: int, points: int) -> float:
    """The logarithm of Cover's number: in how many ways a plane through the origin can divide points in two.

        2 Σ_{k<N} (points-1 choose k) ,

    which is 2^points for points ≤ N (Cover, IEEE Trans. Electron. Comput. 14, 326, 1965). The points are in
    general position, in N dimensions.

    Args:
        n_weights: N, the dimension of the space.
        points: how many points there are.

    Returns:
        The logarithm in nats.

    A line through the origin labels 4 points of a plane in 2 (1 + 3) = 8 of 16 ways, a plane in space 3
    points in all 8 ways:

    >>> [round(float(np.exp(log_dichotomies(n, points))), 6) for n, points in ((2, 4), (3, 3))]
    [8.0, 8.0]
    """
    k = np.arange(min(n_weights, points))
    return float(np.log(2) + logsumexp(gammaln(points) - gammaln(k + 1) - gammaln(points - k)))


def entropy_bound(loads: ArrayLike) -> NDArray[np.float64]:
    """The error above which no consistent Ising student is left as N → ∞, whatever the examples' luck.

    Students of overlap R are e^(N s(R)) in number, and each passes with probability (1 - ε)^(αN): none is
    left where s(R) + α ln(1 - ε(R)) < 0. The largest ε with s(R) ≥ -α ln(1 - ε) bounds all others, and falls
    to 0 at α = 1.448 (Haussler, Kearns, Seung and Tishby, Machine Learning 25, 195, 1996). With ln 2 in the
    place of s it is `consistent_bound`.

    Args:
        loads: α = m/N ≥ 0, examples per weight, one or (k,).

    Returns:
        ε, (k,), to 5e-6, a share of wrong answers.

    Raises:
        ValueError: a load that is negative or not finite.

    Where it does not vanish, the two sides balance:

    >>> (error,) = entropy_bound(1.0)
    >>> R = np.cos(np.pi * error)
    >>> bool(abs(overlap_entropy(R, ising=True) + np.log(1 - error)) < 1e-4)
    True
    >>> entropy_bound([1.5]).tolist()
    [0.0]
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
