"""What every experiment shares: its command line, resuming, and provenance.

An experiment is a list of cells, each a name, a computation that takes its own random generator and returns
arrays, and its parameters, which the record keeps: by them `dnnising.results` finds the cell again. Each
field states how it is compared with one made elsewhere (`agreement`). A finished cell is on disk at once, in
a file of its own: a stopped run loses only the cells it was in, and to keep the last of thousands costs no
more than the first. A cell of hours keeps its state there as well and loses half a minute. A cell that cannot
be had here raises `Unreachable`; the result names it, and `--resume` elsewhere fills it in. Cells are joblib
tasks: they run here one by one, on `--jobs N` processes, or on the Dask cluster whose scheduler is at `--dask
ADDRESS`, with the same result.
"""

import argparse
import functools
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import joblib
import numpy as np
import threadpoolctl
import torch

from book.experiments.agreement import Way, undeclared
from dnnising import store
from dnnising.results import Parameter, read

RESULTS = Path(__file__).parents[1] / "results"
Compute = Callable[..., dict[str, np.ndarray]]


@dataclass(frozen=True)
class Cell:
    """A computation.

    Args:
        compute: it, from its own random generator.
        parameters: that tell it from the others or from one of another scale.
        stream: of random numbers: (i,), or (i, j) for child j of it; by default (place in the list,).
        keeps: it takes path=, a file in which it keeps its state while it runs.
    """

    compute: Compute
    parameters: Mapping[str, Parameter]
    stream: tuple[int, ...] | None = None
    keeps: bool = False


def cell(
    compute: Compute, *, stream: tuple[int, ...] | None = None, keeps: bool = False, **more: Parameter
) -> Cell:
    """A cell; its parameters are the numbers and words of a `partial`, and what else tells it from others.

    >>> cell(partial(len, kind="glass", sizes=(2, 3)), sample=4).parameters
    {'kind': 'glass', 'sample': 4}

    Args:
        compute: what it computes, from its own random generator.
        stream: as of `Cell`: where a row of cells was one cell before, say, each keeps its random numbers.
        keeps: as of `Cell`.
        more: parameters.

    Raises:
        ValueError: a parameter is given twice.
    """
    arguments = compute.keywords if isinstance(compute, functools.partial) else {}
    values = {
        name: value.item() if isinstance(value, np.generic) else value for name, value in arguments.items()
    }
    if twice := values.keys() & more.keys():
        raise ValueError(f"given twice: {', '.join(sorted(twice))}")
    parameters = {name: one for name, one in values.items() if isinstance(one, Parameter)} | more
    return Cell(compute, parameters, stream, keeps)


def generator(seed: int, index: int, one: Cell) -> np.random.Generator:
    """The random generator of a cell, which stands at an index of the list.

    >>> child = np.random.default_rng([7, 3]).spawn(5)[4]
    >>> generator(7, 0, Cell(len, {}, stream=(3, 4))).random() == child.random()
    True
    """
    first, *children = one.stream or (index,)
    return np.random.default_rng(np.random.SeedSequence([seed, first], spawn_key=children))


class Unreachable(Exception):
    """What a cell needs is not on this machine: weights on a hub without a connection, say."""


def run(name: str, cells: Callable[[str], dict[str, Cell]], ways: Mapping[str, Way]) -> None:
    """Parse the command line, compute the cells that are not there yet, and store the result.

    Args:
        cells: from the scale, "quick" (seconds) or "full", to the cells by name.
        ways: by field, how it is compared on another machine. Where a field lies deeper, as in
            CELL/METHOD/FIELD, its name is the last part.

    Raises:
        ValueError: a field without a way, or a way for what no cell makes.
    """
    parser = _parser(name)
    options = parser.parse_args()
    out = options.out or RESULTS / f"{name}-{options.scale}.npz"
    folder = out.with_suffix(".partial")  # of the finished cells

    quick = options.scale == "quick"
    with one_thread() if quick else nullcontext():
        provenance = store.provenance()  # of the code as it is now, not as it may be hours later
    if options.scale == "full" and provenance["commit"].endswith("+changes") and not options.allow_changes:
        parser.error(
            "the checkout has changes, so that no commit would name the code of this result: commit them "
            "first, or ask for it with --allow-changes"
        )
    started = {"experiment": name, "scale": options.scale, "seed": options.seed}
    listed = cells(options.scale)
    if not options.resume:
        shutil.rmtree(folder, ignore_errors=True)
    elif out.exists() and not folder.exists():
        for key, one in _unpacked(out):
            _keep(folder, key, one)
    asked = options.cells or list(listed)
    if unknown := [key for key in asked if key not in listed]:
        parser.error(f"there is no cell {unknown[0]}, but {', '.join(list(listed)[:4])}, …")
    finished = _kept(folder)
    for key, one in finished.items():
        if one.started != started:
            parser.error(f"{folder} is of another experiment, scale or seed; remove it, or ask for the same")
        if key not in listed or one.parameters != listed[key].parameters:
            parser.error(f"{folder} has cells of other parameters, such as {key}; remove it")
    tasks = [
        joblib.delayed(_compute)(
            key,
            functools.partial(one.compute, path=_file(folder, key, ".state")) if one.keeps else one.compute,
            generator(options.seed, index, one),
            quick,
        )
        for index, (key, one) in enumerate(listed.items())
        if key in asked and key not in finished
    ]
    missing = {key: "left out by --cells" for key in listed if key not in asked and key not in finished}
    with _cluster(options.dask):
        done = joblib.Parallel(n_jobs=options.jobs, return_as="generator_unordered")(tasks)
        for key, result, spent in done:
            if isinstance(result, Unreachable):
                missing[key] = str(result)
                print(f"{key} is left out: {result}", flush=True)
                continue
            undeclared(ways, {f"{key}/{field}": array for field, array in result.items()}, complete=False)
            finished[key] = Finished(result, listed[key].parameters, spent, started, [provenance])
            _keep(folder, key, finished[key])
            print(f"{key}: {spent} s", flush=True)
    found = {key: finished[key] for key in listed if key in finished}
    arrays = {f"{key}/{field}": array for key, one in found.items() for field, array in one.fields.items()}
    undeclared(ways, arrays, complete=not missing)
    earlier: list[dict[str, str]] = []
    for origin in (origin for one in found.values() for origin in one.origins):
        if origin not in (provenance, *earlier):
            earlier.append(origin)
    record = started | {
        "provenance": provenance,
        "earlier": earlier,  # of cells that were kept
        "cells": {key: dict(one.parameters) for key, one in listed.items()},
        "seconds": {key: one.seconds for key, one in found.items()},
        "missing": missing,
    }
    store.save(out, arrays, record)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"wrote {out}")


def _parser(name: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{name}.py")
    parser.add_argument("--scale", choices=["quick", "full"], default="quick")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help=f"default: {RESULTS}/{name}-SCALE.npz")
    parser.add_argument("--resume", action="store_true", help="keep the cells that are finished")
    parser.add_argument(
        "--cells", nargs="+", metavar="CELL", help="only these; the others are left out until --resume"
    )
    parser.add_argument(
        "--allow-changes", action="store_true", help="a full result from code that no commit holds"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes; on a Dask cluster, tasks at a time")
    parser.add_argument("--dask", metavar="ADDRESS", help="of a Dask scheduler, such as tcp://10.0.0.1:8786")
    return parser


@dataclass(frozen=True)
class Finished:
    """A cell that has been computed.

    Args:
        fields: what it found.
        parameters: of the cell.
        seconds: that it took.
        started: experiment, scale and seed of the run that computed it.
        origins: provenances, one of which is its own.
    """

    fields: Mapping[str, np.ndarray]
    parameters: Mapping[str, Parameter]
    seconds: float
    started: Mapping[str, str | int]
    origins: list[dict[str, str]]


def _keep(folder: Path, key: str, one: Finished) -> None:
    record = {
        "cell": key,
        "parameters": dict(one.parameters),
        "seconds": one.seconds,
        "started": dict(one.started),
        "origins": one.origins,
    }
    store.save(_file(folder, key, ".npz"), one.fields, record)
    _file(folder, key, ".state").unlink(missing_ok=True)


def _file(folder: Path, key: str, ending: str) -> Path:
    """Where a cell is: finished (.npz), or in its middle (.state)."""
    return folder / f"{quote(key, safe='')}{ending}"


def _kept(folder: Path) -> dict[str, Finished]:
    """The cells of a stopped run, by name."""
    found = {}
    for path in sorted(folder.glob("*.npz")):
        fields, record = store.load(path)
        name = record.pop("cell")
        found[name] = Finished(fields, **record)
    return found


def _unpacked(path: Path) -> Iterator[tuple[str, Finished]]:
    """The cells of a stored result, which may lack some."""
    stored = read(path)
    record = stored.record
    started = {name: record[name] for name in ("experiment", "scale", "seed")}
    origins = [*record["earlier"], record["provenance"]]
    for key, fields in stored.fields.items():
        yield key, Finished(fields, stored.parameters[key], record["seconds"][key], started, origins)


def compute(cells: Mapping[str, Cell], seed: int) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """All quick cells in this process, without storing them: the arrays by name, and what is missing."""
    arrays: dict[str, np.ndarray] = {}
    missing: dict[str, str] = {}
    for index, (name, one) in enumerate(cells.items()):
        key, result, _ = _compute(name, one.compute, generator(seed, index, one), quick=True)
        if isinstance(result, Unreachable):
            missing[key] = str(result)
        else:
            arrays |= {f"{key}/{field}": array for field, array in result.items()}
    return arrays, missing


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch, the walkers of a run, and BLAS on one thread each, and afterwards on as many as before.

    So the quick scale computes: it is short, and the same bits come out again.
    """
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        with threadpoolctl.threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


def _compute(
    key: str, compute: Compute, rng: np.random.Generator, quick: bool
) -> tuple[str, dict[str, np.ndarray] | Unreachable, float]:
    clock = time.perf_counter()
    result: dict[str, np.ndarray] | Unreachable
    try:
        with one_thread() if quick else nullcontext():
            result = {name: np.asarray(value) for name, value in compute(rng).items()}
    except Unreachable as reason:
        result = reason
    return key, result, round(time.perf_counter() - clock, 2)


@contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    """Send joblib's tasks to the Dask scheduler at the address, if there is one.

    The workers need the package; the experiment's own code travels with the tasks.
    """
    if address is None:
        yield
        return
    import cloudpickle  # with the extra "cluster"
    from distributed import Client

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with Client(address) as client, joblib.parallel_config(backend="dask", client=client):
        yield
