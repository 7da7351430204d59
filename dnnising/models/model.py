"""What every model offers to the exact and the sampling methods."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Model(Protocol):
    """Ising spins S = ±1 with pair couplings and no field: E = -½ SᵀAS.

    >>> from dnnising.models import LayeredCouplings
    >>> pair: Model = LayeredCouplings([[[3.0]]])
    >>> S = np.array([1, -1])
    >>> pair.energy(pair.unflatten(S)), float(-S @ pair.coupling_matrix() @ S / 2)
    (3.0, 3.0)
    """

    @property
    def n_spins(self) -> int:
        """The number of spins, N."""

    @property
    def bipartite(self) -> bool:
        """Whether spins fall into two groups that interact only with each other, so that g(E) = g(-E)."""

    @property
    def energy_variance(self) -> float:
        """The variance of E over all 2^N states, Σ J² over the bonds, in units of the coupling squared."""

    def energy(self, spins: Any) -> float:
        """Energy of one configuration, in units of the coupling.

        Args:
            spins: ±1, in the model's own shape: (L, L) for a lattice, one array a layer for a chain.

        >>> from dnnising.models import square_lattice
        >>> square_lattice(3).energy(np.ones((3, 3)))  # -2N
        -18.0
        """

    def unflatten(self, flat: NDArray) -> Any:
        """A flat configuration in the model's own shape.

        Args:
            flat: (N,) the spins.

        >>> from dnnising.models import square_lattice
        >>> square_lattice(3).unflatten(np.ones(9)).shape
        (3, 3)
        """

    def fingerprint(self) -> str:
        """What tells this model from any other, as text: runs keep it, so that none goes on with another
        model.

        >>> from dnnising.models import square_lattice
        >>> square_lattice(3).fingerprint() == square_lattice(4).fingerprint()
        False
        """

    def coupling_matrix(self) -> NDArray[np.float64]:
        """The symmetric (N, N) matrix A.

        >>> from dnnising.models import LayeredCouplings
        >>> LayeredCouplings([[[3.0]]]).coupling_matrix().tolist()
        [[0.0, 3.0], [3.0, 0.0]]
        """
