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
        loads: (k,) α = m/N.
        overlaps: (k,) R.
        entropies: (k,) of the students that remain, nats a weight.
    """

    loads: NDArray[np.float64]
    overlaps: NDArray[np.float64]
    entropies: NDArray[np.float64]

    @property
    def generalisation_error(self) -> NDArray[np.float64]:
        """ε = arccos(R)/π, (k,)."""
        return generalisation_error(self.overlaps)


def generalisation_error(overlap: ArrayLike) -> NDArray[np.float64]:
    """ε = arccos(R)/π: how often student and teacher disagree on isotropic inputs.

    The third source writes ε = arccos R, which exceeds 1 for R < cos 1: a factor 1/π is missing there.

    Raises:
        ValueError: an overlap outside [-1, 1].
    """
    R = np.asarray(overlap, dtype=np.float64)
    if not np.all(np.abs(R) <= 1):
        raise ValueError(f"overlap must lie in [-1, 1], got {R}")
    return np.arccos(R) / np.pi


def overlap_entropy(overlap: ArrayLike, *, ising: bool = False) -> NDArray[np.float64]:
    """ln Ω(R)/N of the students with overlap R.

    On the sphere ½ ln(1 - R²), relative to all students, -∞ at R = ±1; of Ising students the entropy of
    mixing, ln 2 at R = 0 and 0 at R = ±1.

    Raises:
        ValueError: an overlap outside [-1, 1].
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

    R maximises ln Ω(R)/N + α ln[1 - (1 - e^(-β)) ε(R)], the weight of students that err on a share of the
    examples at inverse temperature β; β = ∞ leaves those without a training error. Its value there, an upper
    bound on what is typical, stands in `entropies`: at finite β it is ln Z/N.

    Ising students jump to R = 1 where the maximum falls below the value there, 0 (`annealed_drop`).

    Raises:
        ValueError: a load that is negative or a beta that is not positive.
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

    Raises:
        ValueError: a beta that is not positive.
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
