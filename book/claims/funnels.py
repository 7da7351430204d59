"""Ledger rows of the fourth source on energy landscapes: heavy-tailed glasses, rugged or funnelled."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from claims.claim import Claim, Verdict, mean_and_error, measured, number, stored
from dnnising import landscapes

TITLE = "Statistical mechanics for large neural networks (Martin and Mahoney 2019): energy landscapes"
PAGE = "08-landscapes"
DISORDERS = ("gaussian", "1.5", "1.0", "0.5")
SPINS = (8, 10, 12, 14, 16, 18)
RUGGED = "Rugged Energy Landscapes of Heavy-tailed Models"
Z = 3.0  # standard errors, for "this is another value"


def spread(disorder: str, n: int) -> landscapes.Concentration:
    """Relative spread of ground-state energies over samples, a `Concentration`."""
    energy = stored("levy").arrays[f"{disorder}/{n}/energy"]
    return landscapes.concentration(energy, rng=np.random.default_rng(n))


def excess(disorder: str, n: int) -> tuple[float, float]:
    """How far local minima lie above the ground state, relative to it: mean over samples, standard error."""
    return mean_and_error(stored("levy").arrays[f"{disorder}/{n}/excess"])


def funnel(energy: NDArray, overlap: NDArray) -> float:
    """Spearman's ρ of energy and overlap with the lowest state, over all others: near -1 in a funnel."""
    lowest = int(np.argmin(energy))
    others = np.arange(len(energy)) != lowest
    return float(np.corrcoef(rankdata(energy[others]), rankdata(overlap[lowest][others]))[0, 1])


def funnels(scope: str, kind: str) -> tuple[NDArray, NDArray]:
    """ρ and the median overlap with the lowest state, (samples,) each."""
    found = stored("overlaps")
    pairs = list(zip(found.of(f"{scope}/{kind}", "energy"), found.of(f"{scope}/{kind}", "overlap")))
    medians = [np.median(np.delete(overlap[energy.argmin()], energy.argmin())) for energy, overlap in pairs]
    return np.array([funnel(*pair) for pair in pairs]), np.array(medians)


def rows() -> list[Claim]:
    """All of them."""
    return [ground_states(), local_minima(), funnelled()]


def ground_states() -> Claim:
    first, *_, last = (spread("gaussian", n) for n in SPINS)
    heavy = spread("0.5", SPINS[-1])
    concentrates = first.spread - last.spread > Z * np.hypot(first.error, last.error)
    return Claim(
        RUGGED,
        "ground states of heavy-tailed glasses do not concentrate, those of Gaussian ones do",
        "as Cizeau and Bouchaud",
        f"relative spread of energies at {SPINS[-1]} spins: {measured(heavy.spread, heavy.error)} at "
        "μ = 0.5; "
        f"{measured(last.spread, last.error)} Gaussian, down from {measured(first.spread, first.error)} at "
        f"{SPINS[0]}",
        Verdict.REPRODUCED if concentrates and heavy.spread > 1 else Verdict.DIFFERS,
        "levy.py",
        PAGE,
    )


def local_minima() -> Claim:
    heavy, light = excess("0.5", SPINS[-1]), excess("gaussian", SPINS[-1])
    z = (heavy[0] - light[0]) / np.hypot(heavy[1], light[1])
    return Claim(
        RUGGED,
        "local minima of heavy-tailed glasses do not concentrate near the ground state",
        "unlike Gaussian ones",
        f"mean distance (E − E_0)/|E_0| at {SPINS[-1]} spins: {measured(*heavy)} at μ = 0.5, "
        f"{measured(*light)} Gaussian",
        Verdict.REPRODUCED if z > Z else Verdict.REFUTED if z < -Z else Verdict.DIFFERS,
        "levy.py",
        PAGE,
    )


def funnelled() -> Claim:
    seen, parts = [], []
    for scope, name in (("block0", "block 0 of the embedded model"), ("whole", "all of it")):
        (trained, near), (shuffled, far) = (funnels(scope, kind) for kind in ("trained", "within"))
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
        "overlaps.py",
        PAGE,
    )
