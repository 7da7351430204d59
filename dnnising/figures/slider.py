"""A slider that answers in a static page: precomputed curves in one self-contained piece of SVG.

No kernel, no library and no network: a native range input (keyboard and touch come with it) swaps the path
of one curve. Colours follow the page's text colour, so light and dark pages both work.
"""

import hashlib
import html
import json
from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 48


def svg_slider(
    x: ArrayLike,
    curves: ArrayLike,
    values: Sequence[float],
    *,
    parameter: str,
    xlabel: str,
    ylabel: str,
    description: str,
    form: str = "{:.2f}",
) -> str:
    """HTML of a figure whose slider runs through curves.

    Args:
        x: (n_points,); curves: (n_values, n_points); values: (n_values,) of the slider's parameter.
        parameter: the slider's label, its name and unit.
        xlabel, ylabel: plain text.
        description: one sentence for those who do not see the figure.
        form: how a value is printed.

    Raises:
        ValueError: shapes that disagree, or an entry that is not finite.
    """
    abscissa, ordinates = np.asarray(x, dtype=np.float64), np.asarray(curves, dtype=np.float64)
    if ordinates.shape != (len(values), abscissa.size) or abscissa.ndim != 1:
        raise ValueError(
            f"curves {ordinates.shape} must have shape (n_values, n_points) = {len(values)}, {abscissa.shape}"
        )
    if not (np.all(np.isfinite(abscissa)) and np.all(np.isfinite(ordinates))):
        raise ValueError("x and curves must be finite")
    xticks, yticks = _ticks(abscissa), _ticks(np.append(ordinates.ravel(), 0.0))
    across = _LEFT + _scaled(abscissa, xticks) * (_WIDTH - _LEFT - _RIGHT)
    paths = [_path(across, _height(row, yticks)) for row in ordinates]
    labels = [form.format(value) for value in values]
    name = "slider-" + hashlib.sha256("".join(paths + labels + [description]).encode()).hexdigest()[:10]
    start = len(values) // 2
    data = json.dumps({"paths": paths, "labels": labels})
    return f"""<div class="static-slider" id="{name}">
<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{html.escape(description)}" style="width:100%;max-width:{_WIDTH}px">
<g stroke="currentColor" fill="currentColor" font-size="13" font-family="sans-serif">
{_axes(xticks, yticks, xlabel, ylabel)}
</g>
<path class="curve" d="{paths[start]}" fill="none" stroke="#0072B2" stroke-width="2.5"/>
</svg>
<div><label>{html.escape(parameter)}
<input type="range" min="0" max="{len(values) - 1}" value="{start}" style="width:min(60%,360px);vertical-align:middle"
 aria-valuetext="{labels[start]}"></label> <output>{labels[start]}</output></div>
<script>(() => {{
const data = {data}, root = document.getElementById("{name}");
const input = root.querySelector("input");
input.addEventListener("input", () => {{
  root.querySelector(".curve").setAttribute("d", data.paths[input.value]);
  root.querySelector("output").textContent = data.labels[input.value];
  input.setAttribute("aria-valuetext", data.labels[input.value]);
}});
}})();</script>
</div>"""


def _ticks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round numbers that enclose the values."""
    ticks = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(float(values.min()), float(values.max()))
    return np.asarray(ticks, dtype=np.float64)


def _scaled(values: NDArray[np.float64], ticks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where values lie between the outer ticks, 0 … 1."""
    return (values - ticks[0]) / (ticks[-1] - ticks[0])


def _height(values: NDArray[np.float64], ticks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vertical position in the drawing, which counts downwards."""
    return _HEIGHT - _BOTTOM - _scaled(values, ticks) * (_HEIGHT - _TOP - _BOTTOM)


def _path(across: NDArray[np.float64], down: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{a:.1f},{b:.1f}".replace(".0", "") for a, b in zip(across, down))


def _axes(xticks: NDArray[np.float64], yticks: NDArray[np.float64], xlabel: str, ylabel: str) -> str:
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = [f'<path d="M{_LEFT},{_TOP}V{base}H{right}" fill="none"/>']
    for tick in xticks:
        a = _LEFT + float(_scaled(tick, xticks)) * (right - _LEFT)
        parts.append(f'<path d="M{a:.1f},{base}v5"/>')
        parts.append(
            f'<text x="{a:.1f}" y="{base + 19}" text-anchor="middle" stroke="none">{tick:.6g}</text>'
        )
    for tick in yticks:
        b = float(_height(tick, yticks))
        parts.append(f'<path d="M{_LEFT},{b:.1f}h-5"/>')
        parts.append(
            f'<text x="{_LEFT - 9}" y="{b + 4:.1f}" text-anchor="end" stroke="none">{tick:.6g}</text>'
        )
    middle = (base + _TOP) / 2
    parts.append(
        f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 10}" text-anchor="middle" stroke="none">{html.escape(xlabel)}</text>'
    )
    parts.append(
        f'<text transform="translate(14,{middle}) rotate(-90)" text-anchor="middle" stroke="none">{html.escape(ylabel)}</text>'
    )
    return "\n".join(parts)
