"""How long functions tell how far they are, and the bar that shows it."""

import multiprocessing
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

__all__ = ["Report", "ShowProgress", "progress_bar", "reporter", "tracked"]

Report = Callable[[int, int, Mapping[str, float]], Any]
"""`report(done, total, shown)`: how many of all steps are done, and by name what else is worth seeing.

It is called before the first step, with what a resumed run has behind it, after every step, and in the end
with done == total, for which a walk that ends before its max_flips lowers the total.
"""

ShowProgress = Report | Literal[False] | None
"""What a long function takes as `progress`: a report, False for none, None for a bar if someone looks."""

T = TypeVar("T")
_PATIENCE = 0.5  # seconds that pass before a bar appears that nobody asked for


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
    return _bar(desc=label)


def reporter(progress: ShowProgress, label: str) -> Report:
    """The report itself, or for None a bar in notebooks and terminals and nothing elsewhere.

    That bar appears after half a second and leaves nothing behind. A notebook that is run by a program, a
    test, a pipe, a thread and a worker process have none, as nobody looks at them.

    Args:
        progress: what the caller of a long function has given.
        label: what stands before the bar.

    Raises:
        TypeError: something that cannot be called.

    >>> reporter(False, "a walk")(1, 2, {})
    >>> reporter(lambda done, total, shown: f"{done} of {total}", "a walk")(1, 2, {})
    '1 of 2'
    """
    if progress is None and _watched():
        return _bar(desc=label, leave=False, delay=_PATIENCE)
    if progress is None or progress is False:
        return _unheard
    if not callable(progress):
        raise TypeError(
            f"progress must be a function of (done, total, shown), False or None, got {progress!r}"
        )
    return progress


def tracked(steps: Sequence[T], progress: ShowProgress, label: str) -> Iterator[T]:
    """The steps one after the other, with a report before the first and after each.

    Args:
        steps: what is gone through.
        progress: what the caller of a long function has given.
        label: what stands before the bar.

    >>> told = []
    >>> list(tracked("ab", lambda done, total, shown: told.append((done, total)), "letters")), told
    (['a', 'b'], [(0, 2), (1, 2), (2, 2)])
    """
    report = reporter(progress, label)
    report(0, len(steps), {})
    for done, step in enumerate(steps, 1):
        yield step
        report(done, len(steps), {})


def _unheard(done: int, total: int, shown: Mapping[str, float]) -> None:
    """The report that nobody asked for."""


def _watched() -> bool:
    """Whether a person is likely to see a bar: a terminal, or a notebook whose frontend could also ask."""
    if threading.current_thread() is not threading.main_thread() or multiprocessing.parent_process():
        return False
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:  # programs that run notebooks, such as nbclient and nbval, allow no questions
        return bool(kernel.get_parent("shell").get("content", {}).get("allow_stdin"))
    return sys.stderr is not None and sys.stderr.isatty()


def _bar(**options: Any) -> Report:
    from tqdm.auto import tqdm  # in a notebook it brings the widgets along

    bar = tqdm(unit="", unit_scale=True, **options)
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
