"""What Stosic et al. (2022) measure on a density of states, in their own scaling.

Widths and minima are those of Table I. The specific heat is that of the appendix: energies x are scaled to
[0, 1] and ln g to one spin, so that a level weighs g^(1/N) e^(-x/T). That is not the canonical ensemble: the
exponent lacks a factor N. With it the 8×8 lattice would peak at T = 2.362 N/W = 0.590, without it at 0.026.
For physics use `thermodynamics`; this is for comparing with the source.
"""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from dnnising.density import DensityOfStates
from dnnising.printing import one_line
from dnnising.thermo import Thermodynamics, thermodynamics

__all__ = ["EnergyRange", "energy_range", "source_heat"]


@one_line
@dataclass(frozen=True)
class EnergyRange:
    """How far the energies of a density of states reach.

    Args:
        lowest: E_min, extensive, in units of the coupling.
        highest: E_max, in the same units.
        n_spins: N, the number of spins.

    >>> reach = EnergyRange(lowest=-10.0, highest=6.0, n_spins=8)
    >>> reach.width_per_spin, reach.asymmetry
    (2.0, 0.25)
    """

    lowest: float
    highest: float
    n_spins: int

    @property
    def width(self) -> float:
        """The width W = E_max - E_min, extensive, in units of the coupling."""
        return self.highest - self.lowest

    @property
    def lowest_per_spin(self) -> float:
        """The lowest energy a spin, E_min/N, as in Table I."""
        return self.lowest / self.n_spins

    @property
    def width_per_spin(self) -> float:
        """The width a spin, W/N, as in Table I."""
        return self.width / self.n_spins

    @property
    def asymmetry(self) -> float:
        """How far the range is from even, |E_max + E_min|/W.

        0 for a converged chain of layers, where g(E) = g(-E), and 1 where one end is at zero.
        """
        return abs(self.highest + self.lowest) / self.width


def energy_range(dos: DensityOfStates) -> EnergyRange:
    """The range of the levels.

    Args:
        dos: the density of states; only its outermost levels matter.

    Raises:
        ValueError: a single level, which has no width.

    >>> from dnnising.exact import beale_dos
    >>> energy_range(beale_dos(8)).width_per_spin
    4.0
    """
    if dos.energies.size < 2:
        raise ValueError(f"a density with one level, at {dos.energies[0]}, has no width")
    return EnergyRange(float(dos.energies[0]), float(dos.energies[-1]), dos.n_spins)


def source_heat(
    dos: DensityOfStates,
    temperatures: ArrayLike,
    *,
    energy_unit: float | None = None,
    divisor: float | None = None,
) -> Thermodynamics:
    """The thermodynamics of the source's appendix: levels x and y weigh e^(-x/T + y).

        x = (E - E_min)/W ,   y = ln g/N ,   C = (⟨x²⟩ - ⟨x⟩²)/T²

    The T_c of Table III is where C is largest. All 22 follow from the released files, but not with the
    scaling that the text prints: x takes the trained network's W for its shuffled twin too (the text: each
    network its own), and y is the released column, ln g/[4d(4L+1)], not ln g/N.

    Args:
        dos: the density of states, ln g in nats.
        temperatures: (n_temperatures,) positive and ascending, in the energy unit.
        energy_unit: what E is divided by; None takes the W of dos itself. Equation 4 has 2B, twice the number
            of bonds, which for the lattice is W.
        divisor: what ln g is divided by; None takes N, as in equation 4.

    Returns:
        thermodynamics in the scaled units, nowhere extensive; its `n_spins` is that of dos.

    Raises:
        ValueError: a unit or divisor that is not positive, temperatures that are not positive, finite and
            ascending, or a single level.

    >>> import numpy as np
    >>> from dnnising.exact import beale_dos
    >>> from dnnising.thermo import critical_temperature
    >>> round(critical_temperature(source_heat(beale_dos(8), np.geomspace(1e-3, 1, 600))), 4)
    0.0259
    """
    levels = energy_range(dos)
    unit = levels.width if energy_unit is None else energy_unit
    sites = dos.n_spins if divisor is None else divisor
    if not (unit > 0 and sites > 0):
        raise ValueError(f"energy_unit and divisor must be positive, got {unit} and {sites}")
    scaled = DensityOfStates((dos.energies - levels.lowest) / unit, dos.log_g / sites, dos.n_spins)
    return thermodynamics(scaled, temperatures)
