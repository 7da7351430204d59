"""What the second source says of the spherical p-spin glass: thresholds, bands, and the count by depth."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import curve_fit

from book.claims.claim import Claim, Verdict, check, judge
from dnnising import Estimate, landscapes
from dnnising.results import Cells

PAGE = "08-landscapes"
SIZES = {3: (32, 64, 128, 256), 4: (16, 24)}
EARLY = (2.0, 9.0)  # times at which 256 spins do not yet feel how few they are
Z = 3.0  # standard errors, for "this is another value"


def row(where: str, claim: str, theirs: str, ours: str, verdict: Verdict, figure: str) -> Claim:
    return Claim(f"Theoretical Findings, {where}", claim, theirs, ours, verdict, PAGE, figure)


# --- what is stored -----------------------------------------------------------------------------------------


def descent_ends(descents: Cells, p: int) -> tuple[NDArray, NDArray]:
    """Mean energy at the end of descent and its standard error over glasses, (sizes,) each."""
    ends = [Estimate.mean(descents.select(p=p, n=n)["energy"].mean(axis=1)) for n in SIZES[p]]
    return np.array(ends), np.array([end.error for end in ends])


def ends_by_size(n: ArrayLike, limit: float, scale: float, power: float) -> NDArray:
    """e_N = e_∞ + c N^(-ω)."""
    return limit + scale * np.asarray(n, dtype=float) ** -power


def limit_of_ends(descents: Cells, p: int) -> tuple[NDArray, NDArray]:
    """e_∞, c and ω of `ends_by_size`, all fitted, and their standard errors, (3,) each."""
    energy, error = descent_ends(descents, p)
    start = (-landscapes.threshold_energy(p), 1.0, 0.6)
    fit, covariance = curve_fit(ends_by_size, SIZES[p], energy, start, sigma=error, absolute_sigma=True)
    return fit, np.sqrt(np.diag(covariance))


def limit_in_time(descents: Cells, n: int = 256) -> Estimate:
    """Where H/N at p = 3 goes as e + c t^(-2/3), from EARLY times: the mean over glasses."""
    found = descents.select(p=3, n=n)
    times, history = found["times"][0], found["history"]
    early = (times > EARLY[0]) & (times < EARLY[1])
    _, limits = np.polyfit(times[early] ** (-2 / 3), history[:, early].T, 1)
    return Estimate.mean(limits)


def lowest_again(descents: Cells, n: int) -> Estimate:
    """Per cent of descents that end at the lowest energy of their glass's eight, 12.5 if all ends differ."""
    energy = descents.select(p=3, n=n)["energy"]
    return Estimate.mean(100 * (energy < energy.min(axis=1, keepdims=True) + 1e-4).mean(axis=1))


def critical_points_of(saddles: Cells, p: int, n: int) -> Iterator[list[NDArray]]:
    """Energies and indices of the points of each glass, two lists of (points,)."""
    glasses = saddles.select(part="points", p=p, n=n)
    return ([glass.one[field] for glass in glasses] for field in ("energy", "index"))


def band(saddles: Cells, n: int, field: str) -> NDArray:
    """Expected numbers of points by index at p = 3, (N,): `inside` (below -E_∞), `everywhere`, or errors."""
    return saddles.select(part="band", p=3, n=n).one[field]


def minima_above(saddles: Cells, n: int) -> float:
    """Of all critical points above the threshold, the expected share of minima."""
    above = band(saddles, n, "everywhere") - band(saddles, n, "inside")
    return float(above[0] / above.sum())


def minima_inside(saddles: Cells, n: int) -> float:
    """Of all minima, the expected share below the threshold."""
    return float(band(saddles, n, "inside")[0] / band(saddles, n, "everywhere")[0])


def count_at_budget(parameters: int = 4000, deepest: int = 40) -> tuple[NDArray, NDArray]:
    """Hidden layers h = 1, 2, … and ln of the count, (deepest,) each, with 64 inputs and 10 outputs.

    H = h + 1 weights multiply along each of the network's Λ^H paths, so that Λ is the geometric mean of the
    sizes of its layers; the formula is taken at that Λ, whole or not.
    """
    hidden, logarithms = np.arange(1, deepest + 1), []
    for h in hidden.tolist():
        sizes = landscapes.sizes_for_budget(64, 10, depth=h, parameters=parameters)
        size = np.exp(np.log(sizes).sum() / (h + 1))
        logarithms.append(np.log(size) if h == 1 else size * np.log(h) - np.log(h - 1))
    return hidden, np.array(logarithms)


# --- rows ---------------------------------------------------------------------------------------------------


@check("pspin_descent")
def formula(descents: Cells) -> Claim:
    threshold = landscapes.threshold_energy(3)
    in_time = limit_in_time(descents)
    fit, errors = limit_of_ends(descents, 3)
    in_size = Estimate(fit[0], errors[0])
    return row(
        "E_∞(H)",
        "descent meets a threshold at E_∞ = 2√((H−1)/H)",
        f"{threshold:.4f} at H = 3",
        f"descent at p = 3 tends to {in_time} in time (N = 256), and its ends to {in_size} in N",
        judge(all(abs(limit.sigmas_above(-threshold)) < Z for limit in (in_time, in_size))),
        "fig-descent",
    )


@check("pspin_descent")
def dimension(descents: Cells) -> Claim:
    energies, errors = descent_ends(descents, 3)
    largest = Estimate(energies[-1], errors[-1])
    wrong = landscapes.threshold_energy(256)
    return row(
        "E_∞(H)",
        "H is the dimensionality of the system",
        f"so E_∞ = {wrong:.3f} for 256 spins",
        f"{largest} with 256 spins; H is the number of spins in a term",
        Verdict.REFUTED if largest.sigmas_above(-wrong) > Z else Verdict.REPRODUCED,
        "fig-descent",
    )


@check("pspin_saddles")
def saddles_above(saddles: Cells) -> Claim:
    shares = {n: minima_above(saddles, n) for n in (6, 10, 20, 40)}
    return row(
        "band; Conclusion",
        "above the band minima are exponentially rarer than saddles of high index",
        "exponentially",
        "expected share of minima: " + ", ".join(f"{share:.1e} at N = {n}" for n, share in shares.items()),
        judge(all(late < early / 2 for early, late in pairwise(shares.values()))),
        "fig-saddles",
    )


@check("pspin_saddles")
def saddles_inside(saddles: Cells) -> Claim:
    growth = float(landscapes.complexity_of_index(3, 1, -landscapes.threshold_energy(3)))
    numbers = []
    for n in (10, 40):
        error = np.sqrt(np.sum(band(saddles, n, "inside_error")[1:] ** 2))
        numbers.append(f"{Estimate(band(saddles, n, 'inside')[1:].sum(), error)} at N = {n}")
    return row(
        "band; Conclusion",
        "in the band the probability that there is a saddle goes to zero with size",
        "to zero",
        f"expected number {', '.join(numbers)}: small, but it grows as exp({growth:.4f} N), as that of "
        "minima; only at a fixed energy below −E_∞ does their share go to zero",
        Verdict.REFUTED if growth > 0 else Verdict.REPRODUCED,
        "fig-complexity",
    )


@check("pspin_saddles")
def confined(saddles: Cells) -> Claim:
    shares = {n: minima_inside(saddles, n) for n in (6, 20, 60)}
    return row(
        "band; Conclusion",
        "minima are confined within the band from −E_0 to −E_∞",
        "confined",
        "expected share of minima inside: "
        + ", ".join(f"{share:.1%} at N = {n}" for n, share in shares.items())
        + "; they gather at −E_∞ from above",
        judge(shares[60] > 0.5),
        "fig-saddles",
    )


@check("pspin_descent")
def global_minimum(descents: Cells) -> Claim:
    again = {n: lowest_again(descents, n) for n in SIZES[3]}
    first, *_, last = again.values()
    return row(
        "global minimum",
        "the global minimum is ever harder to find as systems grow",
        "exponentially",
        "descents that end in the lowest state of eight: "
        + ", ".join(f"{share} % at N = {n}" for n, share in again.items()),
        judge(first.sigmas_above(last) > Z),
        "fig-descent",
    )


@check()
def counts() -> Iterator[Claim]:
    fixed = [landscapes.complex_critical_points(h, 8) for h in range(2, 41)]
    rises = all(late > early for early, late in pairwise(fixed))
    yield row(
        "((H−1)^Λ − 1)/(H−2)",
        "the number of critical points is non-monotonic in H",
        "non-monotonic",
        f"at Λ = 8 it rises with every H from 2 to 40, from {fixed[0]} to {fixed[-1]:.1e}",
        Verdict.REFUTED if rises else Verdict.REPRODUCED,
        "fig-count",
    )
    hidden, logarithms = count_at_budget()
    best = int(np.argmax(logarithms))
    yield row(
        "((H−1)^Λ − 1)/(H−2)",
        "the same among networks with one number of parameters",
        "non-monotonic",
        f"with 4000 parameters it is largest at {hidden[best]} hidden layers, ln N = {logarithms[best]:.0f}, "
        f"and {logarithms[-1]:.0f} at {hidden[-1]}",
        judge(0 < best < len(hidden) - 1),
        "fig-count",
    )


CHECKS = (formula, dimension, saddles_above, saddles_inside, confined, global_minimum, counts)
