"""Whether an overlap has ordered: Binder's cumulant, and where its curves for different sizes cross.

    U = 1 - ⟨m⁴⟩ / (3 ⟨m²⟩²)                                           (Binder, Z. Phys. B 43, 119, 1981)

is 0 for the normal m of a paramagnet and 2/3 where m is plus or minus one value. Below a transition U grows
with the size of the system and above it U falls, so that the curves of two sizes cross near the transition:
at it in the limit of large systems, where U has a value of its own (`dnnising.exact.CRITICAL_BINDER` in mean
field).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.density import jackknife_error
from dnnising.printing import counted, one_line
from dnnising.randomness import Rng, generator_of

_RESAMPLES = 500
_ROUNDING = 1e-12  # what the curves of one and the same sample may scatter by


def overlap_moments(overlaps: ArrayLike, *, blocks: int = 10) -> NDArray[np.float64]:
    """⟨m²⟩ and ⟨m⁴⟩ in blocks of successive sweeps, which are nearly independent if they are long.

    Args:
        overlaps: (runs, sweeps, …) m, as in `OverlapSamples`.
        blocks: how many each run is cut into.

    Returns:
        (runs · blocks, …, 2), ⟨m²⟩ and ⟨m⁴⟩ of each block.

    Raises:
        ValueError: fewer sweeps than blocks.

    >>> overlap_moments([[1.0, -1.0, 2.0, -2.0]], blocks=2).tolist()
    [[1.0, 1.0], [4.0, 16.0]]
    """
    m = np.asarray(overlaps, dtype=np.float64)
    if m.shape[1] < blocks:
        raise ValueError(f"{m.shape[1]} sweeps cannot be cut into {blocks} blocks")
    parts = [
        np.stack([(part**2).mean(axis=1), (part**4).mean(axis=1)], axis=-1)
        for part in np.array_split(m, blocks, axis=1)
    ]
    return np.concatenate(parts)


def overlap_cumulant(moments: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Binder's U = 1 - ⟨m⁴⟩/3⟨m²⟩² from the moments of several units, and its standard error by jackknife.

    Nothing is subtracted from m, whose mean is 0 by symmetry. `spectra.binder_cumulant`, of levels about
    their mean, has the opposite sign.

    Args:
        moments: (units, …, 2), ⟨m²⟩ and ⟨m⁴⟩ of each of two or more independent units: blocks, runs, or
            samples of the disorder. Means are taken first, so that short units leave no bias.

    Returns:
        U and U_error, (…) each.

    Raises:
        ValueError: fewer than two units.

    >>> rng = np.random.default_rng(0)
    >>> normal, two_states = rng.normal(size=(1, 4000)), rng.choice([-1.0, 1.0], size=(1, 4000))
    >>> U, error = overlap_cumulant(overlap_moments(np.stack([normal, two_states], axis=-1)))
    >>> bool(abs(U[0]) < 3 * error[0]), round(float(U[1]), 6)
    (True, 0.666667)
    """
    n = len(moments)
    if n < 2:
        raise ValueError(f"an error needs at least 2 units, got {n}")
    total = moments.sum(axis=0)
    left_out = np.array([_cumulant((total - one) / (n - 1)) for one in moments])
    return _cumulant(total / n), jackknife_error(left_out)


def _cumulant(moments: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 - moments[..., 1] / (3 * moments[..., 0] ** 2))


@one_line
@dataclass(frozen=True, eq=False)
class Crossings:
    """Where U of each size crosses that of the next larger one.

    Args:
        temperatures: (pairs,) in the units given; NaN where the two curves do not change places.
        errors: (pairs,) one standard error of each, by `spread_of`; NaN if fewer than half of the resamples
            have a crossing.
        resampled: (resamples, pairs) the temperatures in each resample of the units. Neighbouring pairs share
            a size, and these carry that to whatever is computed from them.
        below: (pairs,) U of the larger size less U of the smaller, in standard errors: the mean over the
            rungs from the crossing to that colder one where it is largest. A transition makes it positive.
        above: (pairs,) the same from the crossing to that hotter rung where it is smallest. A transition
            makes it negative.

    >>> Crossings(np.array([1.0]), np.array([0.1]), np.ones((500, 1)), np.array([9.0]), np.array([-9.0]))
    Crossings(1 pair of sizes, 500 resamples)
    """

    temperatures: NDArray[np.float64]
    errors: NDArray[np.float64]
    resampled: NDArray[np.float64]
    below: NDArray[np.float64]
    above: NDArray[np.float64]

    def _told(self) -> list[str]:
        pairs = self.temperatures.size
        return [f"{pairs} pair{'s' * (pairs != 1)} of sizes", counted(len(self.resampled), "resample")]


def binder_crossings(
    temperatures: ArrayLike, moments: Sequence[NDArray[np.float64]], *, rng: Rng
) -> Crossings:
    """Where the Binder cumulants of consecutive sizes cross, with errors by bootstrap over units.

    In the deep cold and at high temperature the difference D of two curves is nothing but noise, and it
    changes sign many times. The crossing is that place which parts positive D from negative D best: the sum
    over all colder rungs of D in units of its standard error is largest there. Between the two rungs that it
    lies between, D is a line.

    Args:
        temperatures: (n_temperatures,) ascending, the same for all sizes; as T/T_c of each sample, say.
        moments: for each size, from small to large, (units, n_temperatures, 2): ⟨m²⟩ and ⟨m⁴⟩ of independent
            units, two or more, such as samples of the disorder.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        a crossing for each pair of neighbouring sizes, and how surely U changes places there.

    Raises:
        ValueError: temperatures that do not ascend, moments of another shape, or fewer than two sizes or
            units.

    Two sizes of a Curie-Weiss magnet of two layers, exactly:

    >>> from dnnising.exact import curie_weiss_moments
    >>> T = np.linspace(0.8, 1.2, 9)
    >>> half = np.sqrt([0.5, 0.5])
    >>> sizes = [curie_weiss_moments([n, n], [1.0], half, T) for n in (100, 200)]
    >>> crossings = binder_crossings(T, [np.stack([size, size]) for size in sizes], rng=0)
    >>> bool(abs(crossings.temperatures[0] - 1) < 0.02)
    True
    """
    rng, T = generator_of(rng), np.asarray(temperatures, dtype=np.float64)
    if T.ndim != 1 or not np.all(np.diff(T) > 0):
        raise ValueError("temperatures must be one ascending list")
    shapes = [size.shape for size in moments]
    if len(moments) < 2 or any(shape[0] < 2 or shape[1:] != (T.size, 2) for shape in shapes):
        raise ValueError(
            f"moments must be of two sizes or more, (units, {T.size}, 2) each, and of two units or more; got "
            f"{shapes}"
        )
    drawn = [[size[rng.integers(len(size), size=len(size))] for size in moments] for _ in range(_RESAMPLES)]
    differences, resampled = _differences(moments), np.array([_differences(sizes) for sizes in drawn])
    scatter = resampled.std(axis=0)  # (pairs, n_temperatures)
    scatter = np.where(scatter > _ROUNDING, scatter, 1.0)  # exact curves have none
    found = np.array([_crossing(T, *pair) for pair in zip(differences, scatter)])  # (pairs,)
    again = np.array([[_crossing(T, *pair) for pair in zip(sizes, scatter)] for sizes in resampled])
    enough = np.isfinite(again).mean(axis=0) > 0.5
    errors = np.array([spread_of(column) if some else np.nan for column, some in zip(again.T, enough)])
    near = np.moveaxis(resampled, 1, 0)  # (pairs, resamples, n_temperatures)
    sides = [_sides(T, D, crossing) for D, crossing in zip(differences, found)]
    below, above = (
        np.array([_in_errors(*pair) for pair in zip(differences, near, side)]) for side in zip(*sides)
    )
    return Crossings(found, errors, again, below, above)


def spread_of(values: NDArray[np.float64]) -> float:
    """Half the width of the middle 68 per cent: the standard deviation of normal values, blind to far ones.

    A resample in which noise far from a transition crosses by chance must not count by its distance.

    Args:
        values: (n,) of any unit; NaN are left out.

    >>> round(spread_of(np.arange(101.0)), 6)  # from 15.87 to 84.13
    34.13
    """
    low, high = np.nanpercentile(values, [15.87, 84.13])
    return float((high - low) / 2)


def _differences(moments: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """U of each size but the first less U of the one before, (pairs, n_temperatures)."""
    return np.diff([_cumulant(size.mean(axis=0)) for size in moments], axis=0)


def _crossing(T: NDArray[np.float64], D: NDArray[np.float64], scatter: NDArray[np.float64]) -> float:
    """Where positive D gives way to negative D; NaN if they are best parted at an end."""
    colder = np.concatenate([[0.0], np.cumsum(D / scatter)])
    k = int(colder.argmax())  # rungs on the cold side
    if k in (0, T.size):
        return np.nan
    return float(T[k - 1] + (T[k] - T[k - 1]) * D[k - 1] / (D[k - 1] - D[k]))


def _sides(
    T: NDArray[np.float64], D: NDArray[np.float64], crossing: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The rungs from a crossing to the largest difference below it, and to the smallest above it."""
    cold, hot = crossing > T, crossing < T
    if not (cold.any() and hot.any()):
        return np.zeros_like(cold), np.zeros_like(hot)
    top, bottom = np.where(cold, D, -np.inf).argmax(), np.where(hot, D, np.inf).argmin()
    rungs = np.arange(T.size)
    return cold & (rungs >= top), hot & (rungs <= bottom)


def _in_errors(D: NDArray[np.float64], resampled: NDArray[np.float64], part: NDArray[np.bool_]) -> float:
    """The mean of D over a part of the temperatures, in standard errors; 0 for no part."""
    if not part.any():
        return 0.0
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # without scatter, as of exact moments, it is infinite
        return float(D[part].mean() / resampled[:, part].mean(axis=1).std())
