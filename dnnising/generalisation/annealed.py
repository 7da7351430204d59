"""A perceptron that learns from a perceptron: what geometry and the annealed average say.

Teacher T and student J have N weights, real on the sphere |J|² = N or ±1 (Ising), and label x by sign(J·x).
With overlap R = J·T/N they disagree on isotropic inputs with probability

    ε(R) = arccos(R)/π ,

and m = αN examples are learnt in the limit of large N. Entropies are in nats a weight; on the sphere they are
relative to that of all students.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize_scalar

from dnnising.printing import one_line

_NEAR_ONE = 1e-13


@one_line
@dataclass(frozen=True, eq=False)
class LearningCurve:
    """Typical students by the number of examples.

    Args:
        loads: (k,) α = m/N, examples per weight.
        overlaps: (k,) R, between student and teacher, from -1 to 1.
        entropies: (k,) entropies of the students that remain, in nats a weight.

    >>> curve = annealed_curve([0.0, 1.0, 2.0], ising=True)
    >>> curve.overlaps[[0, 2]].tolist()  # at random without examples, the teacher itself with many
    [0.0, 1.0]
    """

    loads: NDArray[np.float64]
    overlaps: NDArray[np.float64]
    entropies: NDArray[np.float64]

    @property
    def generalisation_error(self) -> NDArray[np.float64]:
        """The share of new inputs on which student and teacher disagree, ε = arccos(R)/π, (k,).

        >>> curve = LearningCurve(np.array([0.0, 9.0]), overlaps=np.array([0.0, 1.0]), entropies=np.zeros(2))
        >>> curve.generalisation_error.tolist()
        [0.5, 0.0]
        """
        return generalisation_error(self.overlaps)


def generalisation_error(overlap: ArrayLike) -> NDArray[np.float64]:
    """How often student and teacher disagree on isotropic inputs, ε = arccos(R)/π.

    Their weights have the angle arccos R, and they disagree on inputs between the two planes. Aarts (2025),
    the third source, writes ε = arccos R, which exceeds 1 for R < cos 1: a factor 1/π is missing there.

    Args:
        overlap: R of student and teacher, of any shape, in [-1, 1].

    Returns:
        ε in [0, 1], of the shape of `overlap`.

    Raises:
        ValueError: an overlap outside [-1, 1].

    Weights that are equal, 60° apart, orthogonal and opposite:

    >>> generalisation_error([1.0, 0.5, 0.0, -1.0]).round(4).tolist()
    [0.0, 0.3333, 0.5, 1.0]
    """
    R = np.asarray(overlap, dtype=np.float64)
    if not np.all(np.abs(R) <= 1):
        raise ValueError(f"overlap must lie in [-1, 1], got {R}")
    return np.arccos(R) / np.pi


def overlap_entropy(overlap: ArrayLike, *, ising: bool = False) -> NDArray[np.float64]:
    """The entropy ln Ω(R)/N of the students that have the overlap R with their teacher.

        on the sphere:  ½ ln(1 - R²), relative to all students, -∞ at R = ±1
        Ising:          -p ln p - (1-p) ln(1-p) with p = (1 + R)/2, the share of weights that agree

    Args:
        overlap: R of student and teacher, of any shape, in [-1, 1].
        ising: weights ±1 rather than real weights on the sphere.

    Returns:
        Nats a weight, of the shape of `overlap`; of Ising students ln 2 at R = 0 and 0 at R = ±1.

    Raises:
        ValueError: an overlap outside [-1, 1].

    >>> bool(np.isclose(overlap_entropy(0.6), np.log(0.8)))
    True
    >>> bool(np.allclose(overlap_entropy([-1.0, 0.0, 1.0], ising=True), [0, np.log(2), 0]))
    True
    """
    R = np.asarray(overlap, dtype=np.float64)
    if not np.all(np.abs(R) <= 1):
        raise ValueError(f"overlap must lie in [-1, 1], got {R}")
    with np.errstate(divide="ignore", invalid="ignore"):
        if not ising:
            return 0.5 * np.log1p(-R * R)
        up, down = (1 + R) / 2, (1 - R) / 2
        return -np.where(up > 0, up * np.log(up), 0.0) - np.where(down > 0, down * np.log(down), 0.0)


def annealed_curve(loads: ArrayLike, *, ising: bool = False, beta: float = np.inf) -> LearningCurve:
    """The annealed average, which takes the mean of the partition function for its typical value.

    R maximises the weight of students that err on a share of the examples at inverse temperature β,

        ln Ω(R)/N + α ln[1 - (1 - e^(-β)) ε(R)] ;

    β = ∞ leaves those without a training error. Its value there, an upper bound on what is typical, stands in
    `entropies`: at finite β it is ln Z/N. Ising students jump to R = 1 where the maximum falls below the
    value there, 0, at `annealed_drop` (Seung, Sompolinsky and Tishby, Phys. Rev. A 45, 6056, 1992).

    Args:
        loads: α = m/N ≥ 0, examples per weight, one or (k,).
        ising: weights ±1 rather than real weights on the sphere.
        beta: β > 0, one over a number of training errors.

    Returns:
        A `LearningCurve`, with R and ln Z/N in nats a weight, (k,) each.

    Raises:
        ValueError: a load that is negative or not finite, or a beta that is not positive.

    On the sphere R is stationary where α = πR (1 - ε)/√(1 - R²): R = ½ and ε = ⅓ at α = 2π/3√3.

    >>> bool(np.allclose(annealed_curve(2 * np.pi / 3**1.5).overlaps, 0.5))
    True
    >>> annealed_curve([1.4, 1.5], ising=True).overlaps.round(3).tolist()  # before and after the drop
    [0.676, 1.0]
    """
    alphas = check_loads(loads)
    cost = _cost(beta)
    drop = _drop(cost) if ising else np.inf

    def load(R: float) -> float:
        """α at which R is stationary, rising along the branch that starts at R = 0."""
        slope = np.arctanh(R) if ising else R / (1 - R * R)
        return float(slope * np.pi * np.sqrt(1 - R * R) * (1 - cost * generalisation_error(R)) / cost)

    # On the sphere the branch goes on to R = 1; of Ising students it ends beyond the drop.
    end = _drop_overlap(cost) if ising else 1 - _NEAR_ONE
    overlaps = np.array([1.0 if alpha >= drop else _invert(load, alpha, end) for alpha in alphas])
    with np.errstate(divide="ignore"):
        values = overlap_entropy(overlaps, ising=ising)
    return LearningCurve(alphas, overlaps, values + alphas * np.log1p(-cost * generalisation_error(overlaps)))


def annealed_drop(beta: float = np.inf) -> float:
    """The load from which on the annealed average puts an Ising student on its teacher, 1.448 at β = ∞.

    There the students of every overlap R < 1 have become fewer than one: the drop is the largest value of
    s(R)/-ln[1 - (1 - e^(-β)) ε(R)], with s(R) of `overlap_entropy`.

    Args:
        beta: β > 0, one over a number of training errors.

    Returns:
        α, examples per weight.

    Raises:
        ValueError: a beta that is not positive.

    >>> round(annealed_drop(), 3)
    1.448
    >>> annealed_drop(beta=1.0) > annealed_drop()  # whoever forgives errors needs more examples
    True
    """
    return _drop(_cost(beta))


def check_loads(loads: ArrayLike) -> NDArray[np.float64]:
    """Loads as a flat array.

    Raises:
        ValueError: a load that is negative or not finite.
    """
    alphas = np.atleast_1d(np.asarray(loads, dtype=np.float64))
    if alphas.ndim != 1 or not np.all((alphas >= 0) & np.isfinite(alphas)):
        raise ValueError(f"loads must be finite and at least 0, got {alphas}")
    return alphas


def _cost(beta: float) -> float:
    """1 - e^(-β)."""
    if not beta > 0:
        raise ValueError(f"beta must be positive, got {beta}")
    return float(-np.expm1(-beta))


def _needed(R: float, cost: float) -> float:
    """The load at which Ising students of overlap R become fewer than one."""
    return float(overlap_entropy(R, ising=True) / -np.log1p(-cost * generalisation_error(R)))


def _drop_overlap(cost: float) -> float:
    """R just before the drop: the last overlap whose students die out."""
    found = minimize_scalar(lambda R: -_needed(R, cost), bounds=(0.0, 0.999), options={"xatol": 1e-10})
    return float(found.x)


def _drop(cost: float) -> float:
    return _needed(_drop_overlap(cost), cost)


def _invert(load, alpha: float, end: float) -> float:  # type: ignore[no-untyped-def]
    """R in [0, end] with load(R) = α; where even the end needs fewer examples, the end."""
    return float(brentq(lambda R: load(R) - alpha, 0.0, end, xtol=1e-15)) if load(end) > alpha else end
