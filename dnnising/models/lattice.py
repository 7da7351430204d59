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
        length: L ≥ 3, the side (at L = 2 the periodic bonds coincide with the others).

    Raises:
        ValueError: a smaller length.

    >>> lattice = SquareLattice(4)
    >>> lattice.n_spins, lattice.n_bonds, lattice.bipartite
    (16, 32, True)
    """

    length: int

    def __post_init__(self) -> None:
        if self.length < 3:
            raise ValueError(f"length must be at least 3, got {self.length}: periodic bonds would coincide")

    @property
    def n_spins(self) -> int:
        """The number of spins, N = L²."""
        return self.length**2

    @property
    def n_bonds(self) -> int:
        """The number of bonds, B = 2 L²."""
        return 2 * self.length**2

    @property
    def bipartite(self) -> bool:
        """Whether g(E) = g(-E): true for even L."""
        return self.length % 2 == 0

    @property
    def energy_variance(self) -> float:
        """The variance of E over all 2^N states, Σ J² over the bonds: their number, in units of J²."""
        return float(self.n_bonds)

    def energy(self, spins: ArrayLike) -> float:
        """Energy of one configuration, in units of J.

        Args:
            spins: (L, L) of ±1.

        Raises:
            ValueError: a wrong shape or an entry that is not ±1.

        >>> up = np.ones((4, 4))
        >>> SquareLattice(4).energy(up)  # -2N
        -32.0
        >>> up[1, 2] = -1  # a spin turned over breaks four bonds, and each costs 2 J
        >>> SquareLattice(4).energy(up)
        -24.0
        """
        array = np.asarray(spins, dtype=np.float64)
        if array.shape != (self.length, self.length) or not np.all(np.abs(array) == 1):
            raise ValueError(f"spins must be ±1 of shape {(self.length,) * 2}, got shape {array.shape}")
        return -float(np.sum(array * (np.roll(array, 1, axis=0) + np.roll(array, 1, axis=1))))

    def neighbours(self) -> NDArray[np.int64]:
        """Indices of each site's neighbours, (N, 4): up, down, left, right; sites are counted row by row.

        >>> SquareLattice(3).neighbours()[4].tolist()  # of the site in the middle
        [1, 7, 3, 5]
        """
        sites = np.arange(self.n_spins).reshape(self.length, self.length)
        shifted = [np.roll(sites, step, axis).ravel() for axis in (0, 1) for step in (1, -1)]
        return np.stack(shifted, axis=1)

    def unflatten(self, flat: NDArray) -> NDArray:
        """A flat configuration as the lattice sees it.

        Args:
            flat: (N,) the spins, row by row.

        Returns:
            (L, L), a view of the same numbers.

        >>> SquareLattice(3).unflatten(np.arange(9)).tolist()
        [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
        """
        return flat.reshape(self.length, self.length)

    def fingerprint(self) -> str:
        """What tells this model from any other: how it prints.

        >>> SquareLattice(4).fingerprint()
        'SquareLattice(length=4)'
        """
        return repr(self)

    def coupling_matrix(self) -> NDArray[np.float64]:
        """The symmetric (N, N) matrix A with E = -½ SᵀAS; for small systems.

        >>> A = SquareLattice(4).coupling_matrix()
        >>> A.sum(axis=1).tolist() == [4.0] * 16, bool((A == A.T).all())
        (True, True)
        """
        matrix = np.zeros((self.n_spins, self.n_spins))
        np.put_along_axis(matrix, self.neighbours(), 1.0, axis=1)
        return matrix


def square_lattice(length: int) -> SquareLattice:
    """The periodic L×L ferromagnet, J = 1.

    Args:
        length: L ≥ 3, the side; N = L².

    Raises:
        ValueError: a smaller length, where periodic bonds coincide.

    >>> square_lattice(8).n_spins
    64
    """
    return SquareLattice(length)
