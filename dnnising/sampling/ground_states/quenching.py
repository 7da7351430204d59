"""Quench: from a random configuration straight down to a state that no single flip improves."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising.models.model import Model
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.single_spin import energy, greedy_sweep, prepare


@one_line
@dataclass(frozen=True, eq=False)
class GroundState:
    """The lowest state that a search has found: an upper bound on the true ground state.

    Args:
        energy: extensive, in units of the coupling.
        spins: the configuration, in the shape that `model.energy` takes.
        sweeps: how often every spin was offered a flip.
        energies: (runs,) ascending, those that a search of many runs ended with; `energy` is the first, and
            their spread says what another run would have given. Empty for a single descent.

    >>> from dnnising.models import LayeredCouplings
    >>> found = quench(LayeredCouplings([np.ones((3, 3))]), rng=0)
    >>> found.energy, bool(abs(np.concatenate(found.spins).sum()) == 6)  # all up, or all down
    (-9.0, True)
    """

    energy: float
    spins: Any
    sweeps: int
    energies: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


def quench(model: Model, *, rng: Rng) -> GroundState:
    """Zero-temperature single-flip dynamics from a random start, T = ∞ to T = 0 at once.

    Each sweep offers every spin, in a fresh random order, a flip that it takes only if that lowers the
    energy (ΔE = 2 S_i h_i < 0). Ends after the first sweep without a flip.

    Args:
        model: a lattice, a chain of layers or dense couplings.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        the state and its energy, which is a local minimum and mostly not the lowest there is.

    Raises:
        TypeError: a kind of model that no kernel walks.

    >>> from dnnising.models import square_lattice
    >>> found, lattice = quench(square_lattice(8), rng=0), square_lattice(8)
    >>> neighbours = found.spins.ravel()[lattice.neighbours()].sum(axis=1)
    >>> bool((found.spins.ravel() * neighbours >= 0).all())  # no spin points against its field
    True
    """
    rng = generator_of(rng)
    return descend_from(model, random_spins(model.n_spins, rng), rng=rng)


def descend_from(model: Model, spins: NDArray[np.int8], *, rng: np.random.Generator) -> GroundState:
    """The same from given spins, flat (n_spins,), which are left as they are."""
    state = prepare(model, spins.copy())
    sweeps = 1
    while greedy_sweep(state, rng.permutation(model.n_spins)):
        sweeps += 1
    return GroundState(energy(state), model.unflatten(state.spins), sweeps)


def random_spins(n_spins: int, rng: np.random.Generator) -> NDArray[np.int8]:
    """A flat configuration (n_spins,) of ±1, each equally likely."""
    return 2 * rng.integers(0, 2, n_spins, dtype=np.int8) - 1
