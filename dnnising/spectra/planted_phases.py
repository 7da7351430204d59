"""Matrices of a known phase: noise, and a structure whose strength is stated."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from dnnising.randomness import Rng, generator_of
from dnnising.spectra.noise.edge import spike_strength
from dnnising.spectra.spectral_phases import PhaseName

Matrix = NDArray[np.float64]


def planted(phase: PhaseName, N: int, M: int, *, rng: Rng) -> Matrix:
    """A random (N, M) matrix, N ≥ M, of one of the 5+1 phases.

    Noise has unit variance. A signal Σ_k Δ_k u_k v_kᵀ has random orthonormal u and v; θ = Δ²/N, and √(M/N) is
    the θ at which it first shows (`spike_position`). Strengths are drawn anew for each matrix:

        Random-like     noise, and M/40 hidden directions with θ up to a quarter of that threshold
        Bleeding-out    noise, and 3 to 7 directions that come to lie between 1.08 and 1.35 λ₊
        Bulk+Spikes     noise, and 1 to 10 directions that come to lie between 1.8 and 10 λ₊
        Bulk-decay      noise, and M/8 to M/5 directions with P(θ' > θ) = (θ/threshold)^(-a), a from 1.5 to 2
        Heavy-Tailed    no noise: entries of random sign, |W| Lomax of index μ from 1 to 2.25
        Rank-collapse   a product of noise (N, r) and (r, M), r from M/10 to 9M/10

    A Lomax law, P(|W| > w) = (1 + w)^(-μ), is what numpy's ``pareto`` draws, and what the source's authors
    used; a Pareto law from 1 on, w^(-μ), has a gap around zero and another spectrum at the same μ.

    Args:
        phase: one of `PHASES`.
        N: rows of the matrix.
        M: columns, 40 ≤ M ≤ N.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: an unknown phase, N < M, or M < 40.

    >>> from dnnising.spectra import spectrum
    >>> found = spectrum(planted("Rank-collapse", 200, 100, rng=0))
    >>> 10 <= found.positive.size <= 90  # the rank r
    True
    """
    rng = generator_of(rng)
    if phase not in _PLANTS:
        raise ValueError(f"phase is {phase!r}; take one of {', '.join(_PLANTS)}")
    if not 40 <= M <= N:
        raise ValueError(f"a planted matrix needs N ≥ M ≥ 40, got {N} and {M}")
    return _PLANTS[phase](N, M, rng)


def with_signal(noise: Matrix, strengths: NDArray[np.float64], *, rng: Rng) -> Matrix:
    """The matrix noise + Σ_k Δ_k u_k v_kᵀ with random orthonormal directions, one for each strength Δ_k.

    Args:
        noise: (N, M) any matrix; it is left as it is.
        strengths: (n_directions,) Δ, in units of the entries.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: more strengths than rows or columns.

    >>> signal = with_signal(np.zeros((5, 4)), np.array([3.0, 2.0]), rng=0)
    >>> np.linalg.svd(signal, compute_uv=False).round(9).tolist()
    [3.0, 2.0, 0.0, 0.0]
    """
    rng = generator_of(rng)
    if strengths.size > min(noise.shape):
        raise ValueError(f"{strengths.size} orthogonal directions do not fit into a {noise.shape} matrix")
    left, right = (np.linalg.qr(rng.standard_normal((side, strengths.size)))[0] for side in noise.shape)
    return noise + (left * strengths) @ right.T


def _noise(N: int, M: int, rng: np.random.Generator) -> Matrix:
    return rng.standard_normal((N, M))


def _random_like(N: int, M: int, rng: np.random.Generator) -> Matrix:
    theta = rng.uniform(0, 0.25, M // 40) * np.sqrt(M / N)
    return with_signal(_noise(N, M, rng), np.sqrt(N * theta), rng=rng)


def _spikes(number: tuple[int, int], reach: tuple[float, float]) -> Callable[..., Matrix]:
    """Directions, `number` of them, that come to lie between two multiples of λ₊."""

    def plant(N: int, M: int, rng: np.random.Generator) -> Matrix:
        edge = (1 + np.sqrt(M / N)) ** 2
        positions = edge * rng.uniform(*reach, rng.integers(*number, endpoint=True))
        return with_signal(_noise(N, M, rng), spike_strength(positions, N, M), rng=rng)

    return plant


def _bulk_decay(N: int, M: int, rng: np.random.Generator) -> Matrix:
    number = int(rng.uniform(M / 8, M / 5))
    theta = np.sqrt(M / N) * (1 + rng.pareto(rng.uniform(1.5, 2), number))
    return with_signal(_noise(N, M, rng), np.sqrt(N * theta), rng=rng)


def _heavy_tailed(N: int, M: int, rng: np.random.Generator) -> Matrix:
    return rng.choice([-1.0, 1.0], (N, M)) * rng.pareto(rng.uniform(1, 2.25), (N, M))


def _rank_collapse(N: int, M: int, rng: np.random.Generator) -> Matrix:
    rank = int(rng.uniform(0.1, 0.9) * M)
    return _noise(N, rank, rng) @ _noise(rank, M, rng) / np.sqrt(rank)


_PLANTS: Mapping[str, Callable[..., Matrix]] = {
    "Random-like": _random_like,
    "Bleeding-out": _spikes((3, 7), (1.08, 1.35)),
    "Bulk+Spikes": _spikes((1, 10), (1.8, 10.0)),
    "Bulk-decay": _bulk_decay,
    "Heavy-Tailed": _heavy_tailed,
    "Rank-collapse": _rank_collapse,
}
