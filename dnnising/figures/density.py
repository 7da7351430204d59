"""Densities of states."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dnnising.density import DensityOfStates


def draw_density(ax: Axes, dos: DensityOfStates, **line: Any) -> Axes:
    """Entropy per spin ln g / N against energy per spin E / N, with a band of one standard error if known.

    Args:
        ax: where to draw; its labels are set.
        dos: the density of states, ln g in nats.
        line: passed to `Axes.plot` (label, color, linestyle, …).

    Returns:
        ax.

    >>> from matplotlib.figure import Figure
    >>> from dnnising.exact import beale_dos
    >>> ax = draw_density(Figure().subplots(), beale_dos(4), label="exact")
    >>> x, y = ax.lines[0].get_data()
    >>> x[[0, -1]].tolist(), bool(np.isclose(y[0], np.log(2) / 16))  # two ground states of 16 spins
    ([-2.0, 2.0], True)
    """
    n = dos.n_spins
    (curve,) = ax.plot(dos.energies / n, dos.log_g / n, **line)
    if dos.log_g_error is not None:
        low, high = (dos.log_g + sign * dos.log_g_error for sign in (-1, 1))
        ax.fill_between(dos.energies / n, low / n, high / n, color=curve.get_color(), alpha=0.25, linewidth=0)
    ax.set(xlabel="energy per spin  $E/N$  [units of $J$]", ylabel=r"entropy per spin  $\ln g/N$  [nats]")
    return ax


def draw_log_g_error(ax: Axes, dos: DensityOfStates, exact: DensityOfStates, **line: Any) -> Axes:
    """The error ln g - ln g_exact, level by level, in nats against energy per spin E / N.

    Args:
        ax: where to draw; its labels are set.
        dos: the density to judge, ln g in nats.
        exact: the density that it should be, on the same levels.
        line: passed to `Axes.plot` (label, color, linestyle, …).

    Returns:
        ax, with a grey line at 0.

    Raises:
        ValueError: the two densities have different levels.

    >>> from matplotlib.figure import Figure
    >>> from dnnising.exact import beale_dos
    >>> ax = draw_log_g_error(Figure().subplots(), beale_dos(4), beale_dos(4))
    >>> bool(np.all(ax.lines[1].get_ydata() == 0))
    True
    """
    if not np.array_equal(dos.energies, exact.energies):
        raise ValueError(f"the densities have other levels: {dos.energies.size}, {exact.energies.size}")
    ax.axhline(0, color="0.6", linewidth=0.8)
    ax.plot(dos.energies / dos.n_spins, dos.log_g - exact.log_g, **line)
    ax.set(xlabel="energy per spin  $E/N$  [units of $J$]", ylabel=r"$\ln g - \ln g_{\rm exact}$  [nats]")
    return ax
