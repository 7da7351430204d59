"""Arrays and their provenance in one file, written whole or not at all."""

import difflib
import json
import os
import platform
import subprocess
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import llvmlite.binding
import numpy as np
import scipy.linalg  # noqa: F401, whose BLAS is not numpy's: loaded, so that it is always named
import threadpoolctl
import torch
from numpy.typing import NDArray

from dnnising.errors import DataFormatError

__all__ = ["UnknownNameError", "load", "provenance", "save"]

_RECORD = "record"  # the array that holds the JSON record
_RESULTS = ":(top,exclude)book/results"
_LIMITS = ("MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, TypeError, ValueError)


def save(path: str | os.PathLike, arrays: Mapping[str, NDArray], record: Mapping[str, Any]) -> None:
    """Write arrays and a JSON record as one .npz without pickles.

    The file is written beside its destination, flushed to disk and then renamed, so that whatever happens
    the destination holds either the old state or the new one.

    Args:
        path: the .npz file; its folder is made if it is missing.
        arrays: by name, of numbers or text.
        record: what JSON can hold, such as parameters, seed and `provenance()`.

    Raises:
        ValueError: an array named "record", or one of Python objects.
        OSError: the file cannot be written (a full disk, say); the old file is untouched.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(f"{folder}/walk.npz", {"energies": np.arange(3)}, {"seed": 7})
    ...     arrays, record = load(f"{folder}/walk.npz")
    >>> arrays["energies"].tolist(), record
    ([0, 1, 2], {'seed': 7})
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

    Args:
        path: the .npz file that was saved.

    Returns:
        the arrays by name, as they were given, and the record as JSON has it, its tuples as lists.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or was not written by `save`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(f"{folder}/run.npz", {"log_g": np.zeros(5)}, {"stage": (1, 2)})
    ...     load(f"{folder}/run.npz")[1]
    {'stage': [1, 2]}
    """
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        record = json.loads(str(arrays.pop(_RECORD)))
    except _DAMAGE as error:
        raise DataFormatError(f"{path} is damaged or not of dnnising.store: {error}") from error
    return arrays, record


class UnknownNameError(KeyError):
    """Nothing has this name; the message gives the nearest name and all that there are.

    Args:
        kind: what was looked for, such as "cell".
        name: the name that nothing has.
        known: all names that there are.
        where: where they are, to stand behind the name, with a space before it.

    >>> print(UnknownNameError("cell", "L=9", ["L=8", "L=16"]))
    there is no cell 'L=9'; the nearest is 'L=8'; there are: L=16, L=8
    """

    def __init__(self, kind: str, name: object, known: Iterable[object], where: str = "") -> None:
        names = {str(one): one for one in known if one != ""}
        close = difflib.get_close_matches(str(name), names, n=1)
        nearest = "".join(f"; the nearest is {names[one]!r}" for one in close)
        super().__init__(
            f"there is no {kind} {name!r}{where}{nearest}; there are: {', '.join(sorted(names))}"
        )

    def __str__(self) -> str:  # KeyError would put it in quotes
        return str(self.args[0])


def provenance() -> dict[str, str]:
    """What a stored result needs to be traced: commit, date, versions, processor and threads.

    Equal but for commit and date, two processes compute the same bits.

    - commit, of the checkout, with "+changes" where its files differ, stored results aside; date, UTC;
    - python and packages: versions;
    - machine: processor and number of cores; instructions: those that torch and numba use of it, and limits
      that the environment sets;
    - blas: name, version and kernel of each library that is loaded (torch may hold another inside itself);
    - torch_threads, on which walkers run, too, blas_threads, and OMP_NUM_THREADS as the environment has it.

    Returns:
        these by their names, all as text.

    >>> provenance()["numpy"] == np.__version__
    True
    """
    packages = ("dnnising", "numpy", "scipy", "numba", "torch", "transformers")
    libraries = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    libraries.sort(key=lambda pool: (pool["internal_api"], str(pool["version"])))
    return {
        "commit": _commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "instructions": _instructions(),
        **{name: _version(name) for name in packages},
        "blas": ", ".join(map(_library, libraries)) or "not known",
        "blas_threads": ", ".join(str(pool["num_threads"]) for pool in libraries) or "1",
        "torch_threads": str(torch.get_num_threads()),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "not set"),
    }


def _library(pool: dict[str, Any]) -> str:
    """Such as "openblas 0.3.31 (Haswell)"."""
    kernel = f" ({pool['architecture']})" if pool.get("architecture") else ""
    return f"{pool['internal_api']} {pool['version']}{kernel}"


def _instructions() -> str:
    """Such as "torch AVX2, numba znver3", and what the environment forbids torch's own libraries."""
    limits = [f"{name} {os.environ[name]}" for name in _LIMITS if name in os.environ]
    own = os.environ.get("NUMBA_CPU_NAME") or llvmlite.binding.get_host_cpu_name()
    return ", ".join([f"torch {torch.backends.cpu.get_cpu_capability()}", f"numba {own}", *limits])


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
    """The checkout's commit, with "+changes" where tracked files but stored results differ from it."""
    here = Path(__file__)
    try:
        _git(here, "ls-files", "--error-unmatch", here.name)  # or it is the commit of some other project
        commit = _git(here, "rev-parse", "HEAD")
        changes = _git(here, "status", "--porcelain", "--untracked-files=no", "--", ":(top)", _RESULTS)
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return commit + "+changes" * bool(changes)


def _git(file: Path, *words: str) -> str:
    command = ["git", "--no-optional-locks", *words]
    return subprocess.run(command, cwd=file.parent, capture_output=True, text=True, check=True).stdout.strip()
