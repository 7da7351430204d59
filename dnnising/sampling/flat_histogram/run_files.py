"""Flat-histogram runs as files: every field of a run, its arrays as arrays and the rest as JSON."""

import os
from dataclasses import asdict, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dnnising import store
from dnnising.sampling.flat_histogram.bins import EnergyBins
from dnnising.sampling.flat_histogram.schedules import Progress

Fields = TypeVar("Fields")


def save_fields(path: str | os.PathLike, run: Any) -> None:
    """Write all fields of a run (a dataclass with `bins` and `progress`) to one file, atomically."""
    values = {field.name: getattr(run, field.name) for field in fields(run)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    record = {name: value for name, value in values.items() if name not in arrays}
    store.save(path, arrays, record | {"bins": asdict(run.bins)})


def from_fields(kind: type[Fields], arrays: dict[str, NDArray], record: dict[str, Any]) -> Fields:
    """The run whose fields were written.

    Args:
        kind: the class of the run.
        arrays: what the file holds, by name.
        record: likewise, as JSON has it, with lists for tuples.
    """
    lists = {name: tuple(value) for name, value in record.items() if isinstance(value, list)}
    nouns = {"bins": EnergyBins(**record["bins"]), "progress": _progress(record["progress"])}
    return kind(**arrays, **record | lists | nouns)


def _progress(stored: list) -> Progress | tuple[Progress, ...]:
    """JSON's list of numbers, or of such lists for the windows of a run, as what it was."""
    if isinstance(stored[0], list):
        return tuple(Progress(*stage) for stage in stored)
    return Progress(*stored)
