"""Ledger rows of the fourth source on energy landscapes: heavy-tailed glasses, rugged or funnelled."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from book.claims.claim import Claim, Verdict, check, claims_of, number
from dnnising import Estimate, landscapes
from dnnising.results import Cells

TITLE = "Statistical mechanics for large neural networks (Martin and Mahoney 2019): energy landscapes"
PAGE = "08-landscapes"
DISORDERS = ("gaussian", 1.5, 1.0, 0.5)
SPINS = (8, 10, 12, 14, 16, 18)
RUGGED = "Rugged Energy Landscapes of Heavy-tailed Models"
Z = 3.0  # standard errors, for "this is another value"


def spread(levy: Cells, disorder: str | float, n: int) -> Estimate:
    """Relative spread of ground-state energies over samples."""
    energy = levy.select(disorder=disorder, n=n).one["energy"]
    return landscapes.concentration(energy, rng=np.random.default_rng(n))


def excess(levy: Cells, disorder: str | float, n: int) -> Estimate:
    """How far local minima lie above the ground state, relative to it: the mean over samples."""
    return Estimate.mean(levy.select(disorder=disorder, n=n).one["excess"])


def funnel(energy: NDArray, overlap: NDArray) -> float:
    """Spearman's ρ of energy and overlap with the lowest state, over all others: near -1 in a funnel."""
    lowest = int(np.argmin(energy))
    others = np.arange(len(energy)) != lowest
    return float(np.corrcoef(rankdata(energy[others]), rankdata(overlap[lowest][others]))[0, 1])


def funnels(overlaps: Cells, part: str, kind: str) -> tuple[NDArray, NDArray]:
    """ρ and the median overlap with the lowest state, (samples,) each."""
    found = overlaps.select(part=part, kind=kind)
    pairs = list(zip(found["energy"], found["overlap"]))
    medians = [np.median(np.delete(overlap[energy.argmin()], energy.argmin())) for energy, overlap in pairs]
    return np.array([funnel(*pair) for pair in pairs]), np.array(medians)


@check("levy")
def ground_states(levy: Cells) -> Claim:
    first, *_, last = (spread(levy, "gaussian", n) for n in SPINS)
    heavy = spread(levy, 0.5, SPINS[-1])
    concentrates = first.sigmas_above(last) > Z
    return Claim(
        RUGGED,
        "ground states of heavy-tailed glasses do not concentrate, those of Gaussian ones do",
        "as Cizeau and Bouchaud",
        f"relative spread of energies at {SPINS[-1]} spins: {heavy} at μ = 0.5; {last} Gaussian, down from "
        f"{first} at {SPINS[0]}",
        Verdict.REPRODUCED if concentrates and heavy > 1 else Verdict.DIFFERS,
        PAGE,
        "fig-levy",
    )


@check("levy")
def local_minima(levy: Cells) -> Claim:
    heavy, light = (excess(levy, disorder, SPINS[-1]) for disorder in (0.5, "gaussian"))
    z = heavy.sigmas_above(light)
    return Claim(
        RUGGED,
        "local minima of heavy-tailed glasses do not concentrate near the ground state",
        "unlike Gaussian ones",
        f"mean distance (E − E_0)/|E_0| at {SPINS[-1]} spins: {heavy} at μ = 0.5, {light} Gaussian",
        Verdict.REPRODUCED if z > Z else Verdict.REFUTED if z < -Z else Verdict.DIFFERS,
        PAGE,
        "fig-levy",
    )


@check("overlaps")
def funnelled(overlaps: Cells) -> Claim:
    seen, parts = [], []
    for part, name in (("block0", "block 0 of the embedded model"), ("whole", "all of it")):
        (trained, near), (shuffled, far) = (funnels(overlaps, part, kind) for kind in ("trained", "within"))
        seen.append(trained.max() < -0.5 and near.min() > 2 * far.max())
        parts.append(
            f"{name}: {number(near.mean())}, {number(trained.mean())} (shuffled {number(far.mean())}, "
            f"{number(shuffled.mean())})"
        )
    return Claim(
        "Minimizing Frustration and Energy Funnels",
        "the landscape of a trained network is funnelled",
        "funnelled",
        f"median overlap of low states with the lowest, and its ρ with their energy. {'; '.join(parts)}",
        Verdict.REPRODUCED if all(seen) else Verdict.DIFFERS if any(seen) else Verdict.REFUTED,
        PAGE,
        "fig-overlap",
    )


CHECKS = (ground_states, local_minima, funnelled)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
