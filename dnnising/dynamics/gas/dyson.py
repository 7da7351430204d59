"""Dyson's Brownian motion: the eigenvalues of a matrix in a random walk, as particles that repel each other.

A symmetric matrix X that is pulled back to zero at rate 1 and shaken by white noise, of variance 2σ² a unit
of time on the diagonal and βσ² beside it (over all β real components of an entry), has eigenvalues with

    dx_i = -x_i dt + βσ² Σ_{j≠i} dt/(x_i - x_j) + √2 σ dW_i                            (Dyson 1962)

by second-order perturbation theory: Σ_j |dX_ij|²/(x_i - x_j) is the repulsion. In the third source's terms
g = σ and K(x) = -x, and its equation is that of β = 1. Time is in units of the inverse rate. A walk that has
forgotten its start has the density of a Coulomb gas, Π_{i<j} |x_i - x_j|^β exp(-Σ x_i²/2σ²).
"""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of
from dnnising.spectra.laws.wigner import check_beta

_STEP = 0.01
_BOLD = 30  # Newton steps of almost any length; about seven suffice
_CLOSE = 1e-4  # Newton's decrement from which one more step leaves 1e-8


@one_line
@dataclass(frozen=True, eq=False)
class DysonPath:
    """Eigenvalues of independent random walks, at a few times.

    Args:
        times: (snapshots,) ascending, in units of the inverse rate at which levels are pulled back to 0.
        history: (snapshots, runs, n), ascending along the last axis, in the units of sigma.
        beta: 1, 2 or 4: how strongly levels repel.
        sigma: σ, the strength of the noise, which sets the unit of the levels.

    >>> path = simulate_dyson(n=3, runs=5, time=2.0, snapshots=4, rng=0)
    >>> path.times.tolist(), path.history.shape
    ([0.5, 1.0, 1.5, 2.0], (4, 5, 3))
    >>> bool(np.all(np.diff(path.history, axis=2) > 0))  # levels never cross
    True
    """

    times: NDArray[np.float64]
    history: NDArray[np.float64]
    beta: int
    sigma: float

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """The levels of every run at the last time, (runs, n), ascending along the last axis.

        >>> path = simulate_dyson(n=3, runs=5, snapshots=4, rng=0)
        >>> bool(np.all(path.eigenvalues == path.history[-1]))
        True
        """
        return self.history[-1]


def simulate_dyson(
    n: int,
    *,
    beta: int = 1,
    sigma: float = 1.0,
    time: float = 5.0,
    runs: int = 1,
    start: ArrayLike | None = None,
    step: float = _STEP,
    snapshots: int = 1,
    rng: Rng,
) -> DysonPath:
    """Integrate Dyson's equation for eigenvalues; no matrix is involved (`simulate_matrix` has one).

        dx_i = -x_i dt + βσ² Σ_{j≠i} dt/(x_i - x_j) + √2 σ dW_i              (J. Math. Phys. 3, 1191, 1962)

    With explicit steps two levels now and then come so close that the repulsion throws them apart, and ⟨S²⟩
    has no limit. Here the repulsion is taken at the end of the step, the rest is exact:

        y_i = e^(-Δ) x_i + σ √(1 - e^(-2Δ)) ξ_i + (1 - e^(-Δ)) βσ² Σ_{j≠i} 1/(y_i - y_j) .

    Its solution is the one minimum of a convex function on ascending y, which damped Newton steps find.
    Levels never cross. The error of a mean is of first order in Δ.

    Args:
        n: how many levels walk together.
        beta: 1, 2 or 4, for eigenvalues of real symmetric, Hermitian or quaternion self-dual matrices.
        sigma: σ, the strength of the noise; a single level has the variance σ² in the end.
        time: how long to walk, in units of the inverse rate; after a few of them the start is forgotten.
        runs: how many independent walks.
        start: (n,) ascending levels at time 0, in the units of sigma; all at 0 by default.
        step: Δ at most, in units of the inverse rate. At 0.01 mean squares are right to 1 % from 2 to 64
            levels; at 0.1 they are 2 % low for two levels. Levels that start from one point are felt as such
            for some ten steps more.
        snapshots: how many to keep, evenly spaced in time; the last is at `time`.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        A `DysonPath` with the levels (runs, n) at each snapshot.

    Raises:
        ValueError: n, sigma, time, runs, step or snapshots that is not positive, another beta, or a start
            that does not ascend or has another length.

    A walk that has forgotten its start has ⟨x²⟩ = σ² (1 + β(n-1)/2), here 2.5:

    >>> path = simulate_dyson(n=4, runs=200, rng=np.random.default_rng(0))
    >>> path.eigenvalues.shape, bool(abs(np.mean(path.eigenvalues**2) - 2.5) < 0.5)
    ((200, 4), True)
    """
    rng = generator_of(rng)
    x = start_levels(n, beta, sigma, time, runs, snapshots, start)
    if not step > 0:
        raise ValueError(f"step must be positive, got {step}")
    each = int(np.ceil(time / snapshots / step))  # steps between snapshots
    decay = float(np.exp(-time / snapshots / each))
    strength, spread = (1 - decay) * beta * sigma**2, sigma * np.sqrt(1 - decay**2)
    history = np.empty((snapshots, runs, n))
    for snapshot in history:
        for _ in range(each):
            repel(x, decay * x + spread * rng.standard_normal(x.shape), strength)
        snapshot[:] = x
    return DysonPath(np.linspace(0.0, time, snapshots + 1)[1:], history, beta, sigma)


def start_levels(
    n: int, beta: int, sigma: float, time: float, runs: int, snapshots: int, start: ArrayLike | None
) -> NDArray[np.float64]:
    """The levels of all runs at time 0, (runs, n), once the arguments have been checked."""
    check_beta(beta)
    for name, value in {"n": n, "sigma": sigma, "time": time, "runs": runs, "snapshots": snapshots}.items():
        if not 0 < value < np.inf:
            raise ValueError(f"{name} must be positive and finite, got {value}")
    levels = np.zeros(n) if start is None else np.asarray(start, dtype=np.float64)
    if levels.shape != (n,) or not np.all(np.diff(levels) >= 0):
        raise ValueError(f"start must be {n} ascending levels, got {levels}")
    return np.tile(levels, (runs, 1))


@numba.njit(cache=True)
def repel(x, target, strength):  # type: ignore[no-untyped-def]
    """Solve y_i = target_i + strength Σ_{j≠i} 1/(y_i - y_j) for ascending y; the rows of x become y.

    Minimises |y - target|²/2 - strength Σ_{i<j} ln(y_j - y_i). Divided by strength it is self-concordant:
    with λ Newton's decrement, a step of 1/(1 + λ) stays in the chamber and descends, and below λ = 1/4 full
    steps converge quadratically. Longer ones, up to nine tenths of the way to where two levels meet, are
    twice as fast, and are dropped in favour of the proven ones should they fail.
    """
    runs, n = x.shape
    hessian = np.empty((n, n))
    gradient = np.empty(n)
    for run in range(runs):
        y = x[run]
        if n > 1 and np.min(np.diff(y)) <= 0:  # a start with levels that coincide
            y += np.sqrt(strength) * np.arange(n)
        attempt, decrement = 0, np.inf
        while decrement > _CLOSE:
            attempt += 1
            gradient[:] = y - target[run]
            for i in range(n):
                hessian[i, i] = 1.0
            for i in range(n):
                for j in range(i):
                    inverse = 1 / (y[i] - y[j])
                    gradient[i] -= strength * inverse
                    gradient[j] += strength * inverse
                    curvature = strength * inverse * inverse
                    hessian[i, j] = hessian[j, i] = -curvature
                    hessian[i, i] += curvature
                    hessian[j, j] += curvature
            move = solve_in_place(hessian, gradient.copy())
            decrement = np.sqrt(max(0.0, np.dot(move, gradient)) / strength)
            length = 1.0 if decrement < 0.25 else 1 / (1 + decrement)
            if attempt < _BOLD:
                closing = 0.9  # the fastest closing of a gap in units of it
                for i in range(n - 1):
                    closing = max(closing, (move[i + 1] - move[i]) / (y[i + 1] - y[i]))
                length = max(length, 0.9 / closing)
            y -= length * move


@numba.njit(cache=True)
def solve_in_place(matrix, vector):  # type: ignore[no-untyped-def]
    """matrix⁻¹ vector of a positive definite matrix, by Cholesky; both arguments are overwritten.

    At these sizes faster than a call of LAPACK, and to compile.
    """
    n = len(vector)
    for i in range(n):
        for j in range(i + 1):
            rest = matrix[i, j]
            for k in range(j):
                rest -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = np.sqrt(rest) if i == j else rest / matrix[j, j]
        for k in range(i):
            vector[i] -= matrix[i, k] * vector[k]
        vector[i] /= matrix[i, i]
    for i in range(n - 1, -1, -1):
        vector[i] /= matrix[i, i]
        for k in range(i):
            vector[k] -= matrix[i, k] * vector[i]
    return vector
