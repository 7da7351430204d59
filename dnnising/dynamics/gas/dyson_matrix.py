"""The matrix behind Dyson's Brownian motion, whose law at any time is known exactly."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.dynamics.gas.dyson import DysonPath, start_levels
from dnnising.randomness import Rng, generator_of


def simulate_matrix(
    n: int,
    *,
    beta: int = 1,
    sigma: float = 1.0,
    time: float = 5.0,
    runs: int = 1,
    start: ArrayLike | None = None,
    snapshots: int = 1,
    rng: Rng,
) -> DysonPath:
    """Eigenvalues of random walks of whole n×n matrices: the twin of `simulate_dyson`, without step error.

    An Ornstein-Uhlenbeck process moves over any time t exactly,

        X(t) = e^(-t) X(0) + √(1 - e^(-2t)) H,

    with H Gaussian, of variance σ² on the diagonal and βσ²/2 beside it: real symmetric for β = 1, Hermitian
    for 2, quaternion self-dual for 4. X(0) is diagonal and holds the start; from 0, X(t) is a Gaussian
    ensemble at every t (Dyson, J. Math. Phys. 3, 1191, 1962).

    Args:
        n: size of the matrices, and levels in a walk.
        beta: 1, 2 or 4: the real components of an entry beside the diagonal.
        sigma: σ, the strength of the noise; it sets the unit of the levels.
        time: how long to walk, in units of the inverse rate at which X is pulled back to 0.
        runs: how many independent walks.
        start: (n,) ascending levels at time 0, in the units of sigma; all at 0 by default.
        snapshots: how many to keep, evenly spaced in time; the last is at `time`.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        A `DysonPath` with the levels (runs, n) at each snapshot, each once though at β = 4 they come in equal
        pairs.

    Raises:
        ValueError: n, sigma, time, runs or snapshots that is not positive, another beta, or a start that does
            not ascend or has another length.

    From 0, a level's mean square at time t is (1 - e^(-2t)) σ² (1 + β(n-1)/2), here 3 (1 - 1/e):

    >>> path = simulate_matrix(n=2, beta=4, time=0.5, runs=2000, rng=0)
    >>> bool(abs(np.mean(path.eigenvalues**2) / (3 * (1 - 1 / np.e)) - 1) < 0.1)
    True
    """
    rng = generator_of(rng)
    levels = start_levels(n, beta, sigma, time, runs, snapshots, start)
    decay = np.exp(-time / snapshots)
    copies = 2 if beta == 4 else 1  # a quaternion is a 2×2 complex matrix, and every level comes twice
    X = np.zeros((runs, n * copies, n * copies), dtype=np.float64 if beta == 1 else np.complex128)
    X += np.kron(np.diag(levels[0]), np.eye(copies))
    history = np.empty((snapshots, runs, n))
    for snapshot in history:
        X = decay * X + np.sqrt(1 - decay**2) * sigma * _gaussian(n, beta, runs, rng)
        snapshot[:] = np.linalg.eigvalsh(X)[:, ::copies]
    return DysonPath(np.linspace(0.0, time, snapshots + 1)[1:], history, beta, sigma)


def _gaussian(n: int, beta: int, runs: int, rng: np.random.Generator) -> NDArray:
    """Self-adjoint matrices (runs, n, n), of quaternions as (runs, 2 n, 2 n): N(0, 1) on the diagonal."""
    parts = rng.standard_normal((beta, runs, n, n))
    if beta == 1:
        return _self_adjoint(parts[0])
    if beta == 2:
        return _self_adjoint(parts[0] + 1j * parts[1])
    a, b = parts[0] + 1j * parts[1], parts[2] + 1j * parts[3]
    quaternions = np.stack([np.stack([a, b], axis=-1), np.stack([-b.conj(), a.conj()], axis=-1)], axis=-2)
    return _self_adjoint(quaternions.swapaxes(2, 3).reshape(runs, 2 * n, 2 * n))


def _self_adjoint(matrix: NDArray) -> NDArray:
    return (matrix + matrix.conj().swapaxes(1, 2)) / 2
