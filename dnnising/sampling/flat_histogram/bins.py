"""The energy bins on which a flat-histogram walk counts, and the windows that cut them."""

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising.models.lattice import SquareLattice
from dnnising.models.layered import LayeredCouplings, energy_bound

_LEVELS_BELOW_ZERO = 500  # default resolution of a model without natural levels


@dataclass(frozen=True)
class EnergyBins:
    """Bins of one width, centred at lowest, lowest + width, ….

    A bipartite model without fields needs only E ≤ 0: its last bin is then centred at zero, is its own
    mirror image, and the rest follows from g(E) = g(-E).

    Args:
        lowest: centre of the first bin, in units of the coupling.
        width: distance of the centres, > 0, in units of the coupling.
        number: how many bins, ≥ 2.
        mirrored: whether the bins are the lower half of a symmetric density.

    Raises:
        ValueError: a width that is not positive, fewer than two bins, or mirrored bins that do not end at 0.

    >>> bins = EnergyBins(lowest=-8.0, width=4.0, number=3, mirrored=True)
    >>> bins.centres.tolist(), bins.lower_edge, bins.upper_edge
    ([-8.0, -4.0, 0.0], -10.0, 2.0)
    """

    lowest: float
    width: float
    number: int
    mirrored: bool = False

    def __post_init__(self) -> None:
        if not self.width > 0 or self.number < 2:
            raise ValueError(f"need two bins or more of positive width, got {self.number} of {self.width}")
        if self.mirrored and abs(self.centres[-1]) > 1e-9 * self.width:
            raise ValueError(f"mirrored bins must end with one centred at zero, not at {self.centres[-1]}")

    @property
    def centres(self) -> NDArray[np.float64]:
        """The centres of the bins, (number,), ascending, in units of the coupling."""
        return self.lowest + self.width * np.arange(self.number, dtype=np.float64)

    @property
    def lower_edge(self) -> float:
        """The lower edge of the first bin, in units of the coupling."""
        return self.lowest - 0.5 * self.width

    @property
    def upper_edge(self) -> float:
        """The upper edge of the last bin, in units of the coupling."""
        return self.lower_edge + self.number * self.width

    def index(self, energy: float) -> int | None:
        """The bin that holds this energy, or None; a bin owns its lower edge and not its upper.

        Args:
            energy: any energy, in units of the coupling.

        >>> bins = EnergyBins(lowest=-8.0, width=4.0, number=3)
        >>> bins.index(-6.0), bins.index(2.0)  # the edge between two, and the upper edge of the last
        (1, None)
        """
        if not self.lower_edge <= energy < self.upper_edge:
            return None
        return int((energy - self.lower_edge) * (1.0 / self.width))  # in the kernel's own rounding

    def window(self, first: int, stop: int) -> "EnergyBins":
        """The bins first, …, stop - 1 alone; a window is never mirrored.

        Args:
            first: the first bin, counted from 0.
            stop: one past the last bin of the window.

        Raises:
            ValueError: a window that reaches beyond the bins or holds fewer than two.

        >>> EnergyBins(lowest=-8.0, width=4.0, number=3).window(1, 3).centres.tolist()
        [-4.0, 0.0]
        """
        if not 0 <= first <= stop <= self.number:
            raise ValueError(f"a window from bin {first} to {stop} does not fit into {self.number} bins")
        return EnergyBins(self.lowest + first * self.width, self.width, stop - first)


@dataclass(frozen=True)
class Windows:
    """How the range of energies is cut, and how many walk in each part.

    Args:
        number: how many windows of equal width, ≥ 1.
        overlap: what neighbours share, as a fraction of a window, inside (0, 1); Vogel et al. take 0.75.
        walkers: how many in each window, ≥ 1.

    Raises:
        ValueError: a value outside these bounds.

    >>> Windows(number=2, overlap=0.5).cut(0, 30).tolist()
    [[0, 20], [10, 30]]
    """

    number: int = 4
    overlap: float = 0.75
    walkers: int = 1

    def __post_init__(self) -> None:
        if self.number < 1 or self.walkers < 1 or not 0 < self.overlap < 1:
            raise ValueError(
                "need a window or more, a walker or more in each and an overlap inside (0, 1), got "
                f"{self.number} windows, {self.walkers} walkers and an overlap of {self.overlap}"
            )

    def cut(self, first: int, stop: int) -> NDArray[np.int64]:
        """The windows of the bins first, …, stop - 1.

        Args:
            first: the first bin, counted from 0.
            stop: one past the last bin.

        Returns:
            (number, 2) the first bin of each window and one past its last.

        Raises:
            ValueError: neighbours that would not share two bins and differ by one.

        >>> Windows(number=3, overlap=0.75).cut(0, 12).tolist()  # 12/(1 + 2 · ¼) = 8 bins each, 2 further on
        [[0, 8], [2, 10], [4, 12]]
        """
        width = (stop - first) / (1 + (self.number - 1) * (1 - self.overlap))
        starts = first + (1 - self.overlap) * width * np.arange(self.number)
        # Every half goes up, also one that arithmetic missed by a little: so widths differ by one at most.
        exact = np.round(np.stack([starts, starts + width], axis=1), 6)
        edges = np.floor(exact + 0.5).astype(np.int64)
        shared, steps = edges[:-1, 1] - edges[1:, 0], np.diff(edges[:, 0])
        if width < 2 or np.any(shared < 2) or np.any(steps < 1):
            raise ValueError(
                f"{stop - first} bins are too few for {self} (neighbours must share two and differ by one); "
                "take fewer windows or narrower bins"
            )
        return edges


@singledispatch
def energy_bins(model: Any, width: float | None = None, *, mirrored: bool = True) -> EnergyBins:
    """Bins that hold every energy that the walk needs.

    The lattice gets its own levels, a chain of layers bins down to the spectral bound on its ground state
    (bins that no state reaches stay empty and cost nothing).

    Args:
        model: a `SquareLattice` or `LayeredCouplings`.
        width: for a chain of layers, in units of the coupling; None makes 500 bins below zero.
        mirrored: False walks the whole range even where g(E) = g(-E) would spare half of it.

    Returns:
        the bins; mirrored where the model is bipartite, unless that is declined.

    Raises:
        TypeError: an unknown kind of model.
        ValueError: a width for the lattice, whose levels are given; a width that is not positive; or
            couplings that are all zero, so that there is nothing to walk.

    >>> energy_bins(SquareLattice(4))
    EnergyBins(lowest=-32.0, width=4.0, number=9, mirrored=True)
    >>> energy_bins(LayeredCouplings([[[1.0, 1.0]]]), width=0.75).centres.tolist()  # |E| ≤ 2, g(E) = g(-E)
    [-2.25, -1.5, -0.75, 0.0]
    """
    raise TypeError(f"no energy bins for {type(model).__name__}; give a SquareLattice or LayeredCouplings")


@energy_bins.register
def _(model: SquareLattice, width: float | None = None, *, mirrored: bool = True) -> EnergyBins:
    if width is not None:
        raise ValueError(f"the lattice's levels are 4 J apart; leave out width, got {width}")
    mirrored = mirrored and model.bipartite
    levels = model.n_spins // 2 if mirrored else model.n_spins
    return EnergyBins(-2.0 * model.n_spins, 4.0, levels + 1, mirrored)


@energy_bins.register
def _(model: LayeredCouplings, width: float | None = None, *, mirrored: bool = True) -> EnergyBins:
    bound = energy_bound(model)
    if bound == 0:
        raise ValueError(
            f"all couplings are zero: each of the 2^{model.n_spins} configurations has the energy 0, and "
            "there is nothing to walk; density_of_states has the answer"
        )
    if width is None:
        width = bound / _LEVELS_BELOW_ZERO
    if not width > 0:
        raise ValueError(f"width must be positive, got {width}")
    below = int(np.ceil(bound / width))
    return EnergyBins(-below * width, width, (below if mirrored else 2 * below) + 1, mirrored)
