"""A chain of layers: the spin glass that a feed-forward network becomes.

Neurons are Ising spins, weights are couplings, and only neighbouring layers interact:

    E(S) = - Σ_l Σ_ij J^l_ij S^l_i S^{l+1}_j ,   S = ±1        (Stosic et al. 2022, eq. 1)

The graph is bipartite (odd layers against even ones) and has no fields, so flipping every spin of the odd
layers turns E into -E: g(E) = g(-E) exactly.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigvalsh

Spins = Sequence[NDArray]


@dataclass(frozen=True, eq=False, repr=False)
class LayeredCouplings:
    """Couplings of a chain of layers.

    Args:
        couplings: one matrix a pair of neighbouring layers; J_l has shape (n_l, n_{l+1}), in the units of
            the energy. float32 and float64 are kept as given, anything else becomes float64. Each is copied
            when its turn comes, so that they may be made one by one.

    Raises:
        ValueError: no matrix, a matrix that is not two-dimensional, neighbours whose sizes disagree, or an
            entry that is NaN or infinite; the message names the matrix.

    >>> network = LayeredCouplings([[[1.0, -2.0]], [[0.5], [3.0]]])
    >>> network.layer_sizes, network.n_spins, network.n_bonds
    ((1, 2, 1), 4, 4)
    >>> network.energy([[1], [1, -1], [-1]])
    -5.5
    >>> network
    LayeredCouplings: 2 matrices, N = 4 spins, B = 4 bonds
    """

    couplings: tuple[NDArray, ...]

    def __init__(self, couplings: Iterable[ArrayLike]) -> None:
        checked = tuple(_as_coupling(matrix, l) for l, matrix in enumerate(couplings))
        object.__setattr__(self, "couplings", checked)
        if not self.couplings:
            raise ValueError("couplings is empty; a chain needs at least one matrix")
        for l, (left, right) in enumerate(zip(self.couplings, self.couplings[1:])):
            if left.shape[1] != right.shape[0]:
                raise ValueError(
                    f"couplings[{l}] has shape {left.shape} and couplings[{l + 1}] {right.shape}: the layer "
                    f"between them has {left.shape[1]} spins for one and {right.shape[0]} for the other; "
                    "is one of them transposed?"
                )

    def __repr__(self) -> str:
        counts = f"N = {self.n_spins} spins, B = {self.n_bonds} bonds"
        return f"LayeredCouplings: {len(self.couplings)} matrices, {counts}"

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """The numbers of spins in the layers, (n_0, …, n_L)."""
        return tuple(matrix.shape[0] for matrix in self.couplings) + (self.couplings[-1].shape[1],)

    @property
    def n_spins(self) -> int:
        """The number of spins, N = Σ n_l."""
        return sum(self.layer_sizes)

    @property
    def n_bonds(self) -> int:
        """The number of bonds, B = Σ n_l n_{l+1}, those of strength 0 included."""
        return sum(matrix.size for matrix in self.couplings)

    @property
    def bipartite(self) -> bool:
        """True: odd layers interact only with even ones, so g(E) = g(-E)."""
        return True

    @property
    def energy_variance(self) -> float:
        """The variance of E over all 2^N states, Σ J² over the bonds, in units of the coupling squared."""
        return sum(float(np.sum(matrix.astype(np.float64) ** 2)) for matrix in self.couplings)

    def energy(self, spins: Spins) -> float:
        """Energy of one configuration, accumulated in float64.

        Args:
            spins: one array of ±1 a layer, of shapes (n_0,), …, (n_L,).

        Returns:
            E, in the units of the couplings.

        Raises:
            ValueError: a wrong number of layers, a layer of the wrong size, or an entry that is not ±1.

        >>> network = LayeredCouplings([[[1.0, -2.0]], [[0.5], [3.0]]])
        >>> up, odd_down = [[1], [1, 1], [1]], [[1], [-1, -1], [1]]
        >>> network.energy(up), network.energy(odd_down)  # turning the odd layers over turns the sign
        (-2.5, 2.5)
        """
        layers = self._checked(spins)
        bonds = zip(layers, self.couplings, layers[1:])
        return -float(sum(left @ matrix @ right for left, matrix, right in bonds))

    def unflatten(self, flat: NDArray) -> tuple[NDArray, ...]:
        """A flat configuration, cut into layers.

        Args:
            flat: (n_spins,) the spins, layer by layer.

        Returns:
            one array a layer, of shapes (n_0,), …, (n_L,).

        >>> network = LayeredCouplings([np.ones((1, 2)), np.ones((2, 1))])
        >>> [layer.tolist() for layer in network.unflatten(np.arange(4))]
        [[0], [1, 2], [3]]
        """
        return tuple(np.split(flat, np.cumsum(self.layer_sizes)[:-1]))

    def fingerprint(self) -> str:
        """What tells this network from any other: the sha256 of its couplings, as 64 hexadecimal digits.

        Shapes and precision count, too.

        >>> one, same, other = (LayeredCouplings([[[J]]]).fingerprint() for J in (1.0, 1.0, 2.0))
        >>> one == same, one == other
        (True, False)
        """
        digest = hashlib.sha256()
        for matrix in self.couplings:
            digest.update(f"{matrix.shape} {matrix.dtype}".encode())
            digest.update(matrix.data)
        return digest.hexdigest()

    def coupling_matrix(self) -> NDArray[np.float64]:
        """The symmetric (n_spins, n_spins) matrix A with E = -½ SᵀAS; for small systems.

        >>> LayeredCouplings([[[1.0, -2.0]]]).coupling_matrix().tolist()
        [[0.0, 1.0, -2.0], [1.0, 0.0, 0.0], [-2.0, 0.0, 0.0]]
        """
        matrix = np.zeros((self.n_spins, self.n_spins))
        starts = np.concatenate([[0], np.cumsum(self.layer_sizes)])
        for l, block in enumerate(self.couplings):
            rows, columns = slice(starts[l], starts[l + 1]), slice(starts[l + 1], starts[l + 2])
            matrix[rows, columns] = block
            matrix[columns, rows] = block.T
        return matrix

    def _checked(self, spins: Spins) -> list[NDArray[np.float64]]:
        layers = [np.asarray(layer, dtype=np.float64) for layer in spins]
        if tuple(layer.shape for layer in layers) != tuple((n,) for n in self.layer_sizes):
            raise ValueError(
                f"spins have shapes {[layer.shape for layer in layers]}, expected one flat array for each of "
                f"the layer sizes {self.layer_sizes}"
            )
        for l, layer in enumerate(layers):
            if not np.all(np.abs(layer) == 1):
                raise ValueError(f"spins of layer {l} are not all ±1 (found {layer[np.abs(layer) != 1][0]})")
        return layers


def energy_bound(network: LayeredCouplings) -> float:
    """An upper bound on |E|: Σ_l σ_max(J_l) √(n_l n_{l+1}), from the largest singular values σ_max.

    Args:
        network: a chain of layers of any size.

    Returns:
        the bound, extensive, in units of the coupling. By Cauchy and Schwarz |Sᵀ J S'| ≤ σ_max |S| |S'|, and
        |S|² is the number of spins in a layer.

    >>> bound = energy_bound(LayeredCouplings([np.ones((3, 4))]))  # σ_max = √12, and all 12 bonds can be kept
    >>> round(bound, 9)
    12.0
    """
    return sum(_largest_singular_value(matrix) * float(np.sqrt(matrix.size)) for matrix in network.couplings)


def _largest_singular_value(matrix: NDArray) -> float:
    """From the smaller Gram matrix: many times faster than all singular values."""
    wide = matrix.astype(np.float64) if matrix.shape[0] <= matrix.shape[1] else matrix.T.astype(np.float64)
    last = wide.shape[0] - 1
    return float(np.sqrt(eigvalsh(wide @ wide.T, subset_by_index=(last, last))[0]))


def _as_coupling(matrix: ArrayLike, index: int) -> NDArray:
    array = np.array(matrix, order="C")  # a copy: a network does not change when its source does
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"couplings[{index}] has shape {array.shape}, expected a matrix (n_l, n_(l+1))")
    if not np.all(np.isfinite(array)):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"couplings[{index}]{list(where)} is {array[where]}; every coupling must be finite")
    array.flags.writeable = False
    return array
