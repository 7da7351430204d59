"""Train a Gaussian RBM by persistent contrastive divergence, many machines at once."""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dnnising.dynamics.rbm.machine import GaussianRBM, lattice_rbm, predicted_variance
from dnnising.errors import NotConvergedError
from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of

_SPREAD = 0.1  # of the weights before learning


@one_line
@dataclass(frozen=True, eq=False)
class RBMRun:
    """Independently trained machines.

    Args:
        rbm: the target κ and the mass μ.
        learning_rate: α, the step of an update.
        chains: B, samples in an update.
        sweeps: k, of each chain in an update; infinite for fresh samples.
        updates: (snapshots,) updates made at each snapshot.
        history: (snapshots, runs, n) eigenvalues of X = WWᵀ, ascending, in units of the mass μ squared.
        weights: (runs, n, n) at the end, (visible, hidden), in the eigenbasis of the target.

    >>> run = train_rbm(lattice_rbm(4), start="target", runs=3, updates=20, snapshots=2, rng=0)
    >>> run.updates.tolist(), run.history.shape, run.weights.shape
    ([10, 20], (2, 3, 4), (3, 4, 4))
    """

    rbm: GaussianRBM
    learning_rate: float
    chains: int
    sweeps: float
    updates: NDArray[np.int64]
    history: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """The eigenvalues of X = WWᵀ after the last update, (runs, n), ascending.

        >>> run = train_rbm(lattice_rbm(4), start="target", runs=3, updates=20, rng=0)
        >>> bool(np.allclose(run.eigenvalues, np.linalg.eigvalsh(run.weights @ run.weights.mT)))
        True
        """
        return self.history[-1]

    @property
    def predicted_variance(self) -> NDArray[np.float64]:
        """The variance of each level that theory expects at this α, B and k, (n,): see `predicted_variance`.

        Twice the chains leave half of it:

        >>> run, quieter = (
        ...     train_rbm(lattice_rbm(4), chains=B, start="target", updates=1, rng=0) for B in (64, 128)
        ... )
        >>> bool(np.allclose(quieter.predicted_variance, run.predicted_variance / 2))
        True
        """
        return predicted_variance(self.rbm, self.learning_rate, self.chains, self.sweeps)


def train_rbm(
    rbm: GaussianRBM | None = None,
    *,
    learning_rate: float = 0.1,
    chains: int = 16,
    sweeps: float = 3,
    updates: int = 8_000,
    runs: int = 1,
    start: Literal["noise", "target"] = "noise",
    snapshots: int = 1,
    progress: ShowProgress = None,
    rng: Rng,
) -> RBMRun:
    """Train Gaussian restricted Boltzmann machines by persistent contrastive divergence.

        W ← W + α (K⁻¹ - S) W,     S = φφᵀ/B over B persistent chains of k sweeps

    The data enter by their exact covariance K⁻¹, so the chains alone make the noise. Nothing is approximated:
    a sweep draws h given φ and φ given h, both Gaussian, so k sweeps are one draw,

        φ' = A^k φ + ξ,   A = X/μ²,   ξ ~ N(0, μ⁻² Σ_{j<2k} A^j) ,

    and k = ∞ needs no chains: S is Wishart of B degrees of freedom around (μ² - X)⁻¹, drawn by Bartlett's
    triangle. Every run has a generator spawned from `rng`.

    Args:
        rbm: the target κ and the mass μ, those of Aarts (2025) by default, `lattice_rbm()`.
        learning_rate: α, the step of an update.
        chains: B, samples in an update.
        sweeps: k ≥ 1; `math.inf` draws fresh samples at each update.
        updates: how many each machine makes; from "noise" the slowest mode of the default needs some 4,000 at
            α = 0.1.
        runs: how many independent machines.
        start: W from 0.1 N(0, 1), "noise", or at the fixed point, "target", from where fluctuations settle
            within κ²/(2αx*) updates, 320 at most by default.
        snapshots: how many to keep, evenly spaced in updates.
        progress: called with the snapshots of all machines made, how many there are, and {}; None shows a bar
            in notebooks and terminals, False nothing.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `RBMRun`, with the eigenvalues (runs, n) at each snapshot.

    Raises:
        ValueError: a number out of range, or updates that snapshots do not divide.
        NotConvergedError: a mode has run away; α/B is too large for the target.

    >>> run = train_rbm(chains=128, start="target", runs=3, updates=400, rng=np.random.default_rng(0))
    >>> bool(np.abs(run.eigenvalues - run.rbm.fixed_points).max() < 0.5)
    True
    """
    rng = generator_of(rng)
    rbm = lattice_rbm() if rbm is None else rbm
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"learning_rate must be positive and finite, got {learning_rate}")
    if sweeps != math.inf and (sweeps < 1 or sweeps != int(sweeps)):
        raise ValueError(f"sweeps must be 1, 2, … or math.inf, got {sweeps}")
    for name, value in {"chains": chains, "runs": runs, "snapshots": snapshots}.items():
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    if updates < snapshots or updates % snapshots:
        raise ValueError(f"{updates} updates cannot be cut into {snapshots} equal parts; take a multiple")
    if start not in ("noise", "target"):
        raise ValueError(f"start is {start!r}; take 'noise' or 'target'")
    history = np.empty((snapshots, runs, rbm.kappa.size))
    weights = np.empty((runs, rbm.kappa.size, rbm.kappa.size))
    generators = rng.spawn(runs)
    machines = [_start(rbm, start, chains, own) for own in generators]
    for run, k in tracked(list(np.ndindex(runs, snapshots)), progress, "train_rbm"):
        between = updates // snapshots
        history[k, run] = _learn(rbm, machines[run], learning_rate, sweeps, between, generators[run])
        weights[run] = machines[run].W
    counted = updates // snapshots * np.arange(1, snapshots + 1)
    return RBMRun(rbm, learning_rate, chains, sweeps, counted, history, weights)


class _Machine(NamedTuple):
    """What learning changes, in place."""

    W: NDArray[np.float64]  # (n, n)
    phi: NDArray[np.float64]  # (n, chains)


def _start(rbm: GaussianRBM, start: str, chains: int, rng: np.random.Generator) -> _Machine:
    n = rbm.kappa.size
    W = _SPREAD * rng.standard_normal((n, n)) if start == "noise" else np.diag(np.sqrt(rbm.fixed_points))
    kernel = rbm.mu**2 * np.eye(n) - W @ W.T
    return _Machine(W, np.linalg.solve(np.linalg.cholesky(kernel).T, rng.standard_normal((n, chains))))


def _learn(
    rbm: GaussianRBM,
    machine: _Machine,
    learning_rate: float,
    sweeps: float,
    updates: int,
    rng: np.random.Generator,
) -> NDArray:
    """Eigenvalues (n,) of X after so many updates, which change the machine."""
    target = np.diag(1 / rbm.kappa)
    try:
        if sweeps == math.inf:
            learn_from_fresh(machine.W, target, rbm.mu**2, machine.phi.shape[1], learning_rate, updates, rng)
        else:
            learn_from_chains(*machine, target, rbm.mu**2, int(sweeps), learning_rate, updates, rng)
        levels = np.linalg.eigvalsh(machine.W @ machine.W.T)
    except np.linalg.LinAlgError as error:  # μ² - X has a negative eigenvalue, or X is infinite
        raise NotConvergedError(
            f"a mode has passed mu² = {rbm.mu**2} with learning_rate = {learning_rate} and "
            f"{machine.phi.shape[1]} chains, where samples have no bound: take a smaller learning rate or "
            "more chains",
            machine.W,
        ) from error
    return levels


@numba.njit(cache=True)
def learn_from_chains(W, phi, target, mu2, sweeps, learning_rate, updates, rng):  # type: ignore[no-untyped-def]
    """Updates of W (n, n) with persistent chains phi (n, B), both in place; target is K⁻¹."""
    n, chains = phi.shape
    unit = np.eye(n)
    for _ in range(updates):
        A = W @ W.T / mu2
        power, total = A, unit + A  # A^k and Σ_{j<2k} A^j
        for _ in range(sweeps - 1):
            power = A @ power
            total = unit + A @ (unit + A @ total)
        spread = np.linalg.cholesky(total / mu2)
        phi[:] = power @ phi + spread @ rng.standard_normal((n, chains))
        W += learning_rate * (target - phi @ phi.T / chains) @ W


@numba.njit(cache=True)
def learn_from_fresh(W, target, mu2, chains, learning_rate, updates, rng):  # type: ignore[no-untyped-def]
    """The same with samples that remember nothing: S = M Mᵀ/B, M = C^(-T) T, μ² - X = C Cᵀ.

    T Tᵀ is Wishart around 1: T is lower triangular (Bartlett 1933), χ of B, B - 1, … degrees of freedom on
    the diagonal and N(0, 1) beneath; or plain Gaussian samples where they are fewer than n.
    """
    n = len(W)
    T = np.zeros((n, n)) if chains >= n else np.zeros((n, chains))
    for _ in range(updates):
        if chains >= n:
            for i in range(n):
                T[i, i] = np.sqrt(rng.chisquare(chains - i))
                for j in range(i):
                    T[i, j] = rng.standard_normal()
        else:
            T[:] = rng.standard_normal((n, chains))
        C = np.linalg.cholesky(mu2 * np.eye(n) - W @ W.T)
        M = np.linalg.solve(C.T, T)
        W += learning_rate * (target - M @ M.T / chains) @ W
