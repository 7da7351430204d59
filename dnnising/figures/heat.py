"""Heat capacities."""

from typing import Any

from matplotlib.axes import Axes

from dnnising.thermo import Thermodynamics


def draw_heat_capacity(ax: Axes, heat: Thermodynamics, **line: Any) -> Axes:
    """Heat capacity per spin C / N against temperature.

    Args:
        line: passed to `Axes.plot` (label, color, linestyle, …).
    """
    ax.plot(heat.temperatures, heat.heat_capacity / heat.n_spins, **line)
    ax.set(xlabel="temperature  $T$  [J/k$_B$]", ylabel="heat capacity per spin  $C/N$  [k$_B$]")
    return ax
