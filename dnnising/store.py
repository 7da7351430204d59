"""Arrays and their provenance in one file, written whole or not at all."""

import json
import os
import platform
import subprocess
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising.errors import DataFormatError
from dnnising.printing import one_line

__all__ = ["Samples", "load", "load_samples", "provenance", "save"]

_RECORD = "record"  # the array that holds the JSON record
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, TypeError, ValueError)


def save(path: str | os.PathLike, arrays: Mapping[str, NDArray], record: Mapping[str, Any]) -> None:
    """Write arrays and a JSON record as one .npz without pickles.

    The file is written beside its destination, flushed to disk and then renamed, so that whatever happens
    the destination holds either the old state or the new one.

    Raises:
        ValueError: an array named "record", or one of Python objects.
        OSError: the file cannot be written (a full disk, say); the old file is untouched.
    """
    path = Path(path)
    if _RECORD in arrays:
        raise ValueError(f"no array may be named {_RECORD!r}: that name holds the JSON record")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **{_RECORD: np.array(json.dumps(record))}, **arrays)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: str | os.PathLike) -> tuple[dict[str, NDArray], dict[str, Any]]:
    """Read what `save` wrote: the arrays by name, and the record.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or was not written by `save`.
    """
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        record = json.loads(str(arrays.pop(_RECORD)))
    except _DAMAGE as error:
        raise DataFormatError(f"{path} is damaged or not of dnnising.store: {error}") from error
    return arrays, record


@one_line
@dataclass(frozen=True, eq=False)
class Samples:
    """A stored experiment whose arrays are named CELL/SAMPLE/FIELD, the samples counted from 0."""

    arrays: dict[str, NDArray]
    record: dict[str, Any]

    def of(self, cell: str, field: str) -> NDArray:
        """A field of every sample of a cell, (samples, …), in order; (0,) where there is no such cell."""
        found: list[NDArray] = []
        while (name := f"{cell}/{len(found)}/{field}") in self.arrays:
            found.append(self.arrays[name])
        return np.array(found)


def load_samples(path: str | os.PathLike) -> Samples:
    """Read an experiment by its cells; raises what `load` raises."""
    return Samples(*load(path))


def provenance() -> dict[str, str]:
    """What a stored result needs to be traced: commit, versions and processor."""
    packages = ("dnnising", "numpy", "scipy", "numba", "torch", "transformers")
    return {
        "commit": _commit(),
        "python": platform.python_version(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        **{name: _version(name) for name in packages},
    }


def _processor() -> str:
    """The processor's name, as Linux gives it, or its kind."""
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in described.splitlines() if "model name" in line]
    return names[0] if names else platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str:
    """The checkout's commit, with "+changes" where tracked files differ from it."""
    here = Path(__file__).parent
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+changes", "--exclude=*"],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return described.stdout.strip()
