"""Sweep the plane of temperature and initial weights."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising import store
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, fingerprint, generator_of
from dnnising.resuming import identity, keep, resumed
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
    runs: int = 100,
    path: str | os.PathLike | None = None,
    progress: ShowProgress = None,
    rng: Rng,
) -> PhaseDiagram:
    """Train `runs` students at every point of the plane.

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
        runs: students at each point, each with a teacher of its own.
        path: where to keep the finished points, every half minute and at the end. If the file is there, the
            sweep computes those that it lacks, and is the same as if it had never stopped.
        progress: called with the points done, those found at path among them, how many there are, and {};
            None shows a bar in notebooks and terminals, False nothing.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `PhaseDiagram`, (m, n) points.

    Raises:
        ValueError: an axis that is empty, not flat or not positive; the file at path holds a sweep of other
            axes, options or rng; or batch, updates, snapshots or runs below 1.
        DataFormatError: the file at path is damaged.

    Students of one linear layer: cold ones do not get anywhere, warm ones learn, and hot ones overshoot.

    >>> task = TeacherStudent(widths=(2, 1), trained=(0,), examples=20)
    >>> diagram = phase_diagram([1e-6, 0.02, 20.0], [1.0], task=task, updates=1000, runs=3, rng=0)
    >>> [phase.name for phase in diagram.phases()[:, 0]]
    ['JAMMED', 'LEARNING', 'NO_CONVERGENCE']
    """
    rng = generator_of(rng)
    axes = [_axis(name, a) for name, a in (("temperatures", temperatures), ("weight_scales", weight_scales))]
    settings: dict[str, Any] = {
        "task": task or TeacherStudent(),
        "batch": batch,
        "updates": updates,
        "snapshots": snapshots,
        "runs": runs,
    }
    T, scales = (axis.tolist() for axis in axes)
    asked = identity(temperatures=T, weight_scales=scales, **settings, rng=fingerprint(rng))
    points = [{"temperature": one, "weight_scale": scale} for one in T for scale in scales]
    own = rng.spawn(len(points))  # also where the sweep goes on: what the caller spawns next is the same
    start = resumed(path, "sweep", _loaded, asked) or _Sweep(asked, {})
    tasks = [
        joblib.delayed(_compute)(k, own[k], settings | point)
        for k, point in enumerate(points)
        if k not in start.points
    ]
    report = reporter(progress, "phase_diagram")
    for sweep in keep(_swept(start, tasks), path):
        report(len(sweep.points), len(points), {})
    arrays_of = [sweep.points[k] for k in range(len(points))]
    observables = {
        name: np.reshape([arrays[name] for arrays in arrays_of], (axes[0].size, axes[1].size, *first.shape))
        for name, first in arrays_of[0].items()
        if name != "updates"
    }
    return PhaseDiagram(axes[0], axes[1], arrays_of[0]["updates"], runs, observables)


@dataclass(frozen=True, eq=False)
class _Sweep:
    """The points that are finished, by their place in the order (T_0, σ_0), (T_0, σ_1), …"""

    asked: Mapping[str, str]
    points: dict[int, dict[str, NDArray]]

    def save(self, path: str | os.PathLike) -> None:
        """Write all points to one file, atomically; `_loaded` reads it."""
        gathered = list(self.points.values())
        names = gathered[0] if gathered else ()  # before the first point there is nothing to name
        arrays = {name: np.stack([point[name] for point in gathered]) for name in names}
        arrays["places"] = np.array(list(self.points), dtype=np.int64)
        store.save(path, arrays, {"asked": self.asked})


def _loaded(arrays: dict[str, NDArray], record: dict[str, Any]) -> _Sweep:
    places = arrays.pop("places").tolist()
    points = {k: {name: array[row] for name, array in arrays.items()} for row, k in enumerate(places)}
    return _Sweep(record["asked"], points)


def _swept(sweep: _Sweep, tasks: list[Any]) -> Iterator[_Sweep]:
    """The sweep as it is and after each point, which is added in place."""
    yield sweep
    for place, point in joblib.Parallel(return_as="generator_unordered")(tasks):
        sweep.points[place] = point
        yield sweep


def _compute(place: int, rng: np.random.Generator, options: dict[str, Any]) -> tuple[int, dict[str, NDArray]]:
    """A point and its place."""
    return place, summarise(train_students(**options, progress=False, rng=rng))


def _axis(name: str, values: ArrayLike) -> NDArray[np.float64]:
    axis = np.asarray(values, dtype=np.float64)
    if axis.ndim != 1 or axis.size == 0 or not np.all((axis > 0) & np.isfinite(axis)):
        raise ValueError(f"{name} must be a list of positive numbers, got {axis}")
    return axis
