"""How a Wang-Landau walk lowers its modification factor f.

A schedule sees the walk at intervals that it chooses itself and answers with the next ln f, the time of its
next look, and whether the histogram starts anew.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Progress(NamedTuple):
    """Where a walk stands.

    flips: proposals so far; log_f: ln f, 0 when the schedule has ended; stage: histograms finished;
    next_look: number of flips at which the schedule is asked again.
    """

    flips: int
    log_f: float
    stage: int
    next_look: int


class Schedule(Protocol):
    """A rule for ln f."""

    def start(self, n_spins: int) -> Progress:
        """The first stage, before any flip."""

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage; a raised `stage` starts a new histogram.

        Args:
            visits: of the current histogram to the bins that the walk has ever visited.
        """


@dataclass(frozen=True)
class OneOverT:
    """Halve ln f whenever every known bin has been visited anew, then let it fall as 1/t.

    Belardinelli and Pereyra (Phys. Rev. E 75, 046701, 2007): once one more halving would take ln f below
    n_bins/flips it follows that instead, so the error keeps falling with time rather than saturating. Never
    ends by itself.

    Args:
        visits: least number of visits to every bin that ends a stage of the first phase.
    """

    visits: int = 10

    def start(self, n_spins: int) -> Progress:
        """ln f = 1."""
        return Progress(0, 1.0, 0, _interval(n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """Follow 1/t, or halve if every bin has been visited."""
        flips, log_f, stage, _ = progress
        next_look = flips + _interval(n_spins)
        limit = visits.size / flips
        if log_f / 2 <= limit:
            return Progress(flips, min(log_f, limit), stage, next_look)
        if visits.min() < self.visits:
            return Progress(flips, log_f, stage, next_look)
        return Progress(flips, log_f / 2, stage + 1, next_look)


@dataclass(frozen=True)
class Halving:
    """Halve ln f whenever every known bin has been visited visits/√(ln f) times; keep the last value.

    Zhou and Bhatt (Phys. Rev. E 72, 025701, 2005): with 1/√(ln f) visits the statistical error of a stage is
    as small as that which ln f itself makes. For estimators that need a nearly flat walk with a nearly
    constant g, like the moves of a replica-exchange run, and would inherit a bias from a larger ln f. Never
    ends by itself.

    Args:
        visits: of every bin that end the first stage, where ln f = 1.
        final_log_f: the value kept.
    """

    visits: int = 10
    final_log_f: float = 1e-6

    def start(self, n_spins: int) -> Progress:
        """ln f = 1."""
        return Progress(0, 1.0, 0, _interval(n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """Halve if every bin has been visited, unless ln f has reached its last value."""
        flips, log_f, stage, _ = progress
        next_look = flips + _interval(n_spins)
        if log_f <= self.final_log_f or visits.min() < self.visits / np.sqrt(log_f):
            return Progress(flips, log_f, stage, next_look)
        return Progress(flips, max(log_f / 2, self.final_log_f), stage + 1, next_look)


@dataclass(frozen=True)
class Flatness:
    """Halve ln f whenever no bin has fewer than `threshold` times the mean number of visits.

    Wang and Landau (Phys. Rev. Lett. 86, 2050, 2001). The error saturates: below some f more flips do not
    improve ln g.

    Args:
        threshold: 0.8 as in the original.
        final_log_f: the walk ends when ln f falls below it.
    """

    threshold: float = 0.8
    final_log_f: float = 1e-8

    def start(self, n_spins: int) -> Progress:
        """ln f = 1."""
        return Progress(0, 1.0, 0, _interval(n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """Halve if flat."""
        flips, log_f, stage, _ = progress
        next_look = flips + _interval(n_spins)
        if visits.min() < self.threshold * visits.mean():
            return Progress(flips, log_f, stage, next_look)
        halved = log_f / 2
        return Progress(flips, halved if halved >= self.final_log_f else 0.0, stage + 1, next_look)


@dataclass(frozen=True)
class FixedStages:
    """The first source's schedule: stages of a given length, whatever the histogram looks like.

    Stosic et al. 2022, appendix: 10 N flips, 10 % more after every reset of the histogram; ln f piecewise
    linear on a logarithmic scale in the number of resets; the end at ln f = 1e-4. The source does not print
    the slopes. Ours are steep, then gentle: two decades in ten stages, two more in thirty.

    Args:
        knots: (stage, ln f) pairs between which log ln f is linear; the walk ends at the last.
        sweeps: flips of the first stage over N.
        growth: ratio of the lengths of consecutive stages.
    """

    knots: tuple[tuple[int, float], ...] = ((0, 1.0), (10, 1e-2), (40, 1e-4))
    sweeps: float = 10.0
    growth: float = 1.1

    def start(self, n_spins: int) -> Progress:
        """The first knot."""
        return Progress(0, self.knots[0][1], 0, int(self.sweeps * n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage, by the clock alone."""
        stage = progress.stage + 1
        length = int(self.sweeps * n_spins * self.growth**stage)
        stages, values = np.array(self.knots).T
        log_f = 0.0 if stage >= stages[-1] else float(np.exp(np.interp(stage, stages, np.log(values))))
        return Progress(progress.flips, log_f, stage, progress.flips + length)


def _interval(n_spins: int) -> int:
    """Flips between looks: a hundred sweeps, but no fewer than pay for the look."""
    return max(100 * n_spins, 10_000)
