"""A slider that answers in a static page: precomputed curves in one self-contained piece of SVG.

No kernel, no library and no network: a native range input (keyboard and touch come with it) swaps the path
of one curve. Colours follow the page's text colour, so light and dark pages both work. Curves are stored as
steps between points in tenths of a pixel, a fifth of what their paths would take.
"""

import hashlib
import html
import json
from collections.abc import Sequence
from string import Template

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
        x: (n_points,) where the curves are known.
        curves: (n_values, n_points) one curve for each value of the slider.
        values: (n_values,) of the slider's parameter.
        parameter: the slider's label, its name and unit.
        xlabel: what x is, in plain text.
        ylabel: what the curves are, in plain text.
        description: one sentence for those who do not see the figure.
        form: how a value is printed, for `str.format`.

    Returns:
        one piece of HTML that needs nothing else, in a notebook for `IPython.display.HTML`.

    Raises:
        ValueError: shapes that disagree, or an entry that is not finite.

    >>> words = {"parameter": "T", "xlabel": "x", "ylabel": "y", "description": "Lines of slope 1 and 2."}
    >>> page = svg_slider([0.0, 1.0], [[0.0, 1.0], [0.0, 2.0]], [1, 2], **words)
    >>> page.count("<svg"), page.count('type="range"'), 'aria-label="Lines of slope 1 and 2."' in page
    (1, 1, True)
    """
    abscissa, ordinates = np.asarray(x, dtype=np.float64), np.asarray(curves, dtype=np.float64)
    if abscissa.ndim != 1 or ordinates.shape != (len(values), abscissa.size):
        raise ValueError(f"curves must have shape {(len(values), abscissa.size)}, got {ordinates.shape}")
    if not (np.all(np.isfinite(abscissa)) and np.all(np.isfinite(ordinates))):
        raise ValueError("x and curves must be finite")
    right, top = (
        _Axis(abscissa, _LEFT, _WIDTH - _RIGHT),
        _Axis(np.append(ordinates, 0.0), _HEIGHT - _BOTTOM, _TOP),
    )
    across, down = _tenths(right.place(abscissa)), [_tenths(top.place(row)) for row in ordinates]
    labels = [form.format(value) for value in values]
    data = {"x": across, "y": down, "labels": labels}
    middle = len(values) // 2
    digest = hashlib.sha256(json.dumps([data, description]).encode()).hexdigest()
    return _PAGE.substitute(
        name=f"slider-{digest[:10]}",  # the same figure has the same name in every build
        width=_WIDTH,
        height=_HEIGHT,
        description=html.escape(description),
        axes=_axes(right, top, html.escape(xlabel), html.escape(ylabel)),
        path=_path(across, down[middle]),
        parameter=html.escape(parameter),
        last=len(values) - 1,
        middle=middle,
        label=labels[middle],
        data=json.dumps(data, separators=(",", ":")).replace("<", r"\u003c"),
    )


_PAGE = Template("""\
<div class="static-slider" id="$name">
<svg viewBox="0 0 $width $height" role="img" aria-label="$description"
 style="width: 100%; max-width: ${width}px">
<g stroke="currentColor" fill="currentColor" font-size="14" font-family="sans-serif">$axes</g>
<path class="curve" d="$path" fill="none" stroke="#0072B2" stroke-width="2.5"/>
</svg>
<div><label for="$name-input">$parameter</label> = <output>$label</output><br/>
<input id="$name-input" type="range" min="0" max="$last" value="$middle" aria-valuetext="$label"
 style="width: 100%; max-width: 400px"/>
</div>
<script>(() => {
const data = $data;
const root = document.getElementById("$name"), input = root.querySelector("input");
const places = (steps) => steps.map((sum => step => (sum += step) / 10)(0));
const across = places(data.x);
input.addEventListener("input", () => {
  const down = places(data.y[input.value]);
  root.querySelector(".curve").setAttribute("d", "M" + across.map((x, i) => x + "," + down[i]).join("L"));
  root.querySelector("output").textContent = data.labels[input.value];
  input.setAttribute("aria-valuetext", data.labels[input.value]);
});
})();</script>
</div>""")


class _Axis:
    """Data values to positions between `start` and `end` in the drawing, and round values to label."""

    def __init__(self, values: NDArray[np.float64], start: float, end: float) -> None:
        self.low, self.high = float(values.min()), float(values.max())
        self.start, self.end = start, end
        candidates = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(self.low, self.high)
        self.ticks = [float(tick) for tick in candidates if self.low <= tick <= self.high]

    def place(self, values: ArrayLike) -> NDArray[np.float64]:
        share = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        return np.asarray(self.start + share * (self.end - self.start))


def _tenths(places: NDArray[np.float64]) -> list[int]:
    """The first place and the steps from each to the next, in tenths."""
    return [int(step) for step in np.diff(np.rint(10 * places), prepend=0.0)]


def _path(across: list[int], down: list[int]) -> str:
    return "M" + "L".join(f"{a:g},{b:g}" for a, b in zip(np.cumsum(across) / 10, np.cumsum(down) / 10))


def _text(place: str, anchor: str, content: str) -> str:
    return f'<text {place} text-anchor="{anchor}" stroke="none">{content}</text>'


def _axes(right: _Axis, top: _Axis, xlabel: str, ylabel: str) -> str:
    left, base = right.start, top.start
    parts = [f'<path d="M{left},{top.end}V{base}H{right.end}" fill="none"/>']
    for tick, a in zip(right.ticks, right.place(right.ticks)):
        parts.append(f'<path d="M{a:.1f},{base}v5"/>')
        parts.append(_text(f'x="{a:.1f}" y="{base + 20}"', "middle", f"{tick:.6g}"))
    for tick, b in zip(top.ticks, top.place(top.ticks)):
        parts.append(f'<path d="M{left},{b:.1f}h-5"/>')
        parts.append(_text(f'x="{left - 9}" y="{b + 5:.1f}"', "end", f"{tick:.6g}"))
    parts.append(_text(f'x="{(left + right.end) / 2}" y="{_HEIGHT - 8}"', "middle", xlabel))
    parts.append(_text(f'transform="translate(15,{(base + top.end) / 2}) rotate(-90)"', "middle", ylabel))
    return "".join(parts)
