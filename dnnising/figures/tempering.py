"""What a tempering run says about itself."""

from typing import Any

from matplotlib.axes import Axes

from dnnising.sampling.tempering.runs import TemperingRun
from dnnising.sampling.tempering.signs import LEAST_EXCHANGE


def draw_exchange(ax: Axes, run: TemperingRun, **line: Any) -> Axes:
    """Least exchange rate of any run between neighbouring rungs against temperature, and its lower bound.

    Temperatures at which signs of equilibrium are missing are shaded.

    Args:
        ax: where to draw; its temperatures are logarithmic.
        run: from `parallel_tempering`.
        line: passed to `Axes.plot` (label, color, marker, …).

    Returns:
        ax.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        NotConvergedError: no ln Z is found, as in `log_partition_functions`.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from dnnising import LayeredCouplings, parallel_tempering
    >>> chain = LayeredCouplings([np.ones((4, 4))])
    >>> run = parallel_tempering(chain, sweeps=100, rng=0)
    >>> ax = draw_exchange(Figure().subplots(), run)
    >>> bool(np.allclose(ax.lines[0].get_xdata(), 1 / run.betas[1:]))  # a rate for every rung but β = 0
    True
    """
    signs = run.signs
    temperatures = 1 / signs.betas[1:]
    ax.plot(temperatures, signs.exchange[1:], **line)
    ax.axhline(LEAST_EXCHANGE, color="0.6", linewidth=0.8)
    ax.set(xscale="log", ylim=(0, 1), xlabel="temperature  $T$  [units of $J$]", ylabel="exchange rate")
    return _shade(ax, run)


def draw_entropy(ax: Axes, run: TemperingRun, **line: Any) -> Axes:
    """Entropy per spin at every rung against temperature: it falls to zero, not below.

    Temperatures at which signs of equilibrium are missing are shaded.

    Args:
        ax: where to draw; its temperatures are logarithmic.
        run: from `parallel_tempering`.
        line: passed to `Axes.plot` (label, color, marker, …).

    Returns:
        ax.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        NotConvergedError: no ln Z is found, as in `log_partition_functions`.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from dnnising import LayeredCouplings, parallel_tempering
    >>> run = parallel_tempering(LayeredCouplings([np.ones((4, 4))]), sweeps=200, rng=0)
    >>> ax = draw_entropy(Figure().subplots(), run)
    >>> entropy = ax.lines[0].get_ydata()  # from near ln 2 down to two ground states of 8 spins
    >>> bool(abs(entropy[0] - np.log(2)) < 0.05), bool(abs(entropy[-1] - np.log(2) / 8) < 0.05)
    (True, True)
    """
    ax.plot(1 / run.betas[1:], run.signs.entropy[1:], **line)
    ax.axhline(0, color="0.6", linewidth=0.8)
    ax.set(xscale="log", xlabel="temperature  $T$  [units of $J$]", ylabel="entropy per spin  $s$  [nats]")
    return _shade(ax, run)


def _shade(ax: Axes, run: TemperingRun) -> Axes:
    n = run.signs.equilibrated
    if n < run.betas.size:
        ax.axvspan(1 / run.betas[-1], 1 / run.betas[max(n, 1)], color="0.5", alpha=0.15, linewidth=0)
    return ax
