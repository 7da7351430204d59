"""Planes of temperature and initial weights."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from numpy.typing import ArrayLike, NDArray


def draw_plane(
    ax: Axes,
    weight_scales: ArrayLike,
    temperatures: ArrayLike,
    values: ArrayLike,
    *,
    phases: ArrayLike | None = None,
    **mesh: Any,
) -> QuadMesh:
    """Values over σ_W (across) and T (up) on logarithmic axes, one cell a point; for `Figure.colorbar`.

    Values that are not finite stay grey. Between points of different phases runs a line.

    Args:
        ax: where to draw; both its axes turn logarithmic, to base 2.
        weight_scales: (n,) σ_W, evenly spaced in their logarithm.
        temperatures: (m,) T, evenly spaced in their logarithm.
        values: (m, n) what is shown, a row a temperature.
        phases: (m, n) of anything that can be told apart, or None for no lines.
        mesh: passed to `Axes.pcolormesh` (cmap, norm, vmin, …).

    Returns:
        the coloured cells.

    Raises:
        ValueError: values or phases of another shape.

    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> cells = draw_plane(ax, [1, 2], [4, 8], [[0.1, 0.2], [0.3, 0.4]], phases=[["a", "b"], ["a", "b"]])
    >>> edges, borders = cells.get_coordinates(), ax.collections[1].get_segments()
    >>> bool(np.allclose(edges[0, :, 0], [2**-0.5, 2**0.5, 2**1.5]))  # half-way between points, in ln σ_W
    True
    >>> bool(np.allclose([border[:, 0] for border in borders], 2**0.5))  # a and b meet at σ_W = √2
    True
    """
    across, up = _edges(weight_scales), _edges(temperatures)
    shape = (up.size - 1, across.size - 1)
    shown = np.ma.masked_invalid(np.asarray(values, dtype=np.float64))
    if shown.shape != shape:
        raise ValueError(f"values must have shape {shape}, got {shown.shape}")
    ax.set_facecolor("0.85")
    style: dict[str, Any] = {"cmap": "cividis", "rasterized": True} | mesh
    drawn = ax.pcolormesh(across, up, shown, **style)
    if phases is not None:
        ax.add_collection(LineCollection(_borders(across, up, np.asarray(phases)), colors="black", zorder=3))
    ax.set(xlabel=r"initial weights  $\sigma_W$", ylabel=r"temperature  $T=\epsilon/B$")
    ax.set_xscale("log", base=2)
    ax.set_yscale("log", base=2)
    return drawn


def _edges(points: ArrayLike) -> NDArray[np.float64]:
    """Half-way, in the logarithm, between points and as far beyond the outer ones; a single one spans a
    factor of two."""
    logs = np.log2(np.asarray(points, dtype=np.float64))
    step = logs[1] - logs[0] if logs.size > 1 else 1.0
    return np.asarray(2 ** np.append(logs - step / 2, logs[-1] + step / 2))


def _borders(across: NDArray, up: NDArray, phases: NDArray) -> list[list[tuple[float, float]]]:
    """The edges between neighbouring cells that differ."""
    if phases.shape != (up.size - 1, across.size - 1):
        raise ValueError(f"phases must have shape {(up.size - 1, across.size - 1)}, got {phases.shape}")
    upright = [
        [(across[j + 1], up[i]), (across[j + 1], up[i + 1])]
        for i, j in np.argwhere(phases[:, 1:] != phases[:, :-1])
    ]
    level = [
        [(across[j], up[i + 1]), (across[j + 1], up[i + 1])]
        for i, j in np.argwhere(phases[1:] != phases[:-1])
    ]
    return upright + level
