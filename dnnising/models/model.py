"""What every model offers to the exact and the sampling methods."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Model(Protocol):
    """Ising spins S = ±1 with pair couplings and no field: E = -½ SᵀAS."""

    @property
    def n_spins(self) -> int:
        """N."""

    @property
    def bipartite(self) -> bool:
        """Whether spins fall into two groups that interact only with each other, so that g(E) = g(-E)."""

    def energy(self, spins: Any) -> float:
        """Energy of one configuration in the model's own shape, in units of the coupling."""

    def unflatten(self, flat: NDArray) -> Any:
        """A flat configuration (N,) in the model's own shape."""

    def fingerprint(self) -> str:
        """What tells this model from any other."""

    def coupling_matrix(self) -> NDArray[np.float64]:
        """The symmetric (N, N) matrix A."""
