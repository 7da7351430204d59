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

    Args:
        flips: single flips proposed so far.
        log_f: ln f, in nats; 0 when the schedule has ended.
        stage: how many histograms are finished.
        next_look: the number of flips at which the schedule is asked again.

    >>> OneOverT().start(n_spins=64)
    Progress(flips=0, log_f=1.0, stage=0, next_look=10000)
    """

    flips: int
    log_f: float
    stage: int
    next_look: int


class Schedule(Protocol):
    """A rule for ln f: any object with these two methods. A walk at a path knows it again by its repr.

    >>> schedule: Schedule = FixedStages(knots=((0, 1.0), (2, 0.01)))
    >>> stage = schedule.start(n_spins=64)
    >>> while stage.log_f > 0:
    ...     stage = schedule.look(stage._replace(flips=stage.next_look), 64, np.ones(5))
    >>> stage.stage, stage.flips  # 640 and 704 flips
    (2, 1344)
    """

    def start(self, n_spins: int) -> Progress:
        """The first stage, before any flip.

        Args:
            n_spins: N, the number of spins.

        >>> FixedStages().start(n_spins=64)  # ten flips a spin
        Progress(flips=0, log_f=1.0, stage=0, next_look=640)
        """

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage; a raised `stage` starts a new histogram.

        Args:
            progress: where the walk stands, its flips brought up to date.
            n_spins: N, the number of spins.
            visits: (n_known,) of the current histogram, to the bins that the walk has ever visited.

        >>> Flatness().look(Progress(10_000, 1.0, 0, 10_000), 64, np.array([90, 110]))
        Progress(flips=10000, log_f=0.5, stage=1, next_look=20000)
        """


@dataclass(frozen=True)
class OneOverT:
    """Halve ln f whenever every known bin has been visited anew, then let it fall as 1/t.

    Belardinelli and Pereyra (Phys. Rev. E 75, 046701, 2007): once one more halving would take ln f below
    n_bins/flips it follows that instead, so the error keeps falling with time rather than saturating. Never
    ends by itself.

    Args:
        visits: least number of visits to every bin that ends a stage of the first phase.

    >>> now = Progress(flips=10_000, log_f=0.0006, stage=10, next_look=10_000)
    >>> OneOverT().look(now, 64, visits=np.array([9, 5, 7, 8])).log_f  # 4 bins/10000 flips
    0.0004
    """

    visits: int = 10

    def start(self, n_spins: int) -> Progress:
        """The first stage, with ln f = 1.

        Args:
            n_spins: N, the number of spins.

        >>> OneOverT().start(n_spins=1000)  # asked again after a hundred sweeps
        Progress(flips=0, log_f=1.0, stage=0, next_look=100000)
        """
        return Progress(0, 1.0, 0, _interval(n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage: follow 1/t, or halve ln f if every bin has been visited.

        Args:
            progress: where the walk stands, its flips brought up to date.
            n_spins: N, the number of spins.
            visits: (n_known,) of the current histogram, to the bins that the walk has ever visited.

        >>> now = Progress(flips=10_000, log_f=1.0, stage=0, next_look=10_000)
        >>> [OneOverT(visits=10).look(now, 64, np.array([least, 50])).log_f for least in (9, 10)]
        [1.0, 0.5]
        """
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
        visits: how many visits of every bin end the first stage, where ln f = 1.
        final_log_f: the value of ln f that is kept, in nats.

    >>> now = Progress(flips=10_000, log_f=0.25, stage=2, next_look=10_000)
    >>> [Halving(visits=10).look(now, 64, np.array([least, 50])).log_f for least in (19, 20)]  # 10/√0.25
    [0.25, 0.125]
    """

    visits: int = 10
    final_log_f: float = 1e-6

    def start(self, n_spins: int) -> Progress:
        """The first stage, with ln f = 1.

        Args:
            n_spins: N, the number of spins.

        >>> Halving().start(n_spins=1000)  # asked again after a hundred sweeps
        Progress(flips=0, log_f=1.0, stage=0, next_look=100000)
        """
        return Progress(0, 1.0, 0, _interval(n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage: halve ln f if every bin has been visited, unless it has reached its last value.

        Args:
            progress: where the walk stands, its flips brought up to date.
            n_spins: N, the number of spins.
            visits: (n_known,) of the current histogram, to the bins that the walk has ever visited.

        >>> now = Progress(flips=10_000, log_f=1e-6, stage=20, next_look=10_000)
        >>> Halving(final_log_f=1e-6).look(now, 64, np.array([10**6, 10**6])).log_f  # it stays
        1e-06
        """
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
        threshold: the share of the mean that the rarest bin must reach; 0.8 as in the original.
        final_log_f: the walk ends when ln f, in nats, falls below it.

    >>> now = Progress(flips=10_000, log_f=1.0, stage=0, next_look=10_000)
    >>> [Flatness(0.8).look(now, 64, np.array([least, 200 - least])).log_f for least in (79, 80)]
    [1.0, 0.5]
    """

    threshold: float = 0.8
    final_log_f: float = 1e-8

    def start(self, n_spins: int) -> Progress:
        """The first stage, with ln f = 1.

        Args:
            n_spins: N, the number of spins.

        >>> Flatness().start(n_spins=1000)  # asked again after a hundred sweeps
        Progress(flips=0, log_f=1.0, stage=0, next_look=100000)
        """
        return Progress(0, 1.0, 0, _interval(n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage: halve ln f if the histogram is flat, and end below the final value.

        Args:
            progress: where the walk stands, its flips brought up to date.
            n_spins: N, the number of spins.
            visits: (n_known,) of the current histogram, to the bins that the walk has ever visited.

        >>> now = Progress(flips=10_000, log_f=0.1, stage=3, next_look=10_000)
        >>> Flatness(final_log_f=0.1).look(now, 64, np.array([100, 100])).log_f  # the end
        0.0
        """
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
        knots: (stage, ln f) pairs, ln f in nats, between which log ln f is linear; the walk ends at the last.
        sweeps: flips of the first stage a spin.
        growth: ratio of the lengths of consecutive stages.

    >>> stage = FixedStages().look(Progress(0, 1.0, 4, 0), 64, np.ones(3))
    >>> stage.stage, round(stage.log_f, 9)  # half-way down two decades in ten stages
    (5, 0.1)
    """

    knots: tuple[tuple[int, float], ...] = ((0, 1.0), (10, 1e-2), (40, 1e-4))
    sweeps: float = 10.0
    growth: float = 1.1

    def start(self, n_spins: int) -> Progress:
        """The first stage, with ln f of the first knot.

        Args:
            n_spins: N, the number of spins.

        >>> FixedStages(sweeps=10).start(n_spins=64)
        Progress(flips=0, log_f=1.0, stage=0, next_look=640)
        """
        return Progress(0, self.knots[0][1], 0, int(self.sweeps * n_spins))

    def look(self, progress: Progress, n_spins: int, visits: NDArray[np.int64]) -> Progress:
        """The next stage, by the clock alone.

        Args:
            progress: where the walk stands, its flips brought up to date.
            n_spins: N, the number of spins.
            visits: (n_known,) visits to the known bins; they decide nothing here.

        >>> now = Progress(flips=640, log_f=1.0, stage=0, next_look=640)
        >>> FixedStages().look(now, 64, np.zeros(3)).next_look  # 10 % more than 640, after those
        1344
        """
        stage = progress.stage + 1
        length = int(self.sweeps * n_spins * self.growth**stage)
        stages, values = np.array(self.knots).T
        log_f = 0.0 if stage >= stages[-1] else float(np.exp(np.interp(stage, stages, np.log(values))))
        return Progress(progress.flips, log_f, stage, progress.flips + length)


def _interval(n_spins: int) -> int:
    """Flips between looks: a hundred sweeps, but no fewer than pay for the look."""
    return max(100 * n_spins, 10_000)
