"""Every configuration of a small model, one by one."""

import numpy as np
from numpy.typing import NDArray

from dnnising.density import DensityOfStates
from dnnising.models.model import Model

MAX_SPINS = 24


def enumerate_energies(model: Model) -> NDArray[np.float64]:
    """Energies of all 2^N configurations, shape (2^N,), in units of the coupling.

    The spins are cut into two halves a and b, so that E(a, b) = E(a) + E(b) - aᵀA_ab b is one matrix
    product over all pairs of halves. Entry k belongs to the configuration whose spin i is +1 where bit i of
    k is set.

    Args:
        model: a model of at most 24 spins.

    Raises:
        ValueError: more than 24 spins (134 MB of energies).

    >>> from dnnising.models import LayeredCouplings
    >>> enumerate_energies(LayeredCouplings([[[3.0]]])).tolist()  # -3 S_1 S_2 for --, +-, -+ and ++
    [-3.0, 3.0, 3.0, -3.0]
    """
    if model.n_spins > MAX_SPINS:
        raise ValueError(f"enumeration takes at most {MAX_SPINS} spins, got {model.n_spins}; use a sampler")
    couplings = model.coupling_matrix()
    half = model.n_spins // 2
    low, high = all_configurations(half), all_configurations(model.n_spins - half)

    def inner(states: NDArray[np.float64], block: NDArray[np.float64]) -> NDArray[np.float64]:
        return -0.5 * np.einsum("ki,ij,kj->k", states, block, states, optimize=True)

    across = high @ couplings[half:, :half] @ low.T  # (2^(N-half), 2^half)
    energies = inner(high, couplings[half:, half:])[:, None] + inner(low, couplings[:half, :half]) - across
    return energies.ravel()


def all_configurations(n_spins: int) -> NDArray[np.float64]:
    """All configurations, shape (2^n, n), entries ±1; row k has spin i up where bit i of k is set.

    Args:
        n_spins: n, the number of spins; the result has 8 n 2^n bytes.

    >>> all_configurations(2).tolist()
    [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]
    """
    bits = np.arange(2**n_spins)[:, None] >> np.arange(n_spins) & 1
    return (2 * bits - 1).astype(np.float64)


def enumerate_dos(model: Model, bin_width: float | None = None) -> DensityOfStates:
    """Exact density of states of a model of at most 24 spins.

    Args:
        model: a model of at most 24 spins.
        bin_width: in units of the coupling. None merges energies that agree to 1e-9 of the largest into
            levels, for couplings that make levels degenerate; a number counts configurations in bins centred
            at its multiples.

    Returns:
        the levels, or the centres of the bins that hold a configuration, and ln of how many each holds.

    Raises:
        ValueError: more than 24 spins, or a bin width that is not positive.

    >>> from dnnising.models import square_lattice
    >>> dos = enumerate_dos(square_lattice(3))
    >>> dict(zip(dos.energies.round(6).tolist(), np.exp(dos.log_g).round(6).tolist()))
    {-18.0: 2.0, -10.0: 18.0, -6.0: 48.0, -2.0: 198.0, 2.0: 144.0, 6.0: 102.0}
    """
    if bin_width is not None and not bin_width > 0:
        raise ValueError(f"bin_width must be positive, got {bin_width}")
    energies = enumerate_energies(model)
    width = bin_width or 1e-9 * max(float(np.abs(energies).max()), 1.0)
    levels, counts = np.unique(np.floor(energies / width + 0.5), return_counts=True)
    return DensityOfStates(levels * width, np.log(counts), model.n_spins)
