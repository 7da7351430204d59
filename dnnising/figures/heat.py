"""Heat capacities and what lies behind them: the distribution of the energy."""

from typing import Any

from matplotlib.axes import Axes

from dnnising.density import DensityOfStates
from dnnising.thermo import Thermodynamics, energy_distribution


def draw_heat_capacity(ax: Axes, heat: Thermodynamics, **line: Any) -> Axes:
    """Heat capacity per spin C / N against temperature, with a band of one standard error if known.

    Args:
        ax: where to draw; its labels are set.
        heat: from `thermodynamics`, with a band where it has errors.
        line: passed to `Axes.plot` (label, color, linestyle, …).

    Returns:
        ax.

    >>> from matplotlib.figure import Figure
    >>> from dnnising import beale_dos, thermodynamics
    >>> heat = thermodynamics(beale_dos(4), [1.0, 2.0, 3.0])
    >>> ax = draw_heat_capacity(Figure().subplots(), heat)
    >>> bool((ax.lines[0].get_ydata() == heat.heat_capacity / 16).all())
    True
    """
    capacity = heat.heat_capacity / heat.n_spins
    (curve,) = ax.plot(heat.temperatures, capacity, **line)
    if heat.errors is not None:
        error = heat.errors.heat_capacity / heat.n_spins
        low, high = capacity - error, capacity + error
        ax.fill_between(heat.temperatures, low, high, color=curve.get_color(), alpha=0.25, linewidth=0)
    ax.set(xlabel="temperature  $T$  [units of $J$]", ylabel="heat capacity per spin  $C/N$  [k$_B$]")
    return ax


def draw_energy_distribution(ax: Axes, dos: DensityOfStates, temperature: float, **line: Any) -> Axes:
    """Probability p(E) of each level in the canonical ensemble against energy per spin E / N.

    Args:
        ax: where to draw; its labels are set.
        dos: the density of states; its normalisation drops out.
        temperature: T > 0, in units of the coupling.
        line: passed to `Axes.plot` (label, color, linestyle, …).

    Returns:
        ax.

    Raises:
        ValueError: a temperature that is not positive and finite.

    >>> from matplotlib.figure import Figure
    >>> from dnnising import beale_dos
    >>> ax = draw_energy_distribution(Figure().subplots(), beale_dos(4), temperature=2.5)
    >>> round(float(ax.lines[0].get_ydata().sum()), 9)
    1.0
    """
    ax.plot(dos.energies / dos.n_spins, energy_distribution(dos, [temperature])[0], **line)
    ax.set(xlabel="energy per spin  $E/N$  [units of $J$]", ylabel="probability of a level")
    return ax
