"""How long functions keep their state in a file, and go on from it as if they had never stopped."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from dnnising import store
from dnnising.errors import DataFormatError

__all__ = ["identity", "keep", "load_run", "resumed"]

SAVE_SECONDS = 30.0


class Run(Protocol):
    """What a long function has come to: all that it needs to go on, which it can write to a file.

    The file is one of `store.save`, with an `identity` as `asked` in its record.
    """

    def save(self, path: str | os.PathLike) -> None:
        """Write all of it to one file, whole or not at all."""


R = TypeVar("R", bound=Run)
T = TypeVar("T")


def keep(runs: Iterable[R], path: str | os.PathLike | None) -> Iterator[R]:
    """Hand on a run step by step, and keep it in a file every half minute and at the end.

    Args:
        runs: the run after each of its steps; it may change what it has handed on.
        path: the file, or None to keep nothing.

    Returns:
        An iterator over the same.

    >>> import tempfile
    >>> from dnnising import load_walk, square_lattice, wang_landau
    >>> run = wang_landau(square_lattice(4), rng=0, max_flips=50_000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (last,) = keep([run], f"{folder}/walk.npz")
    ...     load_walk(f"{folder}/walk.npz").progress == last.progress
    True
    """
    run, saved = None, time.monotonic()
    for run in runs:
        if path is not None and time.monotonic() - saved > SAVE_SECONDS:
            run.save(path)
            saved = time.monotonic()
        yield run
    if path is not None and run is not None:
        run.save(path)


def identity(**parts: Any) -> dict[str, str]:
    """What tells a run from any other, by name and as text, so that none goes on with another.

    Args:
        parts: model, options and rng, or what their fingerprints are, each under the name that a message
            should give it.

    >>> import numpy as np
    >>> from dnnising import square_lattice
    >>> identity(model=square_lattice(4), sweeps=np.int64(20))
    {'model': 'SquareLattice(length=4)', 'sweeps': '20'}
    """
    return {name: str(part) for name, part in parts.items()}


def load_run(
    path: str | os.PathLike,
    kind: str,
    build: Callable[[dict[str, Any], dict[str, Any]], T],
    asked: Mapping[str, str] | None = None,
) -> T:
    """Read a run from its file.

    Args:
        path: the file that `save` or `keep` wrote.
        kind: what it should hold, for messages.
        build: makes the run of the arrays and the record.
        asked: the `identity` of the run that is wanted; None takes any.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.
        ValueError: it holds a run of another model, options or rng; the message names what differs.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +ELLIPSIS
    ...     store.save(f"{folder}/run.npz", {}, {"asked": identity(sweeps=20)})
    ...     load_run(f"{folder}/run.npz", "run", lambda arrays, record: 7, asked=identity(sweeps=30))
    Traceback (most recent call last):
        ...
    ValueError: ...run.npz holds a run that differs in sweeps: give the same to go on with it, or another ...
    """
    arrays, record = store.load(path)
    try:
        found = record["asked"]
        wanted = found if asked is None else asked
        if wanted.keys() != found.keys():
            raise KeyError(", ".join(sorted(wanted.keys() ^ found.keys())))  # of another kind of run
        differing = [name for name in wanted if wanted[name] != found[name]]
        if not differing:
            return build(arrays, record)
    except (KeyError, TypeError) as error:
        raise DataFormatError(f"{os.fspath(path)} holds no {kind}: {error}") from error
    raise ValueError(
        f"{os.fspath(path)} holds a {kind} that differs in {', '.join(differing)}: give the same to go on "
        "with it, or another path to start anew"
    )


def resumed(
    path: str | os.PathLike | None,
    kind: str,
    build: Callable[[dict[str, Any], dict[str, Any]], T],
    asked: Mapping[str, str],
) -> T | None:
    """The run that a file holds, or None where there is no file.

    Args:
        path: where the run is kept, or None if it is not.
        kind: what the file should hold, for messages.
        build: makes the run of the arrays and the record.
        asked: the `identity` of the run that is wanted.

    Raises:
        ValueError, DataFormatError: as `load_run`.

    >>> resumed(None, "run", lambda arrays, record: 7, asked={}) is None
    True
    """
    return load_run(path, kind, build, asked) if path is not None and os.path.exists(path) else None
