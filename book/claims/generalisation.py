"""Ledger rows of the fourth source on generalisation: students, teachers, very simple models, memories.

Rows come from the stored results of chapter 7, and where it takes a second from what is computed on the spot.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from book.claims.claim import Claim, check, claims_of, number
from book.claims.phases_of_learning import Z, row
from dnnising import Estimate, exact, generalisation, students
from dnnising.results import Cells
from dnnising.students import Regime

TITLE = "Statistical mechanics for large neural networks (Martin and Mahoney 2019): learning and memories"


def largest_errors(
    counted: Cells, n_weights: int = 21, risk: float = 0.05
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Of the worst student without a training error: m (k,), the share of sets in which it exceeds the bound,
    its mean error, and the bound at this risk."""
    students = counted.select(n_weights=n_weights).one
    examples, largest = students["examples"][1:], students["largest"][:, 1:]
    bound = generalisation.consistent_bound(n_weights * np.log(2), examples, risk=risk)
    return examples, np.mean(largest > bound, axis=0), largest.mean(axis=0), bound


def large_entropy(counted: Cells, load: float = 1.0) -> Estimate:
    """ln Ω/N of counted students at a load, extrapolated in 1/N by weighted least squares."""
    sizes = np.array(counted.values("n_weights"))
    at = [int(np.abs(cell.one["loads"] - load).argmin()) for cell in counted]
    entropy, error = (
        np.array([cell.one[field][k] for cell, k in zip(counted, at)])
        for field in ("entropy", "entropy_error")
    )
    design = np.stack([np.ones(sizes.size), 1 / sizes], axis=1) / error[:, None]
    covariance = np.linalg.inv(design.T @ design)
    return Estimate((covariance @ design.T @ (entropy / error))[0], np.sqrt(covariance[0, 0]))


@check()
def overlap() -> Claim:
    return row(
        "generalisation error and overlap: ε = arccos R",
        "Stat Mech Setup: Student Teacher Model",
        "arccos R",
        f"arccos(R)/π; as printed, ε = {number(np.arccos(0.0))} for a student that knows nothing",
        np.arccos(0.0) == generalisation.generalisation_error(0.0),
        None,
    )


@check("ising_perceptron")
def counted_students(counted: Cells) -> list[Claim]:
    examples, exceeding, largest, bound = largest_errors(counted)
    entropy = large_entropy(counted)
    replicas = float(generalisation.gibbs_curve([1.0], ising=True).entropies[0])
    middle = int(np.abs(examples - 21).argmin())
    return [
        row(
            "uniform bounds hold for any teacher and are those of the worst case",
            "PAC/VC versus Statistical Mechanics Approaches",
            "P[max |ε_t − ε| > δ] ≤ 2|F| exp(−2mδ²)",
            f"Ising students, N = 21: at 5 % risk exceeded in {exceeding.max():.0%} of the sets at most; "
            f"at m = N the bound is {bound[middle]:.2f}, the worst student's error {largest[middle]:.2f}",
            exceeding.max() <= 0.05 and bound[middle] > largest[middle],
            "fig-perceptron",
        ),
        row(
            "statistical mechanics is precise for the typical student",
            "PAC/VC versus Statistical Mechanics Approaches",
            "precise results",
            f"ln Ω/N at α = 1: {entropy} counted and extrapolated in 1/N, {replicas:.4f} by replicas",
            abs(entropy.sigmas_above(replicas)) < Z,
            "fig-perceptron",
        ),
    ]


@check()
def transitions() -> list[Claim]:
    drop = generalisation.gibbs_drop()
    before, after = generalisation.gibbs_curve([drop - 1e-3, drop + 1e-3], ising=True).generalisation_error
    smooth = generalisation.gibbs_curve([50.0]).generalisation_error[0] * 50
    return [
        row(
            "the Ising perceptron has a sharp transition",
            "Stat Mech Setup: Student Teacher Model",
            "sharp transitions",
            f"by replicas ε drops from {before:.2f} to {after:.0f} at α = {drop:.3f}",
            before > 0.1 and after == 0,
            "fig-perceptron",
        ),
        row(
            "the continuous perceptron is not so interesting",
            "Stat Mech Setup: Student Teacher Model",
            "no transition",
            f"no transition; ε α = {smooth:.3f} at α = 50, towards 0.625",
            abs(smooth - 0.625) < 0.02,
            "fig-perceptron",
        ),
    ]


def stored_plane(vsdl: Cells) -> students.VSDLPlane:
    """The stored plane of very simple deep learning."""
    plane = vsdl.select(part="plane").one
    fields = ("noises", "updates", "loads", "temperatures", "training_errors", "generalisation_errors")
    return students.VSDLPlane(**{name: plane[name] for name in fields})


def knob_path(vsdl: Cells, noise: float = 0.4) -> dict[str, NDArray]:
    """ε (seeds,) at A, clean labels learnt to the end; B, noisified; C, stopped when that is best on average;
    and D, the redrawn labels left out instead."""
    plane = stored_plane(vsdl)
    i = int(np.abs(plane.noises - noise).argmin())
    errors = plane.generalisation_errors.astype(float)
    best = errors[:, i].mean(axis=0).argmin()
    return {
        "A": errors[:, 0, -1],
        "B": errors[:, i, -1],
        "C": errors[:, i, best],
        "D": fewer_examples(vsdl, 1 - noise),
    }


def fewer_examples(vsdl: Cells, share: float) -> NDArray:
    """ε (seeds,) at the end, of students of this share of the examples, all with clean labels."""
    fewer = vsdl.select(part="fewer")
    load = share * vsdl.select(part="plane").one["loads"][0]
    nearest = np.abs(fewer["loads"][:, 0] - load).argmin()
    return fewer["generalisation_errors"][nearest, :, 0, -1].astype(float)


@check("vsdl")
def very_simple_models(vsdl: Cells) -> list[Claim]:
    plane = stored_plane(vsdl)
    regimes = plane.regimes()
    path = {place: Estimate.mean(errors) for place, errors in knob_path(vsdl).items()}
    rise = np.diff(plane.generalisation_errors[:, :, -1].mean(axis=0))
    gain = Estimate.mean(knob_path(vsdl)["B"] - knob_path(vsdl)["C"])
    coins = Estimate.mean(plane.generalisation_errors[:, -1, -1].astype(float))
    fitted = float(plane.training_errors[:, -1, -1].max())
    where = "Rethinking generalization requires revisiting old ideas"
    return [
        row(
            "a network has phases of learning in the plane of load and temperature",
            f"{where}, (b)",
            "phases in the τ-α plane",
            ", ".join(f"{np.mean(regimes == regime):.0%} {regime.value}" for regime in Regime),
            min(np.mean(regimes == regime) for regime in Regime) > 0,
            "fig-vsdl",
        ),
        row(
            "adding noise to the labels decreases the load",
            where,
            "lower α",
            f"ε rises with every step: {path['A']} at none, {path['B']} at 40 %",
            rise.min() > 0 and path["B"].sigmas_above(path["A"]) > Z,
            "fig-vsdl",
        ),
        row(
            "… and does no more than that",
            where,
            "noise acts through α",
            f"at 40 % noise ε = {path['B']}; with these labels left out {path['D']}",
            abs(path["B"].sigmas_above(path["D"])) < Z,
            "fig-vsdl",
        ),
        row(
            "adjusting the temperature, by stopping early, makes up for noise",
            f"{where}, (c)",
            "back to the phase of good generalisation",
            f"at 40 % noise ε falls by {gain}, to {path['C']}: part of the way",
            gain.sigmas_above(0) > Z,
            "fig-vsdl",
        ),
        row(
            "random labels are learnt perfectly, by solutions that do not generalise",
            "Remembering Regularization",
            "all unable to generalize",
            f"training error {fitted:.2f} at most, ε = {coins}",
            fitted < 0.01 and abs(coins.sigmas_above(0.5)) < Z,
            "fig-vsdl",
        ),
    ]


def similarity(
    networks: Cells, noise: int, layer: int = 1, field: Literal["similarity", "untrained"] = "similarity"
) -> NDArray:
    """Mean over the pairs of networks of each training set, (sets,)."""
    return np.array([pairs[layer].mean() for pairs in networks.select(noise=noise)[field]])


@check("memorising")
def memorising(networks: Cells) -> Claim:
    clean, coins = (Estimate.mean(similarity(networks, noise)) for noise in (0, 100))
    null = Estimate.mean(similarity(networks, 100, field="untrained"))
    return row(
        "networks that generalise converge to more similar solutions than those that memorise",
        "Student Teacher: Recent Generalization vs. Memorization",
        "a gap in PWCCA distance",
        f"PWCCA of last hidden layers {clean} with true labels, {coins} with random ones, "
        f"{null} before training",
        clean.sigmas_above(coins) > Z,
        "fig-memorising",
    )


def recalls(hopfield: Cells) -> tuple[NDArray, dict[int, NDArray]]:
    """Loads (k,) and, for each size, overlaps (k, samples)."""
    by_size = hopfield.select(part="recall").by("n_spins")
    loads = next(iter(by_size.values())).one["loads"]
    return loads, {n: cell.one["overlaps"] for n, cell in by_size.items()}


@check("hopfield")
def memory(hopfield: Cells) -> list[Claim]:
    loads, overlaps = recalls(hopfield)
    size = max(overlaps)
    below, above = (Estimate.mean(overlaps[size][np.abs(loads - load).argmin()]) for load in (0.13, 0.2))
    mixtures = hopfield.select(part="mixtures").one
    mixed = Estimate.mean(mixtures["mixed"][0])
    spurious, pure = mixtures["energies"][0].mean(axis=0)
    return [
        row(
            "a Hopfield memory has phases in its load",
            "Hopfield model",
            "three kinds of phases",
            f"N = {size}: overlap {below} at a = 0.13, {above} at 0.2; in theory a_c = "
            f"{exact.recall_capacity():.4f}",
            below > 0.9 > 0.5 > above,
            "fig-hopfield",
        ),
        row(
            "at low load prototypes rule",
            "Hopfield model",
            "a prototype method",
            f"at a = {mixtures['loads'][0]:.3g} mixtures of three are at rest too, with overlap "
            f"{mixed} each, but higher: E/N = {number(spurious)} against {number(pure)}",
            spurious > pure,
            "fig-hopfield",
        ),
    ]


CHECKS = (overlap, counted_students, transitions, very_simple_models, memorising, memory)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
