"""Does something order where the paramagnet ends? The rule, written before the result was seen.

The end of the paramagnet, T_c, follows from a spectrum: there the soft mode w loses its stability. That need
not be a transition. What decides is the overlap m = w·S of sampled configurations, in a family of one kind
and many sizes, and the part q = ⟨m²⟩/(Σ|w|)² that it reaches of its largest possible value.

Null: nothing orders. Curves of U = 1 - ⟨m⁴⟩/3⟨m²⟩² for different sizes do not change places, and q goes to 0
as the system grows, below T_c too.

Statistic: where the U of consecutive sizes cross, in units of T_c, each sample by its own; extrapolated to
N = ∞ as T_× = T_∞ + a/N, as in mean field; its error by bootstrap over samples of the disorder.

Threshold: a pair crosses if the larger system has the larger U below and the smaller one above, each by `Z`
errors. Order survives if q at `COLD` T_c falls by less than N^(-1/3), by two errors: to a half when N grows
eightfold, where a paramagnet's falls to an eighth. The transition is at T_c if T_∞ is within 5 per cent of it
(`NEAR`), or within two errors where they are no larger than that.

After the first look two things were changed, and no threshold. Noise far from a crossing no longer moves it,
as each rung counts in units of its own error, and errors are those of the middle 68 per cent of resamples. A
network's passage was placed by a line through six rungs, which the cold ones, precise and past the bend,
drew to wrong places; now it lies between two.

Scope: the families that were sampled. One network has no family: blocks 1 … 6 of a trained one differ in more
than their number. For it there is only whether U passes the critical value of mean field near its T_c, and a
null, the same weights shuffled. Nothing of that is finite-size scaling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from dnnising.exact import CRITICAL_BINDER
from dnnising.results import Cells
from dnnising.sampling import Crossings, binder_crossings, overlap_cumulant
from dnnising.sampling.tempering.binder import spread_of
from dnnising.uncertainty import Estimate

Z = 3.0
NEAR = 0.05
COLD = 0.8  # of T_c, where q is read
SOFT_MODE, LEADING_PAIR = 0, 1  # directions


class Order(Enum):
    """What a family, or a network, does."""

    AT_THE_END = "orders where the paramagnet ends"
    ELSEWHERE = "orders at another temperature"
    NOWHERE = "does not order"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Scaling:
    """One kind of chain at several sizes, from small to large.

    Args:
        sizes: H.
        n_spins: N of each.
        temperatures: (n,) in units of T_c, or of where the mode is softest if there is none.
        binder: (sizes, n) U, of the mean moments of all samples; binder_error beside it.
        order: (sizes, n) q, mean over samples; order_error beside it.
        heat_capacity: (sizes, n) per spin, mean over samples.
        crossings: of consecutive sizes, in the same units.
    """

    sizes: tuple[int, ...]
    n_spins: NDArray
    temperatures: NDArray
    binder: NDArray
    binder_error: NDArray
    order: NDArray
    order_error: NDArray
    heat_capacity: NDArray
    crossings: Crossings

    @property
    def limit(self) -> Estimate:
        """T_∞, by a line in 1/N through the crossings; of one pair, its crossing. NaN if one is missing."""
        found, errors = self.crossings.temperatures, self.crossings.errors
        if not (np.isfinite(found).all() and np.isfinite(errors).all()):
            return Estimate(np.nan, np.nan)
        smallness = 1 / np.sqrt(self.n_spins[1:] * self.n_spins[:-1])
        again = self.crossings.resampled
        again = again[np.isfinite(again).all(axis=1)]
        if found.size == 1:
            return Estimate(found[0], errors[0])
        design = np.stack([np.ones_like(smallness), smallness], axis=1)
        floor = np.maximum(errors, 1e-9)[:, None]  # exact ones have none
        extrapolate = np.linalg.pinv(design / floor)[0] / floor[:, 0]
        return Estimate(float(extrapolate @ found), spread_of(again @ extrapolate))

    @property
    def survival(self) -> Estimate:
        """q at COLD T_c of the largest size over that of the smallest."""
        k = int(np.abs(self.temperatures - COLD).argmin())
        first, last = self.order[0, k], self.order[-1, k]
        ratio = last / first
        return Estimate(
            ratio, ratio * np.hypot(self.order_error[0, k] / first, self.order_error[-1, k] / last)
        )

    @property
    def crossing(self) -> NDArray[np.bool_]:
        """(pairs,) whether U changes places."""
        return (self.crossings.below >= Z) & (self.crossings.above <= -Z)

    @property
    def heat_maxima(self) -> NDArray:
        """Of each size, the temperature of the largest heat capacity, in units of T_c."""
        return self.temperatures[self.heat_capacity.argmax(axis=1)]

    @property
    def verdict(self) -> Order:
        """By the rule above."""
        needed = (self.n_spins[-1] / self.n_spins[0]) ** (-1 / 3)
        survives = self.survival - 2 * self.survival.error > needed
        vanishes = self.survival + 2 * self.survival.error < needed
        if not self.crossing.any() and vanishes:
            return Order.NOWHERE
        if not (self.crossing.all() and survives and self.limit.error <= NEAR):
            return Order.UNDECIDED
        at_the_end = abs(self.limit - 1) <= max(NEAR, 2 * self.limit.error)
        return Order.AT_THE_END if at_the_end else Order.ELSEWHERE


def read_family(chains: Cells, direction: int = SOFT_MODE) -> Scaling:
    """What the chains of one kind say together, along one of the two directions.

    Raises:
        ValueError: a size has fewer than two samples, or there is one size only.
    """
    by_size = chains.by("H")
    moments = [found["moments"][:, :, direction] for found in by_size.values()]  # (samples, n, 2)
    parts = [
        found["moments"][:, :, direction, 0] / found["largest"][:, direction, None]
        for found in by_size.values()
    ]  # (samples, n)
    one = next(iter(chains))
    T = one["temperatures"][0] / one["reference"][0]
    cumulants = [overlap_cumulant(size) for size in moments]
    return Scaling(
        sizes=tuple(by_size),
        n_spins=np.array([found["n_spins"][0] for found in by_size.values()]),
        temperatures=T,
        binder=np.array([U for U, _ in cumulants]),
        binder_error=np.array([error for _, error in cumulants]),
        order=np.array([part.mean(axis=0) for part in parts]),
        order_error=np.array([part.std(axis=0, ddof=1) / np.sqrt(len(part)) for part in parts]),
        heat_capacity=np.array([found["heat_capacity"].mean(axis=0) for found in by_size.values()]),
        crossings=binder_crossings(T, moments, rng=0),
    )


@dataclass(frozen=True)
class Passage:
    """One network along its ladder.

    Args:
        temperatures: (n,) in units of the weights.
        transition_temperature: T_c by the spectrum; NaN of a shuffled one.
        binder: (n,) U; binder_error beside it.
        order: (n,) q; order_error beside it.
        heat_capacity: (n,) per spin.
        participation: 1/Σw⁴, the number of spins that the mode is spread over.
    """

    temperatures: NDArray
    transition_temperature: float
    binder: NDArray
    binder_error: NDArray
    order: NDArray
    order_error: NDArray
    heat_capacity: NDArray
    participation: float

    @property
    def temperature(self) -> Estimate:
        """Where U passes the critical value of mean field as the network cools; NaN if it never does.

        The hottest place with two rungs in a row above it, on the line from there to the next hotter rung.
        """
        above = self.binder > CRITICAL_BINDER
        both = np.flatnonzero(above[:-1] & above[1:]) + 1
        if both.size == 0 or both[-1] == above.size - 1:
            return Estimate(np.nan, np.nan)
        cold, hot = both[-1], both[-1] + 1
        D, errors = self.binder[[cold, hot]] - CRITICAL_BINDER, self.binder_error[[cold, hot]]
        step, drop = self.temperatures[hot] - self.temperatures[cold], D[0] - D[1]
        by = step / drop**2 * np.array([-D[1], D[0]])  # of the place, to the two values
        return Estimate(self.temperatures[cold] + step * D[0] / drop, float(np.hypot(*(by * errors))))

    @property
    def ratio(self) -> Estimate:
        """The same in units of T_c."""
        return Estimate(
            self.temperature / self.transition_temperature,
            self.temperature.error / self.transition_temperature,
        )

    @property
    def rounding(self) -> float:
        """The relative width over which so few spins round a transition of mean field, 1/√participation."""
        return self.participation**-0.5

    @property
    def heat_maximum(self) -> float:
        """The temperature of the largest heat capacity on the ladder."""
        return float(self.temperatures[self.heat_capacity.argmax()])

    @property
    def verdict(self) -> Order:
        """Whether U passes its critical value near T_c; nowhere, if it does so at no temperature."""
        if not np.isfinite(self.temperature):
            hot = self.binder + 2 * self.binder_error < CRITICAL_BINDER
            return Order.NOWHERE if hot.mean() > 0.5 else Order.UNDECIDED
        if not np.isfinite(self.ratio) or self.ratio.error > NEAR:
            return Order.UNDECIDED
        at_the_end = abs(self.ratio - 1) <= max(NEAR, 2 * self.ratio.error)
        return Order.AT_THE_END if at_the_end else Order.ELSEWHERE


def read_network(cell: Mapping[str, NDArray], direction: int = SOFT_MODE) -> Passage:
    """What one network's cell says, along one of the two directions."""
    largest = cell["largest"][direction]
    return Passage(
        temperatures=cell["temperatures"],
        transition_temperature=float(cell["transition_temperature"]),
        binder=cell["binder"][:, direction],
        binder_error=cell["binder_error"][:, direction],
        order=cell["moments"][:, direction, 0] / largest,
        order_error=cell["moments_error"][:, direction, 0] / largest,
        heat_capacity=cell["heat_capacity"],
        participation=float(cell["participation"][direction]),
    )
