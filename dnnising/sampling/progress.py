"""How long functions tell how far they are, and a bar that shows it."""

from collections.abc import Callable, Mapping
from typing import Any

from tqdm.auto import tqdm

Report = Callable[[int, int, Mapping[str, float]], Any]
"""`report(done, total, shown)`: how many of all steps are done, and by name what else is worth seeing.

What takes `progress=` calls it before the first step, with what a resumed run has behind it, after every
step, and in the end with done == total, for which a walk that ends before its max_flips lowers the total.
"""


def unheard(done: int, total: int, shown: Mapping[str, float]) -> None:
    """The report that nobody asked for."""


def progress_bar(label: str = "") -> Report:
    """A bar for any function that takes `progress=`: steps done, time left, and what the function shows.

    One bar serves one run.

    Args:
        label: what stands before the bar.

    Returns:
        a function of the steps done, their total, and what else is worth seeing, by name.

    >>> bar = progress_bar("a walk")
    >>> bar(0, 2, {}), bar(1, 2, {"ln f": 1.0}), bar(2, 2, {"ln f": 0.5})
    (None, None, None)
    """
    bar = tqdm(desc=label, unit="", unit_scale=True)
    started = False

    def report(done: int, total: int, shown: Mapping[str, float]) -> None:
        nonlocal started
        if not started:  # what is behind a resumed run says nothing about its speed
            started, bar.initial = True, done
        bar.total = total
        bar.set_postfix_str(
            ", ".join(f"{name} = {value:.4g}" for name, value in shown.items()), refresh=False
        )
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return report
