"""The lowest states of dense glasses, and their energy in the limit of many spins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.models.dense import DenseCouplings, sherrington_kirkpatrick
from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.ground_states.quenching import GroundState, random_spins
from dnnising.sampling.single_spin import cool, energy, greedy_sweep, prepare
from dnnising.uncertainty import Estimate

_COLDEST = 5.0  # β in units of 1/(√N × the couplings' spread), five times the transition of the SK model


def anneal_dense(
    model: DenseCouplings,
    *,
    rng: Rng,
    runs: int = 20,
    sweeps: int = 100,
    progress: ShowProgress = None,
) -> GroundState:
    """The lowest of many coolings: β rises linearly from 0, single spins by Metropolis, then a quench.

    The coldest β is 5/√(Σ_ij J_ij²/N), a fifth of the transition's temperature in the SK model.

    Args:
        model: the couplings of a glass or a memory.
        rng: a numpy Generator, or an integer seed for one.
        runs: how many coolings, each from a random configuration.
        sweeps: temperatures of each cooling, with a sweep at each.
        progress: called with the coolings done, how many there are, and {}; None shows a bar in notebooks and
            terminals, False nothing.

    Returns:
        the best state, with `sweeps` the sweeps of all runs.

    Raises:
        ValueError: fewer than one run or sweep.

    >>> model = DenseCouplings(1.0 - np.eye(6))  # 15 bonds, which all can be kept
    >>> anneal_dense(model, rng=0, runs=2, sweeps=10).energy
    -15.0
    """
    rng = generator_of(rng)
    if runs < 1 or sweeps < 1:
        raise ValueError(f"annealing needs a run and a sweep, got runs={runs}, sweeps={sweeps}")
    n = model.n_spins
    unit = float(np.sqrt(2.0 * model.energy_variance / n)) or 1.0  # 1 for the SK model
    betas = np.linspace(0.0, _COLDEST / unit, sweeps + 1)[1:]
    best, lowest = None, np.inf
    for _ in tracked(range(runs), progress, "anneal_dense"):
        state = prepare(model, random_spins(n, rng))
        cool(state, betas, rng.random((sweeps, n)))
        while greedy_sweep(state, rng.permutation(n)):
            pass
        if energy(state) < lowest:
            best, lowest = state.spins, energy(state)
    return GroundState(lowest, best, runs * sweeps)


def sk_ground_energies(
    sizes: Sequence[int],
    *,
    samples: int,
    rng: Rng,
    runs: int = 20,
    sweeps: int = 100,
    progress: ShowProgress = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean lowest energy a spin of the SK model and its standard error over samples, (sizes,) each.

    Found by `anneal_dense`, hence bounds from above.

    Args:
        sizes: (sizes,) numbers of spins N, each 2 or more.
        samples: how many glasses of each size, 2 or more.
        rng: a numpy Generator, or an integer seed for one.
        runs: coolings of each glass, each from a random configuration.
        sweeps: temperatures of each cooling, with a sweep at each.
        progress: called with the glasses done, how many there are, and {}; None shows a bar in notebooks and
            terminals, False nothing.

    Returns:
        the means and their errors, in units of the coupling.

    Raises:
        ValueError: fewer than two samples, a size below two, or fewer than one run or sweep.

    >>> (energy,), _ = sk_ground_energies([32], samples=20, rng=0, runs=3, sweeps=50)
    >>> bool(abs(energy - (-0.7632 + 0.70 * 32 ** (-2 / 3))) < 0.08)  # Boettcher's fit, in N^(-2/3)
    True
    """
    rng = generator_of(rng)
    if samples < 2:
        raise ValueError(f"an error needs two samples or more, got {samples}")
    glasses = [(n, own) for n in sizes for own in rng.spawn(samples)]
    lowest = np.empty(len(glasses))
    for k, (n, own) in enumerate(tracked(glasses, progress, "sk_ground_energies")):
        glass = sherrington_kirkpatrick(n, rng=own)
        lowest[k] = anneal_dense(glass, rng=own, runs=runs, sweeps=sweeps, progress=False).energy / n
    each = lowest.reshape(len(sizes), samples)
    return each.mean(axis=1), each.std(axis=1, ddof=1) / np.sqrt(samples)


@one_line
@dataclass(frozen=True)
class LargeSizeLimit:
    """The limit of large sizes, from a fit of e_N = e_∞ + c N^(-ω).

    Args:
        limit: e_∞ with its standard error, in the unit of the values.
        amplitude: c, in the same unit.
        chi_square: of the fit, to be about the number of sizes less 2.

    >>> fit = large_size_limit([8, 27], [1.5, 1 + 2 / 9], [0.1, 0.1])
    >>> round(fit.limit, 9), round(fit.amplitude, 9)  # 1 + 2 N^(-2/3)
    (1.0, 2.0)
    """

    limit: Estimate
    amplitude: float
    chi_square: float


def large_size_limit(
    sizes: ArrayLike, values: ArrayLike, errors: ArrayLike, *, exponent: float = 2 / 3
) -> LargeSizeLimit:
    """The limit of many spins: a weighted straight line in N^(-ω).

    ω = 2/3 for the ground state of the SK model (Boettcher, Eur. Phys. J. B 46, 501, 2005).

    Args:
        sizes: (sizes,) N, two sizes or more.
        values: (sizes,) e_N, in any unit.
        errors: (sizes,) one standard error of each, positive and in the same unit.
        exponent: ω > 0, how fast the limit is approached.

    Returns:
        e_∞ with its error, the amplitude and χ².

    Raises:
        ValueError: other shapes, fewer than two sizes, or an error that is not positive.

    >>> N = np.array([8.0, 64.0, 512.0])
    >>> fit = large_size_limit(N, -0.76 + 0.7 * N ** (-2 / 3), [0.01, 0.01, 0.01])
    >>> round(fit.limit, 9), round(fit.chi_square, 9)
    (-0.76, 0.0)
    """
    N, e, sigma = (np.asarray(a, dtype=np.float64) for a in (sizes, values, errors))
    if N.ndim != 1 or not N.shape == e.shape == sigma.shape or N.size < 2 or not np.all(sigma > 0):
        raise ValueError(
            "pass two or more sizes with a value and a positive error each, got shapes "
            f"{N.shape}, {e.shape}, {sigma.shape}"
        )
    design = np.stack([np.ones_like(N), N**-exponent], axis=1) / sigma[:, None]
    covariance = np.linalg.inv(design.T @ design)
    limit, amplitude = covariance @ design.T @ (e / sigma)
    residuals = e / sigma - design @ np.array([limit, amplitude])
    return LargeSizeLimit(
        Estimate(limit, np.sqrt(covariance[0, 0])), float(amplitude), float(residuals @ residuals)
    )
