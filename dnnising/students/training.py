"""Train students of a teacher by stochastic gradient descent, and watch them through time."""

from dataclasses import dataclass

import joblib
import numpy as np
from numpy.typing import NDArray

from dnnising.printing import counted, one_line, span
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, generator_of
from dnnising.students.batched import train_batched
from dnnising.students.compiled import train_compiled
from dnnising.students.history import StudentHistory, observe
from dnnising.students.student import Student, TeacherStudent, draw_student


@one_line
@dataclass(frozen=True, eq=False)
class StudentRun:
    """Independent students, each of its own teacher.

    Losses are L = ½⟨Σ_i (ŷ_i - y_i)²⟩ over all examples, half the mean squared error. NaN or infinite entries
    belong to students whose weights have overflowed. Times are numbers of updates.

    Args:
        task: teacher, student and examples.
        temperature: T = ε/B, learning rate over batch.
        weight_scale: σ_W of the initial weights.
        batch: B, examples in an update.
        updates: (times,) when students were looked at, from 0.
        null_losses: (runs,) the loss of a network that always answers 0: ½⟨|y|²⟩.
        losses: (runs, times) the loss L.
        gradient_norms: (runs, times) ‖∂L/∂W‖ over all examples and the layers that learn.
        alignments: (runs, times) cos(h, φ) = ⟨h·φ⟩/√(⟨h²⟩⟨φ²⟩) over examples, of the features φ of the last
            hidden layer and their field h_j = Σ_i W_ji y_i; ⟨h·φ⟩ is the field's part of the loss.
        displacements: (runs, times) ‖W - W_0‖/‖W_0‖ over the layers that learn.
        correlations: (runs, times, times) G(t, t') = ⟨φ_j(t) φ_j(t')⟩ over examples and features, raw.
        spectra: one array (runs, times, min(n_(l-1), n_l)) a layer, singular values, descending.

    >>> task = TeacherStudent(widths=(2, 3, 1), trained=(0,), examples=20)
    >>> run = train_students(task, temperature=0.02, weight_scale=1, updates=100, runs=5, snapshots=2, rng=0)
    >>> run.updates.tolist(), run.losses.shape, [layer.shape for layer in run.spectra]
    ([0, 10, 100], (5, 3), [(5, 3, 2), (5, 3, 1)])
    >>> bool(np.all(run.displacements[:, 0] == 0))
    True
    """

    task: TeacherStudent
    temperature: float
    weight_scale: float
    batch: int
    updates: NDArray[np.int64]
    null_losses: NDArray[np.float64]
    losses: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]
    alignments: NDArray[np.float64]
    displacements: NDArray[np.float64]
    correlations: NDArray[np.float64]
    spectra: tuple[NDArray[np.float64], ...]

    @property
    def loss(self) -> NDArray[np.float64]:
        """The loss L of each student after its last update, (runs,).

        >>> task = TeacherStudent(widths=(2, 3, 1), trained=(0,), examples=20)
        >>> run = train_students(task, temperature=0.02, weight_scale=1, updates=10, runs=5, rng=0)
        >>> bool(np.all(run.loss == run.losses[:, -1]))
        True
        """
        return self.losses[:, -1]

    @property
    def alignment(self) -> NDArray[np.float64]:
        """The cosine cos(h, φ) of each student's fields and features after its last update, (runs,).

        With one weight, h = wy of y = ax and φ = x, so the cosine is ±1, and 1 once w has the sign of a:

        >>> task = TeacherStudent(widths=(1, 1), trained=(0,), examples=20)
        >>> run = train_students(task, temperature=0.02, weight_scale=1, updates=1000, runs=5, rng=0)
        >>> bool(np.allclose(run.alignment, 1))
        True
        """
        return self.alignments[:, -1]

    @property
    def displacement(self) -> NDArray[np.float64]:
        """How far each student has moved by its last update, ‖W - W_0‖/‖W_0‖, (runs,).

        A colder student does less in as many updates.

        >>> task = TeacherStudent(widths=(2, 3, 1), trained=(0,), examples=20)
        >>> run, colder = (
        ...     train_students(task, temperature=T, weight_scale=1, updates=10, rng=0) for T in (0.02, 0.0002)
        ... )
        >>> bool(colder.displacement[0] < 0.1 * run.displacement[0])
        True
        """
        return self.displacements[:, -1]

    @property
    def normalised_correlations(self) -> NDArray[np.float64]:
        """The features' correlations without their amplitude, (runs, times, times).

            G(t, t')/√(G(t, t) G(t', t'))

        They are 1 on the diagonal, and 1 for all times as long as the features only grow or shrink together.

        >>> task = TeacherStudent(widths=(2, 3, 1), trained=(0,), examples=20)
        >>> run = train_students(task, temperature=0.02, weight_scale=1, updates=100, runs=5, rng=0)
        >>> bool(np.allclose(np.diagonal(run.normalised_correlations, axis1=1, axis2=2), 1))
        True
        """
        amplitude = np.sqrt(np.diagonal(self.correlations, axis1=1, axis2=2))
        with np.errstate(over="ignore", invalid="ignore"):  # of students that have overflowed
            return self.correlations / (amplitude[:, :, None] * amplitude[:, None, :])

    @property
    def correlation(self) -> NDArray[np.float64]:
        """The normalised correlation of each student's features at the end with those at the start, (runs,).

        Features that never learn, here the inputs themselves, stay as they were:

        >>> task = TeacherStudent(widths=(2, 1), trained=(0,), examples=20)
        >>> run = train_students(task, temperature=0.02, weight_scale=1, updates=100, runs=5, rng=0)
        >>> bool(np.allclose(run.correlation, 1))
        True
        """
        return self.normalised_correlations[:, 0, -1]

    @property
    def singular_values(self) -> NDArray[np.float64]:
        """The singular values of the first layer that learns, descending, (runs, times, min(n_(l-1), n_l)).

        >>> task = TeacherStudent(widths=(2, 3, 1), trained=(1,), examples=20)
        >>> run = train_students(task, temperature=0.02, weight_scale=1, updates=100, snapshots=2, rng=0)
        >>> bool(np.all(run.singular_values == run.spectra[1]))
        True
        """
        return self.spectra[self.task.lowest]

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Whose loss or weights are no longer finite after the last update, (runs,) of bool.

        >>> task = TeacherStudent(widths=(2, 1), trained=(0,), examples=20)
        >>> cold, hot = (
        ...     train_students(task, temperature=T, weight_scale=1, updates=2000, rng=0) for T in (0.02, 20.0)
        ... )
        >>> cold.diverged.tolist(), hot.diverged.tolist()
        ([False], [True])
        """
        weights = np.array([np.isfinite(layer[:, -1]).all(axis=1) for layer in self.spectra]).all(axis=0)
        return ~(weights & np.isfinite(self.loss))

    def _told(self) -> list[str]:
        told = [
            counted(len(self.losses), "student"),
            f"T = {self.temperature:.4g}",
            f"σ_W = {self.weight_scale:.4g}",
        ]
        told += [f"B = {self.batch}", f"updates {span(self.updates)}"]
        return [*told, f"loss at the end {span(self.losses[:, -1:])}"]


def train_students(
    task: TeacherStudent | None = None,
    *,
    temperature: float,
    weight_scale: float,
    batch: int = 4,
    updates: int = 30_000,
    snapshots: int = 8,
    runs: int = 1,
    threads: int = 1,
    device: str | None = None,
    progress: ShowProgress = None,
    rng: Rng,
) -> StudentRun:
    """Train students of a teacher by stochastic gradient descent, on batches drawn with replacement.

        W ← W - ε ∂L_B/∂W,     L_B = (1/B) Σ_b ½|ŷ_b - y_b|²,     ε = T B

    Every student has its own teacher, examples, start and order of batches, from a generator spawned from
    `rng`: neither their number, nor the threads, nor how often one looks changes what becomes of any of them.
    With a device the same updates are made in torch for all students at once; rounding differs.

    Args:
        task: teacher, student and examples; those of Aarts (2025) by default, `TeacherStudent()`.
        temperature: T = ε/B, learning rate over batch.
        weight_scale: σ_W; learning layers start from N(0, σ_W²/n_(l-1)).
        batch: B, examples in an update.
        updates: how many each student makes.
        snapshots: how many looks after the one at the start, evenly spaced in the logarithm of the updates
            (fewer where they coincide).
        runs: how many students, each with a teacher of its own.
        threads: how many the compiled path uses, one student a thread at a time.
        device: None for the compiled path, else torch's "cpu", "cuda", ….
        progress: called with the students done, of whom those on a device are done at once, how many there
            are, and {}; None shows a bar in notebooks and terminals, False nothing.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `StudentRun`, (runs, times).

    Raises:
        ValueError: a temperature or weight_scale that is not positive and finite, or batch, updates,
            snapshots, runs or threads below 1.

    >>> run = train_students(temperature=0.125, weight_scale=0.5, updates=2000, rng=np.random.default_rng(0))
    >>> bool(run.loss[0] < 0.1 * run.losses[0, 0])
    True
    """
    rng = generator_of(rng)
    task = task or TeacherStudent()
    for name, scale in {"temperature": temperature, "weight_scale": weight_scale}.items():
        if not 0 < scale < np.inf:
            raise ValueError(f"{name} must be positive and finite, got {scale}")
    counts = {"batch": batch, "updates": updates, "snapshots": snapshots, "runs": runs, "threads": threads}
    for name, count in counts.items():
        if count < 1:
            raise ValueError(f"{name} must be at least 1, got {count}")
    looks = updates ** (np.arange(1, snapshots + 1) / snapshots)
    times = np.unique(np.concatenate([[0], np.round(looks)])).astype(np.int64)
    own = rng.spawn(runs)
    if device is None:
        lives = joblib.Parallel(n_jobs=threads, backend="threading", return_as="generator")(
            joblib.delayed(_life)(task, temperature, weight_scale, batch, times, each) for each in own
        )
    else:
        students = [draw_student(task, weight_scale, each) for each in own]
        paths = train_batched(task, students, temperature, batch, times, device)
        lives = (_seen(task, student, path) for student, path in zip(students, paths))
    report = reporter(progress, "train_students")
    report(0, runs, {})
    finished = []
    for life in lives:
        finished.append(life)
        report(len(finished), runs, {})
    null_losses, histories = zip(*finished)
    return StudentRun(
        task,
        temperature,
        weight_scale,
        batch,
        times,
        np.array(null_losses),
        losses=np.array([history.losses for history in histories]),
        gradient_norms=np.array([history.gradient_norms for history in histories]),
        alignments=np.array([history.alignments for history in histories]),
        displacements=np.array([history.displacements for history in histories]),
        correlations=np.array([history.correlations for history in histories]),
        spectra=tuple(np.array(layer) for layer in zip(*(history.spectra for history in histories))),
    )


def _life(
    task: TeacherStudent,
    temperature: float,
    weight_scale: float,
    batch: int,
    times: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[float, StudentHistory]:
    """One student from its start to its last update, compiled."""
    student = draw_student(task, weight_scale, rng)
    return _seen(task, student, train_compiled(task, student, temperature, batch, times))


def _seen(task: TeacherStudent, student: Student, path: NDArray[np.float64]) -> tuple[float, StudentHistory]:
    """The loss of a network that answers 0, and the student's history."""
    null_loss = 0.5 * float(np.mean(np.sum(student.targets**2, axis=1)))
    return null_loss, observe(task, student, list(path))
