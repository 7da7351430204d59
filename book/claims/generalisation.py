"""Ledger rows of the fourth source on generalisation: students, teachers, very simple models, memories.

Rows come from the stored results of chapter 7, and where it takes a second from what is computed on the spot.
"""

import numpy as np
from numpy.typing import NDArray

from claims.claim import Claim, mean_and_error, measured, number, stored
from claims.phases_of_learning import LIVE, Z, row
from dnnising import dynamics, exact
from dnnising.dynamics import Regime

TITLE = "Statistical mechanics for large neural networks (Martin and Mahoney 2019): learning and memories"


def rows() -> list[Claim]:
    """All of them."""
    return [*perceptron_claims(), *vsdl_claims(), *memorising_claims(), *memory_claims()]


def largest_errors(n_weights: str = "21", risk: float = 0.05) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Of the worst student without a training error: m (k,), the share of sets in which it exceeds the bound,
    its mean error, and the bound at this risk."""
    counted = stored("ising_perceptron").arrays
    examples, largest = counted[f"{n_weights}/examples"][1:], counted[f"{n_weights}/largest"][:, 1:]
    bound = dynamics.consistent_bound(int(n_weights) * np.log(2), examples, risk=risk)
    return examples, np.mean(largest > bound, axis=0), largest.mean(axis=0), bound


def large_entropy(load: float = 1.0) -> tuple[float, float]:
    """ln Ω/N of counted students at a load, extrapolated in 1/N by weighted least squares, and its error."""
    counted = stored("ising_perceptron")
    sizes = np.array([int(cell) for cell in counted.record["seconds"]])
    at = [int(np.abs(counted.arrays[f"{n}/loads"] - load).argmin()) for n in sizes]
    entropy, error = (
        np.array([counted.arrays[f"{n}/{field}"][k] for n, k in zip(sizes, at)])
        for field in ("entropy", "entropy_error")
    )
    design = np.stack([np.ones(sizes.size), 1 / sizes], axis=1) / error[:, None]
    covariance = np.linalg.inv(design.T @ design)
    return float((covariance @ design.T @ (entropy / error))[0]), float(np.sqrt(covariance[0, 0]))


def perceptron_claims() -> list[Claim]:
    examples, exceeding, largest, bound = largest_errors()
    entropy, error = large_entropy()
    replicas = float(dynamics.gibbs_curve([1.0], ising=True).entropies[0])
    drop = dynamics.gibbs_drop()
    before, after = dynamics.gibbs_curve([drop - 1e-3, drop + 1e-3], ising=True).generalisation_error
    smooth = dynamics.gibbs_curve([50.0]).generalisation_error[0] * 50
    middle = int(np.abs(examples - 21).argmin())
    script = "ising_perceptron.py"
    return [
        row(
            "generalisation error and overlap: ε = arccos R",
            "Stat Mech Setup: Student Teacher Model",
            "arccos R",
            f"arccos(R)/π; as printed, ε = {number(np.arccos(0.0))} for a student that knows nothing",
            np.arccos(0.0) == dynamics.generalisation_error(0.0),
            LIVE,
        ),
        row(
            "uniform bounds hold for any teacher and are those of the worst case",
            "PAC/VC versus Statistical Mechanics Approaches",
            "P[max |ε_t − ε| > δ] ≤ 2|F| exp(−2mδ²)",
            f"Ising students, N = 21: at 5 % risk exceeded in {exceeding.max():.0%} of the sets at most; "
            f"at m = N the bound is {bound[middle]:.2f}, the worst student's error {largest[middle]:.2f}",
            exceeding.max() <= 0.05 and bound[middle] > largest[middle],
            script,
        ),
        row(
            "statistical mechanics is precise for the typical student",
            "PAC/VC versus Statistical Mechanics Approaches",
            "precise results",
            f"ln Ω/N at α = 1: {measured(entropy, error)} counted and extrapolated in 1/N, {replicas:.4f} by "
            "replicas",
            abs(entropy - replicas) < Z * error,
            script,
        ),
        row(
            "the Ising perceptron has a sharp transition",
            "Stat Mech Setup: Student Teacher Model",
            "sharp transitions",
            f"by replicas ε drops from {before:.2f} to {after:.0f} at α = {drop:.3f}",
            before > 0.1 and after == 0,
            LIVE,
        ),
        row(
            "the continuous perceptron is not so interesting",
            "Stat Mech Setup: Student Teacher Model",
            "no transition",
            f"no transition; ε α = {smooth:.3f} at α = 50, towards 0.625",
            abs(smooth - 0.625) < 0.02,
            LIVE,
        ),
    ]


def vsdl_plane() -> dynamics.VSDLPlane:
    """The stored plane of very simple deep learning."""
    arrays = stored("vsdl").arrays
    fields = ("noises", "updates", "loads", "temperatures", "training_errors", "generalisation_errors")
    return dynamics.VSDLPlane(**{name: arrays[f"plane/{name}"] for name in fields})


def knob_path(noise: float = 0.4) -> dict[str, NDArray]:
    """ε (seeds,) at A, clean labels learnt to the end; B, noisified; C, stopped when that is best on average;
    and D, the redrawn labels left out instead."""
    plane = vsdl_plane()
    i = int(np.abs(plane.noises - noise).argmin())
    errors = plane.generalisation_errors.astype(float)
    best = errors[:, i].mean(axis=0).argmin()
    fewer = stored("vsdl").arrays[f"fewer/{1 - noise:.1f}/generalisation_errors"][:, 0, -1].astype(float)
    return {"A": errors[:, 0, -1], "B": errors[:, i, -1], "C": errors[:, i, best], "D": fewer}


def vsdl_claims() -> list[Claim]:
    plane, script = vsdl_plane(), "vsdl.py"
    regimes = plane.regimes()
    path = {place: mean_and_error(errors) for place, errors in knob_path().items()}
    rise = np.diff(plane.generalisation_errors[:, :, -1].mean(axis=0))
    gain = mean_and_error(knob_path()["B"] - knob_path()["C"])
    coins = mean_and_error(plane.generalisation_errors[:, -1, -1].astype(float))
    fitted = float(plane.training_errors[:, -1, -1].max())
    where = "Rethinking generalization requires revisiting old ideas"
    return [
        row(
            "a network has phases of learning in the plane of load and temperature",
            f"{where}, (b)",
            "phases in the τ-α plane",
            ", ".join(f"{np.mean(regimes == regime):.0%} {regime.value}" for regime in Regime),
            min(np.mean(regimes == regime) for regime in Regime) > 0,
            script,
        ),
        row(
            "adding noise to the labels decreases the load",
            where,
            "lower α",
            f"ε rises with every step: {measured(*path['A'])} at none, {measured(*path['B'])} at 40 %",
            rise.min() > 0 and path["B"][0] - path["A"][0] > Z * path["B"][1],
            script,
        ),
        row(
            "… and does no more than that",
            where,
            "noise acts through α",
            f"at 40 % noise ε = {measured(*path['B'])}; with these labels left out {measured(*path['D'])}",
            abs(path["B"][0] - path["D"][0]) < Z * np.hypot(path["B"][1], path["D"][1]),
            script,
        ),
        row(
            "adjusting the temperature, by stopping early, makes up for noise",
            f"{where}, (c)",
            "back to the phase of good generalisation",
            f"at 40 % noise ε falls by {measured(*gain)}, to {measured(*path['C'])}: part of the way",
            gain[0] > Z * gain[1],
            script,
        ),
        row(
            "random labels are learnt perfectly, by solutions that do not generalise",
            "Remembering Regularization",
            "all unable to generalize",
            f"training error {fitted:.2f} at most, ε = {measured(*coins)}",
            fitted < 0.01 and abs(coins[0] - 0.5) < Z * coins[1],
            script,
        ),
    ]


def similarity(noise: int, layer: int = 1, field: str = "similarity") -> NDArray:
    """Mean over the pairs of networks of each training set, (sets,)."""
    found = stored("memorising")
    cells = [cell for cell in found.record["seconds"] if cell.startswith(f"{noise}/")]
    return np.array([found.arrays[f"{cell}/{field}"][layer].mean() for cell in cells])


def memorising_claims() -> list[Claim]:
    clean, coins = (mean_and_error(similarity(noise)) for noise in (0, 100))
    null = mean_and_error(similarity(100, field="untrained"))
    return [
        row(
            "networks that generalise converge to more similar solutions than those that memorise",
            "Student Teacher: Recent Generalization vs. Memorization",
            "a gap in PWCCA distance",
            f"PWCCA of last hidden layers {measured(*clean)} with true labels, {measured(*coins)} with "
            f"random ones, {measured(*null)} before training",
            clean[0] - coins[0] > Z * np.hypot(clean[1], coins[1]),
            "memorising.py",
        )
    ]


def recalls() -> tuple[NDArray, dict[int, NDArray]]:
    """Loads (k,) and, for each size, overlaps (k, samples)."""
    found = stored("hopfield")
    sizes = [int(cell) for cell in found.record["seconds"] if cell.isdigit()]
    return found.arrays[f"{sizes[0]}/loads"], {n: found.arrays[f"{n}/overlaps"] for n in sizes}


def memory_claims() -> list[Claim]:
    loads, overlaps = recalls()
    size = max(overlaps)
    below, above = (mean_and_error(overlaps[size][np.abs(loads - load).argmin()]) for load in (0.13, 0.2))
    mixtures = stored("hopfield").arrays
    mixed = mean_and_error(mixtures["mixtures/mixed"][0])
    spurious, pure = mixtures["mixtures/energies"][0].mean(axis=0)
    return [
        row(
            "a Hopfield memory has phases in its load",
            "Hopfield model",
            "three kinds of phases",
            f"N = {size}: overlap {measured(*below)} at a = 0.13, {measured(*above)} at 0.2; in theory a_c = "
            f"{exact.recall_capacity():.4f}",
            below[0] > 0.9 > 0.5 > above[0],
            "hopfield.py",
        ),
        row(
            "at low load prototypes rule",
            "Hopfield model",
            "a prototype method",
            f"at a = {mixtures['mixtures/loads'][0]:.3g} mixtures of three are at rest too, with overlap "
            f"{measured(*mixed)} each, but higher: E/N = {number(spurious)} against {number(pure)}",
            spurious > pure,
            "hopfield.py",
        ),
    ]
