"""A chain of layers, drawn."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from dnnising.figures.style import SHUFFLED, TRAINED
from dnnising.models.layered import LayeredCouplings


def draw_chain(
    ax: Axes,
    network: LayeredCouplings,
    *,
    layer_names: Sequence[str],
    matrix_names: Sequence[str],
    shown: int = 8,
) -> Axes:
    """Layers as columns of spins, couplings as lines: width for strength, colour for sign.

    Every layer is thinned to spins at even intervals, `shown` for the narrowest layer and more, up to twice
    as many, for wider ones.

    Args:
        ax: where to draw; its limits are set and its frame is taken away.
        network: the couplings; every pair of shown spins gets a line.
        layer_names: one a layer, written below it.
        matrix_names: one a matrix, written above it.
        shown: how many spins of the narrowest layer are drawn.

    Returns:
        ax.

    >>> from matplotlib.figure import Figure
    >>> network = LayeredCouplings([[[1.0, -2.0]]])  # one spin, and two beside it
    >>> ax = draw_chain(Figure().subplots(), network, layer_names=["in", "out"], matrix_names=["J"])
    >>> [line.get_color() == colour for line, colour in zip(ax.lines, [TRAINED, SHUFFLED])]
    [True, True]
    """
    narrowest = min(network.layer_sizes)
    kept = []
    for size in network.layer_sizes:
        number = min(size, shown if size == narrowest else 2 * shown)
        kept.append(np.linspace(0, size - 1, number).astype(int))
    for l, matrix in enumerate(network.couplings):
        sample = matrix[np.ix_(kept[l], kept[l + 1])]
        strength = np.abs(sample) / np.abs(sample).max()
        left, right = (np.linspace(-1, 1, kept[k].size) * kept[k].size for k in (l, l + 1))
        for i, j in np.ndindex(*sample.shape):
            colour = TRAINED if sample[i, j] > 0 else SHUFFLED
            line = {"color": colour, "linewidth": 1.8 * strength[i, j], "alpha": 0.15 + 0.7 * strength[i, j]}
            ax.plot([l, l + 1], [left[i], right[j]], zorder=1, **line)
    for l, spins in enumerate(kept):
        y = np.linspace(-1, 1, spins.size) * spins.size
        ax.scatter(np.full(spins.size, l), y, s=26, color="white", edgecolor="0.2", zorder=2)
        ax.text(l, -2 * shown - 1.5, layer_names[l], ha="center", va="top", fontsize=8.5)
    for l, name in enumerate(matrix_names):
        ax.text(l + 0.5, 2 * shown + 1.5, name, ha="center", va="bottom", fontsize=9)
    ax.set(xlim=(-0.4, len(kept) - 0.6), ylim=(-2 * shown - 7, 2 * shown + 5))
    ax.axis("off")
    return ax
