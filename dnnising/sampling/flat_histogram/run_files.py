"""Flat-histogram runs as files: every field of a run, its arrays as arrays and the rest as JSON."""

import os
from dataclasses import asdict, fields
from typing import Any, TypeVar

import numpy as np

from dnnising import store
from dnnising.errors import DataFormatError
from dnnising.sampling.flat_histogram.bins import EnergyBins
from dnnising.sampling.flat_histogram.schedules import Progress

Run = TypeVar("Run")


def save_run(path: str | os.PathLike, run: Any) -> None:
    """Write all fields of a run (a dataclass with `bins` and `progress`) to one file, atomically."""
    values = {field.name: getattr(run, field.name) for field in fields(run)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    record = {name: value for name, value in values.items() if name not in arrays}
    store.save(path, arrays, record | {"bins": asdict(run.bins)})


def load_run(path: str | os.PathLike, kind: type[Run]) -> Run:
    """Read what `save_run` wrote.

    Args:
        kind: the class of the run.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.
    """
    arrays, record = store.load(path)
    try:
        record["bins"] = EnergyBins(**record["bins"])
        record["progress"] = _progress(record["progress"])
        lists = {name: tuple(value) for name, value in record.items() if isinstance(value, list)}
        return kind(**arrays, **record | lists)
    except (KeyError, TypeError) as error:
        raise DataFormatError(f"{path} holds no {kind.__name__}: {error}") from error


def _progress(stored: list) -> Progress | tuple[Progress, ...]:
    """JSON's list of numbers, or of such lists for the windows of a run, as what it was."""
    if isinstance(stored[0], list):
        return tuple(Progress(*stage) for stage in stored)
    return Progress(*stored)
