"""Heat capacities and what lies behind them: the distribution of the energy."""

from typing import Any

from matplotlib.axes import Axes

from dnnising.density import DensityOfStates
from dnnising.thermo import Thermodynamics, energy_distribution


def draw_heat_capacity(ax: Axes, heat: Thermodynamics, **line: Any) -> Axes:
    """Heat capacity per spin C / N against temperature.

    Args:
        line: passed to `Axes.plot` (label, color, linestyle, …).
    """
    ax.plot(heat.temperatures, heat.heat_capacity / heat.n_spins, **line)
    ax.set(xlabel="temperature  $T$  [units of $J$]", ylabel="heat capacity per spin  $C/N$  [k$_B$]")
    return ax


def draw_energy_distribution(ax: Axes, dos: DensityOfStates, temperature: float, **line: Any) -> Axes:
    """Probability p(E) of each level in the canonical ensemble against energy per spin E / N."""
    ax.plot(dos.energies / dos.n_spins, energy_distribution(dos, [temperature])[0], **line)
    ax.set(xlabel="energy per spin  $E/N$  [units of $J$]", ylabel="probability of a level")
    return ax
