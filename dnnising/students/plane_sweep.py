"""Sweep the plane of temperature and initial weights; what is finished stays on disk."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising import store
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.progress import Report, unheard
from dnnising.students.diagram import PhaseDiagram
from dnnising.students.student import TeacherStudent
from dnnising.students.summary import summarise
from dnnising.students.training import train_students


def phase_diagram(
    temperatures: ArrayLike,
    weight_scales: ArrayLike,
    *,
    task: TeacherStudent | None = None,
    batch: int = 4,
    updates: int = 100_000,
    snapshots: int = 8,
    seeds: int = 100,
    path: str | os.PathLike | None = None,
    progress: Report | None = None,
    rng: Rng,
) -> PhaseDiagram:
    """Train `seeds` students at every point of the plane.

    Points are joblib tasks: `joblib.parallel_config(n_jobs=8)` computes eight at a time, `backend="dask"`
    sends them to a cluster. Each has a generator of its own, spawned from `rng`, so results do not depend on
    who computes what, bit for bit on machines of one kind.

    Args:
        temperatures: (m,) T = ε/B, learning rate over batch, positive.
        weight_scales: (n,) σ_W, positive; learning layers start from N(0, σ_W²/n_(l-1)).
        task: teacher, student and examples; those of Aarts (2025) by default, `TeacherStudent()`.
        batch: B, examples in an update.
        updates: how many each student makes.
        snapshots: how many looks after the one at the start, evenly spaced in the logarithm of the updates
            (fewer where they coincide).
        seeds: students at each point, each with a teacher of its own.
        path: a folder that takes every point as soon as it is finished, whole or not at all. Called again
            with the same arguments and an rng of the same seed, the sweep goes on where it was stopped.
        progress: called with the points done, those found on disk among them, how many there are, and {},
            like `progress_bar()`.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `PhaseDiagram`, (m, n) points.

    Raises:
        ValueError: an axis that is empty, not flat or not positive; a folder that holds another sweep; or
            batch, updates, snapshots or seeds below 1.
        DataFormatError: a file in the folder is damaged.

    Students of one linear layer: cold ones do not get anywhere, warm ones learn, and hot ones overshoot.

    >>> task = TeacherStudent(widths=(2, 1), trained=(0,), samples=20)
    >>> diagram = phase_diagram([1e-6, 0.02, 20.0], [1.0], task=task, updates=1000, seeds=3, rng=0)
    >>> [phase.name for phase in diagram.phases()[:, 0]]
    ['JAMMED', 'LEARNING', 'NO_CONVERGENCE']
    """
    rng = generator_of(rng)
    axes = [_axis(name, a) for name, a in (("temperatures", temperatures), ("weight_scales", weight_scales))]
    settings = {
        "task": task or TeacherStudent(),
        "batch": batch,
        "updates": updates,
        "snapshots": snapshots,
        "seeds": seeds,
    }
    report = progress or unheard
    points = [(i, j) for i in range(axes[0].size) for j in range(axes[1].size)]
    found: dict[tuple[int, int], dict[str, NDArray]] = {}
    tasks = []
    for (i, j), own in zip(points, rng.spawn(len(points))):
        point = {"temperature": float(axes[0][i]), "weight_scale": float(axes[1][j])}
        file = None if path is None else Path(path) / f"{i:03}-{j:03}.npz"
        record = _record(settings | point, own)
        if file is not None and file.exists():
            found[i, j] = _finished(file, record)
        else:
            tasks.append(joblib.delayed(_compute)((i, j), file, record, own, settings | point))
    report(len(found), len(points), {})
    for key, file, record, arrays in joblib.Parallel(return_as="generator_unordered")(tasks):
        if file is not None:
            store.save(file, arrays, record)
        found[key] = arrays
        report(len(found), len(points), {})
    arrays_of = [found[point] for point in points]
    observables = {
        name: np.reshape([arrays[name] for arrays in arrays_of], (axes[0].size, axes[1].size, *first.shape))
        for name, first in arrays_of[0].items()
        if name != "updates"
    }
    return PhaseDiagram(axes[0], axes[1], arrays_of[0]["updates"], seeds, observables)


def _compute(
    key: tuple[int, int], file: Path | None, record: dict, rng: np.random.Generator, options: dict[str, Any]
) -> tuple[tuple[int, int], Path | None, dict, dict[str, NDArray]]:
    """A point with what is needed to file it: the one who asked saves it, wherever it is computed."""
    return key, file, record, summarise(train_students(**options, rng=rng))


def _axis(name: str, values: ArrayLike) -> NDArray[np.float64]:
    axis = np.asarray(values, dtype=np.float64)
    if axis.ndim != 1 or axis.size == 0 or not np.all((axis > 0) & np.isfinite(axis)):
        raise ValueError(f"{name} must be a list of positive numbers, got {axis}")
    return axis


def _record(options: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """All that decides a point's result, as JSON has it."""
    seed = rng.bit_generator.seed_seq
    task = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(options["task"]).items()}
    return options | {"task": task, "seed": [str(seed.entropy), list(seed.spawn_key)]}  # type: ignore[attr-defined]


def _finished(file: Path, record: dict[str, Any]) -> dict[str, NDArray]:
    arrays, stored = store.load(file)
    if stored != record:
        differing = sorted(name for name in record if stored.get(name) != record[name])
        raise ValueError(
            f"{file} is of another sweep, which differs in {', '.join(differing)}; choose another path, or "
            "ask for the same"
        )
    return arrays
