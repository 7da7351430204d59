"""Sweep the plane of temperature and initial weights; what is finished stays on disk."""

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising import store
from dnnising.printing import one_line
from dnnising.progress import Report, _unheard as unheard
from dnnising.randomness import Rng, generator_of
from dnnising.students.phases import assign_phase
from dnnising.students.point import AT_THE_END, median_over_seeds, phase_point
from dnnising.students.student import TeacherStudent


@one_line
@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """Students over the plane of the temperature T = ε/B and the scale σ_W of their initial weights.

    Args:
        temperatures: (m,) T = ε/B, learning rate over batch.
        weight_scales: (n,) σ_W of the initial weights.
        updates: (k,) when students were looked at, in updates, from 0.
        observables: arrays by the names of `phase_point`, each with two axes (m, n) in front: (m, n, seeds)
            at the end, (m, n, k, …) medians in time.

    >>> task = TeacherStudent(widths=(2, 1), trained=(0,), samples=20)  # without a hidden layer
    >>> diagram = phase_diagram([0.01, 0.1], [1.0], task=task, updates=10, snapshots=1, seeds=5, rng=0)
    >>> diagram.observables["displacement"].shape, diagram.observables["displacements"].shape
    ((2, 1, 5), (2, 1, 2))
    """

    temperatures: NDArray[np.float64]
    weight_scales: NDArray[np.float64]
    updates: NDArray[np.int64]
    observables: dict[str, NDArray]

    def median(self, name: str) -> NDArray[np.float64]:
        """The median over the seeds of an observable at the end; NaN counts as larger than any number.

        Args:
            name: of an observable that `phase_point` gives at the end, such as "scaled_loss".

        Returns:
            (m, n), in the units of the observable.

        Raises:
            KeyError: no such observable; those in time are medians already.

        >>> points = {"scaled_loss": np.array([[[0.1, 0.3, np.nan]], [[0.1, np.nan, np.nan]]])}
        >>> diagram = PhaseDiagram(np.array([0.1, 0.2]), np.array([1.0]), np.array([0, 10]), points)
        >>> diagram.median("scaled_loss").tolist()
        [[0.3], [nan]]
        """
        if name not in AT_THE_END:
            raise KeyError(f"no observable {name!r} at the end; there are {', '.join(AT_THE_END)}")
        return median_over_seeds(np.moveaxis(self.observables[name], 2, 0))

    def phases(self, *, learnt: float = 0.01, moved: float = 1.0) -> NDArray[np.object_]:
        """The phase of the median student at each point; `assign_phase` has the rule.

        Args:
            learnt: the scaled loss below which a student has learnt.
            moved: the displacement ‖W - W_0‖/‖W_0‖ below which a student is jammed.

        Returns:
            Members of `Phase`, (m, n).

        Raises:
            ValueError: a threshold that is not positive.

        >>> loss, displacement = np.array([[[0.5]], [[1e-4]]]), np.array([[[0.1]], [[0.8]]])
        >>> points = {"scaled_loss": loss, "displacement": displacement}
        >>> diagram = PhaseDiagram(np.array([0.1, 0.2]), np.array([1.0]), np.array([0, 10]), points)
        >>> [phase.name for phase in diagram.phases()[:, 0]]
        ['JAMMED', 'LEARNING']
        """
        return assign_phase(
            self.median("scaled_loss"), self.median("displacement"), learnt=learnt, moved=moved
        )


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
    return collect(axes[0], axes[1], (found[point] for point in points))


def collect(
    temperatures: NDArray[np.float64],
    weight_scales: NDArray[np.float64],
    points: Iterable[dict[str, NDArray]],
) -> PhaseDiagram:
    """The diagram from its points, as `phase_point` returns them.

    Args:
        temperatures: (m,) T = ε/B, learning rate over batch.
        weight_scales: (n,) σ_W of the initial weights.
        points: m n of them in the order (T_0, σ_0), (T_0, σ_1), …, each a mapping from names to arrays.

    Returns:
        The `PhaseDiagram`, with the axes (m, n) in front of those of each point's arrays.

    Raises:
        ValueError: another number of points, or points whose arrays differ in shape.
        IndexError: no point at all.

    >>> points = [{"updates": np.array([0, 10]), "scaled_loss": np.array([k, k])} for k in range(6)]
    >>> collect(np.array([0.1, 0.2]), np.array([1.0, 2.0, 3.0]), points).median("scaled_loss").tolist()
    [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    """
    gathered = list(points)
    shape = (temperatures.size, weight_scales.size)
    observables = {
        name: np.reshape([point[name] for point in gathered], shape + gathered[0][name].shape)
        for name in gathered[0]
        if name != "updates"
    }
    return PhaseDiagram(temperatures, weight_scales, gathered[0]["updates"], observables)


def _compute(
    key: tuple[int, int], file: Path | None, record: dict, rng: np.random.Generator, options: dict[str, Any]
) -> tuple[tuple[int, int], Path | None, dict, dict[str, NDArray]]:
    """A point with what is needed to file it: the one who asked saves it, wherever it is computed."""
    return key, file, record, phase_point(rng, **options)


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
