"""Every spin coupled to every other: Gaussian couplings, and couplings with heavy tails."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class DenseCouplings:
    """Ising spins with a coupling for each pair and no field, E(S) = -½ SᵀAS.

    Args:
        matrix: A, symmetric (N, N) with a zero diagonal, in the units of the energy.

    Raises:
        ValueError: a matrix that is not square, symmetric, finite and zero on its diagonal.

    >>> DenseCouplings(np.array([[0.0, 2.0], [2.0, 0.0]])).energy([1, -1])
    2.0
    """

    matrix: NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64)  # a copy: models do not change
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
            raise ValueError(f"matrix must be square, got shape {matrix.shape}")
        if not np.all(np.isfinite(matrix)):
            raise ValueError(f"every coupling must be finite, got {matrix[~np.isfinite(matrix)][0]}")
        if not np.array_equal(matrix, matrix.T) or matrix.diagonal().any():
            raise ValueError("matrix must be symmetric with a zero diagonal; take (A + Aᵀ)/2 and clear it")
        matrix.flags.writeable = False
        object.__setattr__(self, "matrix", matrix)

    @property
    def n_spins(self) -> int:
        """N."""
        return len(self.matrix)

    @property
    def bipartite(self) -> bool:
        """Whether g(E) = g(-E) is promised: not here."""
        return False

    def energy(self, spins: ArrayLike) -> float:
        """Energy of one configuration (N,), entries ±1.

        Raises:
            ValueError: a wrong shape or an entry that is not ±1.
        """
        array = np.asarray(spins, dtype=np.float64)
        if array.shape != (self.n_spins,) or not np.all(np.abs(array) == 1):
            raise ValueError(f"spins must be ±1 of shape {(self.n_spins,)}, got shape {array.shape}")
        return -0.5 * float(array @ self.matrix @ array)

    def unflatten(self, flat: NDArray) -> NDArray:
        """A flat configuration is already in the model's shape."""
        return flat

    def fingerprint(self) -> str:
        """sha256 of all couplings."""
        return hashlib.sha256(self.matrix.tobytes()).hexdigest()

    def coupling_matrix(self) -> NDArray[np.float64]:
        """A."""
        return self.matrix


def sherrington_kirkpatrick(n: int, *, rng: np.random.Generator) -> DenseCouplings:
    """Gaussian couplings of variance 1/n (Phys. Rev. Lett. 35, 1792, 1975); e_0 → -0.7632 for large n.

    Raises:
        ValueError: n below 2.
    """
    return _symmetric(n, rng.normal(size=_pairs(n)) / np.sqrt(n))


def levy_glass(n: int, mu: float, *, rng: np.random.Generator) -> DenseCouplings:
    """Couplings ±n^{-1/μ} x of either sign alike with P(x > t) = t^{-μ}, t ≥ 1: a Lévy spin glass.

    Cizeau and Bouchaud, J. Phys. A 26, L187 (1993). The sum of |J|^μ over a spin's bonds stays of order 1 up
    to a logarithm. Of all n²/2 couplings the largest grows as n^{1/μ}: for μ < 1 faster than n, so that a
    single bond carries a finite share of the energy.

    Raises:
        ValueError: n below 2, or μ outside (0, 2).
    """
    if not 0 < mu < 2:
        raise ValueError(
            f"mu must lie in (0, 2), got {mu}; with a finite variance take sherrington_kirkpatrick"
        )
    signs = rng.choice([-1.0, 1.0], _pairs(n))
    return _symmetric(n, signs * (n * rng.random(_pairs(n))) ** (-1 / mu))


def _pairs(n: int) -> int:
    if n < 2:
        raise ValueError(f"n must be at least 2, got {n}")
    return n * (n - 1) // 2


def _symmetric(n: int, bonds: NDArray[np.float64]) -> DenseCouplings:
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = bonds
    return DenseCouplings(matrix + matrix.T)
