"""All critical points of a small spherical p-spin glass, by Newton's method from many starts."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.errors import NotConvergedError
from dnnising.models.pspin import SphericalPSpin, tangent_basis, to_sphere
from dnnising.printing import counted, one_line, span
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, generator_of

_ITERATIONS = 60
_STATIONARY = 1e-9  # of |gradient|/√N
_SAME = 1e-7  # of 1 - |σ·σ'|/N
_AT_ONCE = 256  # runs


@one_line
@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """Critical points of the energy on the sphere, those that are known, in order of energy.

    Args:
        spins: (points, N), |σ|² = N; with σ always -σ.
        energy_per_spin: (points,), H/N, increasing, in units in which E[H²] = N.
        index: (points,), the number of descending directions, 0 … N-1.
        hits: (points,), how many runs ended at this point or its mirror image.
        runs: how many there were, each of Newton's method from random spins.

    If the energy is the height on a globe, the south pole is its minimum and the north pole its maximum:

    >>> poles = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]) * np.sqrt(3)
    >>> CriticalPoints(poles, np.array([-1.0, 1.0]), np.array([0, 2]), np.array([5, 5]), runs=10)
    CriticalPoints(2 points, 3 spins, E/N = -1 … 1, 10 runs)
    """

    spins: NDArray[np.float64]
    energy_per_spin: NDArray[np.float64]
    index: NDArray[np.int64]
    hits: NDArray[np.int64]
    runs: int

    @property
    def by_index(self) -> NDArray[np.int64]:
        """The number of points of each index 0 … N-1, (N,).

        >>> poles = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]) * np.sqrt(3)
        >>> found = CriticalPoints(poles, np.array([-1, 1]), np.array([0, 2]), np.array([5, 5]), runs=10)
        >>> found.by_index.tolist()  # a minimum, no saddle, a maximum
        [1, 0, 1]
        """
        return np.bincount(self.index, minlength=self.spins.shape[1])

    @property
    def euler_characteristic(self) -> int:
        """The alternating sum Σ_k (-1)^k C_k of the numbers C_k of points of index k.

        By Morse it is that of the sphere, 1 + (-1)^(N-1), if no point is missing: 2 for odd N and 0 for even
        N.

        >>> poles = np.array([[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]) * np.sqrt(3)
        >>> found = CriticalPoints(poles, np.array([-1, 1]), np.array([0, 2]), np.array([5, 5]), runs=10)
        >>> found.euler_characteristic
        2
        """
        counts = self.by_index
        return int(counts[::2].sum() - counts[1::2].sum())

    def _told(self) -> list[str]:
        told = [counted(self.index.size, "point"), counted(self.spins.shape[-1], "spin")]
        return [*told, f"E/N = {span(self.energy_per_spin)}", counted(self.runs, "run")]


def critical_points(
    glass: SphericalPSpin,
    *,
    rng: Rng,
    min_hits: int = 3,
    max_runs: int = 2**18,
    progress: ShowProgress = None,
) -> CriticalPoints:
    """Solve gradient = 0 on the sphere by Newton's method from random starts, until no point seems missing.

    Newton's method goes to points of any index. It stops when each point (with its mirror image -σ, which
    is a critical point as well) has been found min_hits times and the Morse relation
    Σ_k (-1)^k C_k = 1 + (-1)^(N-1) holds. Neither proves that none is missing: a point with a tiny basin may
    hide, and for odd p and even N mirror images cancel and the relation is empty.

    Args:
        glass: a sample of N spins in double precision; N up to about 12 at p = 3.
        rng: a numpy Generator, or an integer seed for one.
        min_hits: how often each point must have been found.
        max_runs: after how many runs to give up, rounded up to a multiple of 256.
        progress: called with the runs done, max_runs or fewer at the end, and {"points": how many are
            known}; None shows a bar in notebooks and terminals, False nothing.

    Returns:
        The `CriticalPoints`, in order of energy.

    Raises:
        ValueError: a glass in single precision.
        NotConvergedError: after max_runs a point was found less than min_hits times, or the Morse relation
            fails; what was found is attached.

    At p = 2 the critical points of H = -σᵀTσ are the eigenvectors ±v of T, at H/N = -λ:

    >>> glass = SphericalPSpin(torch.diag(torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)))
    >>> points = critical_points(glass, rng=0)
    >>> points.energy_per_spin.round(6).tolist(), points.by_index.tolist()
    ([-3.0, -3.0, -2.0, -2.0, -1.0, -1.0], [2, 2, 2])
    """
    rng = generator_of(rng)
    if glass.couplings.dtype != torch.float64:
        raise ValueError(
            f"critical points need double precision, got {glass.couplings.dtype}; "
            "draw the glass with dtype=torch.float64"
        )
    n = glass.n_spins
    known = torch.empty(0, n, dtype=torch.float64)
    hits = np.empty(0, dtype=np.int64)
    sphere = 1 + (-1) ** (n - 1)
    report = reporter(progress, "critical_points")
    runs = 0
    report(runs, max_runs, {})
    for runs in range(_AT_ONCE, max_runs + _AT_ONCE, _AT_ONCE):
        found = _newton(glass, glass.random_spins(_AT_ONCE, rng))
        known, hits = _merge(known, hits, found)
        shown = {"points": 2.0 * len(hits)}  # with their mirror images
        if hits.size and hits.min() >= min_hits:  # only then is it worth describing them
            points = _describe(glass, known, hits, runs)
            if points.euler_characteristic == sphere:
                report(runs, runs, shown)
                return points
        report(runs, max(runs, max_runs), shown)
    points = _describe(glass, known, hits, runs)
    rare = 2 * int((hits < min_hits).sum())
    raise NotConvergedError(
        f"after {runs} runs {len(points.index)} critical points are known, {rare} of them found less "
        f"than {min_hits} times, and Σ(-1)^k C_k = {points.euler_characteristic} where the sphere has "
        f"{sphere}; allow more runs or take fewer spins",
        points,
    )


def _newton(glass: SphericalPSpin, spins: Tensor) -> Tensor:
    """The stationary points to which Newton's method takes spins (runs, N); not all arrive."""
    arrived = []
    for _ in range(_ITERATIONS):
        still = glass.gradient(spins).norm(dim=1) <= _STATIONARY * math.sqrt(glass.n_spins)
        arrived.append(spins[still])
        spins = spins[~still]
        if not len(spins):
            break
        basis = tangent_basis(spins)
        slopes = basis @ glass.euclidean_gradient(spins)[:, :, None]  # (runs, N-1, 1)
        step, _ = torch.linalg.solve_ex(glass.hessian(spins), -slopes)  # however long, a quarter turn at most
        spins = to_sphere(spins + (basis.mT @ torch.nan_to_num(step))[:, :, 0])
    return torch.cat(arrived)


def _merge(known: Tensor, hits: NDArray[np.int64], found: Tensor) -> tuple[Tensor, NDArray[np.int64]]:
    """Add found points to the known ones, of σ and -σ only one."""
    while len(found):
        if len(known):
            overlaps = (found @ known.T).abs() / found.shape[1]  # (found, known)
            best = overlaps.max(1)
            old = best.values > 1 - _SAME
            hits = hits + np.bincount(best.indices[old].numpy(), minlength=len(hits))
            found = found[~old]
        known = torch.cat([known, found[:1]])
        hits = np.append(hits, np.zeros(len(found[:1]), dtype=np.int64))
    return known, hits


def _describe(glass: SphericalPSpin, pairs: Tensor, hits: NDArray[np.int64], runs: int) -> CriticalPoints:
    spins = torch.cat([pairs, -pairs])
    energies = glass.energy(spins).numpy() / glass.n_spins
    index = (torch.linalg.eigvalsh(glass.hessian(spins)) < 0).sum(1).numpy()
    order = np.argsort(energies, kind="stable")
    return CriticalPoints(
        spins=spins.numpy()[order],
        energy_per_spin=energies[order],
        index=index[order],
        hits=np.concatenate([hits, hits])[order],
        runs=runs,
    )
