"""The square-lattice Ising model: the system on which every sampler here is proved right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class SquareLattice:
    """Ferromagnetic Ising model on a periodic L×L square lattice without a field.

        E(S) = - Σ_<ij> S_i S_j ,   J = 1, N = L², 2N bonds

    Levels lie at -2N, -2N + 4, …, each a multiple of the coupling J. For even L the lattice is bipartite
    and g(E) = g(-E).

    Args:
        length: L ≥ 3 (at L = 2 the periodic bonds coincide with the others).

    Raises:
        ValueError: a smaller length.
    """

    length: int

    def __post_init__(self) -> None:
        if self.length < 3:
            raise ValueError(f"length must be at least 3, got {self.length}: periodic bonds would coincide")

    @property
    def n_spins(self) -> int:
        """N = L²."""
        return self.length**2

    @property
    def n_bonds(self) -> int:
        """B = 2 L²."""
        return 2 * self.length**2

    @property
    def bipartite(self) -> bool:
        """Whether g(E) = g(-E): true for even L."""
        return self.length % 2 == 0

    def energy(self, spins: ArrayLike) -> float:
        """Energy of one configuration of shape (L, L), entries ±1.

        Raises:
            ValueError: a wrong shape or an entry that is not ±1.
        """
        array = np.asarray(spins, dtype=np.float64)
        if array.shape != (self.length, self.length) or not np.all(np.abs(array) == 1):
            raise ValueError(f"spins must be ±1 of shape {(self.length,) * 2}, got shape {array.shape}")
        return -float(np.sum(array * (np.roll(array, 1, axis=0) + np.roll(array, 1, axis=1))))

    def neighbours(self) -> NDArray[np.int64]:
        """(N, 4) indices of each site's neighbours: up, down, left, right."""
        sites = np.arange(self.n_spins).reshape(self.length, self.length)
        shifted = [np.roll(sites, step, axis).ravel() for axis in (0, 1) for step in (1, -1)]
        return np.stack(shifted, axis=1)

    def unflatten(self, flat: NDArray) -> NDArray:
        """A flat configuration of shape (N,) as the lattice sees it, (L, L)."""
        return flat.reshape(self.length, self.length)

    def fingerprint(self) -> str:
        """What tells this model from any other."""
        return repr(self)

    def coupling_matrix(self) -> NDArray[np.float64]:
        """The symmetric (N, N) matrix A with E = -½ SᵀAS; for small systems."""
        matrix = np.zeros((self.n_spins, self.n_spins))
        np.put_along_axis(matrix, self.neighbours(), 1.0, axis=1)
        return matrix


def square_lattice(length: int) -> SquareLattice:
    """The periodic L×L ferromagnet, J = 1."""
    return SquareLattice(length)
