"""Every spin coupled to every other: Hopfield's memory, the glass of Sherrington and Kirkpatrick, Lévy's."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of


@one_line
@dataclass(frozen=True, eq=False)
class DenseCouplings:
    """Ising spins with a coupling for every pair, E(S) = -Σ_(i<j) J_ij S_i S_j = -½ SᵀJS.

    Args:
        couplings: (N, N) symmetric with a zero diagonal, in the units of the energy; kept as a float64 copy.

    Raises:
        ValueError: another shape, a matrix that is not symmetric, a diagonal that is not 0, or an entry that
            is NaN or infinite.

    >>> DenseCouplings([[0, 2.0], [2.0, 0]]).energy([1, -1])
    2.0
    """

    couplings: NDArray[np.float64]

    def __init__(self, couplings: ArrayLike) -> None:
        J = np.array(couplings, dtype=np.float64, order="C")
        if J.ndim != 2 or J.shape[0] != J.shape[1] or J.size == 0:
            raise ValueError(f"couplings have shape {J.shape}, expected (N, N)")
        if not np.all(np.isfinite(J)):
            i, j = (int(k) for k in np.argwhere(~np.isfinite(J))[0])
            raise ValueError(f"couplings[{i}, {j}] is {J[i, j]}; every coupling must be finite")
        if not np.array_equal(J, J.T):
            raise ValueError("couplings must be symmetric; pass (J + J.T) / 2")
        if np.any(np.diagonal(J) != 0):
            raise ValueError(
                "couplings[i, i] must be 0: a spin has no bond with itself; fill_diagonal with 0"
            )
        J.flags.writeable = False
        object.__setattr__(self, "couplings", J)

    @property
    def n_spins(self) -> int:
        """The number of spins, N."""
        return len(self.couplings)

    @property
    def n_bonds(self) -> int:
        """The number of bonds, B = N (N - 1)/2, those of strength 0 included."""
        return self.n_spins * (self.n_spins - 1) // 2

    @property
    def bipartite(self) -> bool:
        """Whether spins fall into two groups that do not interact within: with two spins or fewer."""
        return self.n_spins <= 2

    @property
    def energy_variance(self) -> float:
        """The variance of E over all 2^N states, Σ J² over the bonds, in units of the coupling squared."""
        return 0.5 * float(np.sum(self.couplings**2))

    def energy(self, spins: ArrayLike) -> float:
        """Energy of one configuration (N,) of ±1, accumulated in float64.

        Args:
            spins: (N,) of ±1.

        Returns:
            E, in the units of the couplings.

        Raises:
            ValueError: a wrong shape or an entry that is not ±1.

        >>> triangle = DenseCouplings(1.0 - np.eye(3))
        >>> triangle.energy([1, 1, 1]), triangle.energy([1, 1, -1])  # three bonds; one kept, two broken
        (-3.0, 1.0)
        """
        S = np.asarray(spins, dtype=np.float64)
        if S.shape != (self.n_spins,) or not np.all(np.abs(S) == 1):
            raise ValueError(f"spins must be ±1 of shape ({self.n_spins},), got shape {S.shape}")
        return -0.5 * float(S @ self.couplings @ S)

    def unflatten(self, flat: NDArray) -> NDArray:
        """A flat configuration, which is in the model's own shape already.

        Args:
            flat: (N,) of ±1.

        Returns:
            the same array.

        >>> DenseCouplings(1.0 - np.eye(3)).unflatten(np.array([1, -1, 1])).tolist()
        [1, -1, 1]
        """
        return flat

    def fingerprint(self) -> str:
        """What tells this model from any other: the sha256 of its couplings, as 64 hexadecimal digits.

        >>> triangle = DenseCouplings(1.0 - np.eye(3))
        >>> triangle.fingerprint() == DenseCouplings(1 - np.eye(3)).fingerprint()
        True
        >>> triangle.fingerprint() == DenseCouplings(2 - 2 * np.eye(3)).fingerprint()
        False
        """
        return hashlib.sha256(self.couplings.data).hexdigest()

    def coupling_matrix(self) -> NDArray[np.float64]:
        """The symmetric (N, N) matrix A with E = -½ SᵀAS: the couplings.

        >>> DenseCouplings([[0, 2.0], [2.0, 0]]).coupling_matrix().tolist()
        [[0.0, 2.0], [2.0, 0.0]]
        """
        return self.couplings


def sherrington_kirkpatrick(n_spins: int, *, rng: Rng) -> DenseCouplings:
    """A Gaussian glass without a ferromagnetic part, J_ij ~ N(0, 1/N) (Phys. Rev. Lett. 35, 1792, 1975).

    Its transition is at T = 1, and its lowest energy a spin tends to -0.76321 (Parisi).

    Args:
        n_spins: N, the number of spins, 2 or more.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: fewer than two spins.

    >>> model = sherrington_kirkpatrick(200, rng=0)
    >>> model.n_bonds, bool(abs(model.couplings[0, 1:].std() * np.sqrt(200) - 1) < 0.2)  # of order 1/√N each
    (19900, True)
    """
    rng = generator_of(rng)
    if n_spins < 2:
        raise ValueError(f"n_spins must be at least 2, got {n_spins}")
    upper = np.triu(rng.standard_normal((n_spins, n_spins)) / np.sqrt(n_spins), 1)
    return DenseCouplings(upper + upper.T)


def levy_glass(n_spins: int, mu: float, *, rng: Rng) -> DenseCouplings:
    """A glass with heavy tails, J_ij = ±N^(-1/μ) x with P(x > t) = t^(-μ), t ≥ 1, of either sign alike.

    Cizeau and Bouchaud, J. Phys. A 26, L187 (1993). The sum of |J|^μ over a spin's bonds stays of order 1 up
    to a logarithm. Of all N²/2 couplings the largest grows as N^(1/μ): for μ < 1 faster than N, so that a
    single bond carries a finite share of the energy.

    Args:
        n_spins: N, the number of spins, 2 or more.
        mu: μ, the exponent of the tail, in (0, 2): the smaller, the heavier.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: fewer than two spins, or μ outside (0, 2).

    >>> J = np.abs(levy_glass(1000, 1.0, rng=0).couplings[np.triu_indices(1000, 1)])
    >>> bool(J.min() >= 1 / 1000), bool(abs(np.mean(J > 4 / 1000) - 1 / 4) < 0.01)  # P(x > 4) = 4^(-μ)
    (True, True)
    """
    rng = generator_of(rng)
    if n_spins < 2:
        raise ValueError(f"n_spins must be at least 2, got {n_spins}")
    if not 0 < mu < 2:
        raise ValueError(
            f"mu must lie in (0, 2), got {mu}; with a finite variance take sherrington_kirkpatrick"
        )
    shape = (n_spins, n_spins)
    bonds = rng.choice([-1.0, 1.0], shape) * (n_spins * rng.random(shape)) ** (-1 / mu)
    upper = np.triu(bonds, 1)
    return DenseCouplings(upper + upper.T)


def hopfield(patterns: ArrayLike) -> DenseCouplings:
    """A memory by Hebb's rule, J_ij = (1/N) Σ_μ ξ_i^μ ξ_j^μ, J_ii = 0 (PNAS 79, 2554, 1982).

    Args:
        patterns: (P, N) of ±1; the load is a = P/N.

    Returns:
        N spins, whose couplings are multiples of 1/N.

    Raises:
        ValueError: another shape or an entry that is not ±1.

    >>> memory = hopfield([[1, 1, -1, -1]])
    >>> memory.energy([1, 1, -1, -1])  # one pattern is its ground state, with E = -(N - 1)/2
    -1.5
    """
    xi = np.asarray(patterns, dtype=np.float64)
    if xi.ndim != 2 or xi.size == 0 or not np.all(np.abs(xi) == 1):
        raise ValueError(f"patterns must be ±1 of shape (P, N), got shape {xi.shape}")
    J = xi.T @ xi / xi.shape[1]  # of whole numbers before the division, and so symmetric to the last bit
    np.fill_diagonal(J, 0.0)
    return DenseCouplings(J)
