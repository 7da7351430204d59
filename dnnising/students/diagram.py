"""Students over the plane of temperature and initial weights: where they learn, and where they do not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dnnising.printing import one_line
from dnnising.students.learning_phases import LearningPhase, assign_learning_phase
from dnnising.students.summary import LOWER, MEDIAN, UPPER, WITH_QUANTILES


@one_line
@dataclass(frozen=True, eq=False)
class PhaseDiagram:
    """Students over the plane of the temperature T = ε/B and the scale σ_W of their initial weights.

    Args:
        temperatures: (m,) T = ε/B, learning rate over batch.
        weight_scales: (n,) σ_W of the initial weights.
        updates: (k,) when students were looked at, in updates, from 0.
        runs: how many students there are at each point.
        observables: arrays (m, n, …) by the names of `summarise`, behind the first two axes as it has them.

    >>> from dnnising.students import TeacherStudent, phase_diagram
    >>> task = TeacherStudent(widths=(2, 1), trained=(0,), examples=20)  # without a hidden layer
    >>> diagram = phase_diagram([0.01, 0.1], [1.0], task=task, updates=10, snapshots=1, runs=5, rng=0)
    >>> diagram.updates.tolist(), diagram.observables["displacement"].shape  # T, σ_W, quantiles, looks
    ([0, 10], (2, 1, 5, 2))
    """

    temperatures: NDArray[np.float64]
    weight_scales: NDArray[np.float64]
    updates: NDArray[np.int64]
    runs: int
    observables: dict[str, NDArray]

    def median(self, name: str, look: int = -1) -> NDArray[np.floating]:
        """The median over the students of an observable at one look; NaN counts as larger than any number.

        Args:
            name: of an observable that `summarise` keeps the quantiles of, such as "scaled_loss".
            look: which of the looks; the last by default.

        Returns:
            (m, n), in the units of the observable.

        Raises:
            KeyError: no such observable, or one that has no quantiles.

        >>> quantiles = np.array([0.1, 0.2, 0.3, 0.4, np.nan])[None, None, :, None]
        >>> points = {"scaled_loss": quantiles}
        >>> PhaseDiagram(np.ones(1), np.ones(1), np.zeros(1, int), 9, points).median("scaled_loss").tolist()
        [[0.3]]
        """
        return self._quantiles(name)[:, :, MEDIAN, look]

    def error(self, name: str) -> NDArray[np.floating]:
        """The standard error of `median` at the last look, 0.93 of the distance of the quartiles over √runs.

        For a normal law: the error of a median is √(π/2) σ/√n, and the quartiles lie 1.349 σ apart.

        Args:
            name: as `median` takes it.

        Returns:
            (m, n), in the units of the observable.

        Raises:
            KeyError: no such observable, or one that has no quantiles.

        >>> points = {"scaled_loss": np.arange(5.0)[None, None, :, None]}  # quartiles 1 and 3
        >>> PhaseDiagram(np.ones(1), np.ones(1), np.zeros(1, int), 4, points).error("scaled_loss").tolist()
        [[0.93]]
        """
        quartiles = self._quantiles(name)[:, :, :, -1]
        return 0.93 * (quartiles[:, :, UPPER] - quartiles[:, :, LOWER]) / np.sqrt(self.runs)

    def phases(self, look: int = -1, *, learnt: float = 0.01, moved: float = 1.0) -> NDArray[np.object_]:
        """The phase of the median student at each point; `assign_learning_phase` has the rule.

        Args:
            look: which of the looks; the last by default.
            learnt: the scaled loss below which a student has learnt.
            moved: the displacement ‖W - W_0‖/‖W_0‖ below which a student is jammed.

        Returns:
            Members of `LearningPhase`, (m, n).

        Raises:
            ValueError: a threshold that is not positive.

        >>> loss, displacement = np.array([[0.5], [1e-4]]), np.array([[0.1], [0.8]])
        >>> points = {"scaled_loss": loss, "displacement": displacement}
        >>> points = {name: np.repeat(values, 5, axis=1)[:, None, :, None] for name, values in points.items()}
        >>> diagram = PhaseDiagram(np.array([0.1, 0.2]), np.ones(1), np.zeros(1, int), 3, points)
        >>> [phase.name for phase in diagram.phases()[:, 0]]
        ['JAMMED', 'LEARNING']
        """
        return assign_learning_phase(
            self.median("scaled_loss", look), self.median("displacement", look), learnt=learnt, moved=moved
        )

    def share(self, phase: LearningPhase, look: int = -1) -> float:
        """The share of the points of the plane that are in a phase.

        Args:
            phase: of the median student.
            look: which of the looks; the last by default.

        Returns:
            From 0 to 1.

        >>> points = {name: np.full((1, 2, 5, 1), 0.5) for name in ("scaled_loss", "displacement")}
        >>> diagram = PhaseDiagram(np.ones(1), np.array([0.5, 2.0]), np.zeros(1, int), 3, points)
        >>> diagram.share(LearningPhase.JAMMED)
        1.0
        """
        return float(np.mean(self.phases(look) == phase))

    def at(self, temperature: float, weight_scale: float) -> tuple[int, int]:
        """The nearest point, in the logarithms of T and σ_W.

        Args:
            temperature: T = ε/B, positive.
            weight_scale: σ_W, positive.

        Returns:
            Its place along the first two axes.

        >>> diagram = PhaseDiagram(np.array([0.1, 10.0]), np.array([1.0, 100.0]), np.zeros(1, int), 3, {})
        >>> diagram.at(2.0, 9.0)  # 2 is nearer to 10 than to 0.1, by factors
        (1, 0)
        """
        i = np.abs(np.log(self.temperatures / temperature)).argmin()
        return int(i), int(np.abs(np.log(self.weight_scales / weight_scale)).argmin())

    def look(self, updates: float) -> int:
        """The look nearest to so many updates, in their logarithm; the start counts as half an update.

        Args:
            updates: positive.

        Returns:
            Its place among the looks.

        >>> PhaseDiagram(np.ones(1), np.ones(1), np.array([0, 10, 100, 1000]), 3, {}).look(400)
        3
        """
        return int(np.abs(np.log(np.maximum(self.updates, 0.5) / updates)).argmin())

    def _quantiles(self, name: str) -> NDArray[np.floating]:
        if name not in WITH_QUANTILES:
            raise KeyError(f"no quantiles of {name!r}; there are those of {', '.join(WITH_QUANTILES)}")
        return self.observables[name]
