"""Ledger rows of the third source on phases of learning: a teacher, its students, and their plane.

Rows come from the stored results of chapter 7, and where it takes a second from what is computed on the spot.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu

from book.claims.claim import (
    Claim,
    check,
    claims_of,
    judged,
    number,
    spread_over,
)
from book.readings.plane import read_plane
from dnnising import Estimate
from dnnising.results import Cells
from dnnising.students import LearningPhase, PhaseDiagram, assign_learning_phase
from dnnising.students.summary import MEDIAN

TITLE = "AI applications in QFT, part II (Aarts 2025): phases of learning"
PAGE = "07-phases-of-learning"
REFERENCE = {  # T and σ_W of a point well inside each phase
    LearningPhase.LEARNING: (0.125, 0.5),
    LearningPhase.NO_CONVERGENCE: (16.0, 0.5),
    LearningPhase.JAMMED: (0.0625, 128.0),
}
STATIC = 0.05  # change of x_max that counts as none
Z = 3.0  # standard errors, for "this is another value"


row = partial(judged, PAGE)


def by_phase(plane: PhaseDiagram, values: NDArray) -> dict[LearningPhase, Estimate]:
    """Mean of (m, n) values over the points of each phase, with its error from their scatter."""
    phases = plane.phases()
    return {phase: Estimate.mean(values[(phases == phase) & np.isfinite(values)]) for phase in LearningPhase}


@check("phase_plane")
def three_phases(students: Cells) -> Claim:
    plane = read_plane(students)
    shares = {phase: plane.share(phase) for phase in LearningPhase}
    right = [plane.phases()[plane.at(*REFERENCE[phase])] == phase for phase in LearningPhase]
    return row(
        "three phases in the plane of T = ε/B and σ_W",
        "loss at end of training",
        "ferromagnetic, paramagnetic, jammed or spin glass",
        ", ".join(f"{share:.0%} {short(phase)}" for phase, share in shares.items())
        + f" of {plane.phases().size} points at {plane.updates[-1]:.0e} updates",
        all(right) and min(shares.values()) > 0,
        "fig-plane",
    )


@check("phase_plane")
def lowest_loss(students: Cells) -> Claim:
    plane = read_plane(students)
    lowest = float(np.nanmin(plane.median("mean_squared_error")))
    return row(
        "loss of excellent learning",
        "loss at end of training",
        "1e-6 on the colour scale (1e8 updates)",
        f"lowest median {lowest:.0e} after {plane.updates[-1]:.0e} updates",
        lowest < 1e-5,
        "fig-plane",
    )


@check("phase_plane")
def singular_values(students: Cells) -> Claim:
    plane = read_plane(students)
    phases = plane.phases()
    x_max = plane.observables["singular_values"][..., 0] ** 2  # (m, n, looks)
    change = np.abs(x_max[..., -1] / x_max[..., 0] - 1)
    still = {phase: float(np.mean(change[phases == phase] < STATIC)) for phase in LearningPhase}
    growth = float(np.nanmedian(x_max[..., -1][phases == LearningPhase.NO_CONVERGENCE]))
    return row(
        "singular values: static where jammed, divergent where there is no convergence",
        "three distinct phases",
        "a figure each",
        f"x_max within {STATIC:.0%} of its start at {still[LearningPhase.JAMMED]:.0%} of the jammed points "
        f"and {still[LearningPhase.LEARNING]:.0%} of those that learn; {growth:.0f} without convergence "
        "(median)",
        still[LearningPhase.JAMMED] > 0.5 > still[LearningPhase.LEARNING] and growth > 100,
        "fig-lives",
    )


@check("phase_plane")
def alignment(students: Cells) -> Claim:
    plane = read_plane(students)
    cosines, phases = plane.median("alignment"), plane.phases()
    means = by_phase(plane, cosines)
    others = (LearningPhase.NO_CONVERGENCE, LearningPhase.JAMMED)
    p_values = [
        mannwhitneyu(
            cosines[phases == LearningPhase.LEARNING], cosines[phases == other], alternative="greater"
        ).pvalue
        for other in others
    ]
    return row(
        "features and field are most aligned in the ferromagnetic phase",
        "external field alignment",
        "h ∥ φ",
        ", ".join(f"{short(phase)} {means[phase]}" for phase in LearningPhase),
        max(p_values) < 0.01,
        "fig-plane",
    )


@check("phase_plane")
def memory(students: Cells) -> list[Claim]:
    plane = read_plane(students)
    raw, normalised = (by_phase(plane, plane.median(name)) for name in ("raw_correlation", "correlation"))
    return [
        row(
            "G(t, t'), as printed, is largest in the glass",
            "correlations in time",
            "memory of the initial state mostly preserved",
            ", ".join(f"{short(phase)} {raw[phase]}" for phase in LearningPhase),
            raw[LearningPhase.JAMMED].sigmas_above(raw[LearningPhase.LEARNING]) > Z,
            "fig-memory",
        ),
        row(
            "… because of memory: normalised, the students that learn have forgotten their start",
            "correlations in time",
            "glass remembers, others not",
            ", ".join(f"{short(phase)} {normalised[phase]}" for phase in LearningPhase),
            normalised[LearningPhase.LEARNING] < 0.5 * normalised[LearningPhase.JAMMED],
            "fig-memory",
        ),
    ]


@check("phase_plane")
def time_dependence(students: Cells) -> Claim:
    plane = read_plane(students)
    times = [10**k for k in (3, 4, 5) if 10**k <= plane.updates[-1]]
    learning = [plane.share(LearningPhase.LEARNING, plane.look(t)) for t in times]
    return row(
        "phases, not stages: which points learn does not depend on when one looks",
        "neural network phase diagram",
        "a phase diagram",
        ", ".join(f"{share:.0%} after {t:.0e} updates" for share, t in zip(learning, times)),
        max(learning) - min(learning) < 0.05,
        "fig-time",
    )


def short(phase: LearningPhase) -> str:
    """Its name without the magnet's."""
    return phase.value.partition(" (")[0]


@check()
def disorder() -> list[Claim]:
    """The loss as a Hamiltonian, on one student."""
    rng = np.random.default_rng(0)
    phi, W, y = rng.standard_normal((50, 16)), rng.standard_normal((1, 16)), rng.standard_normal((50, 1))
    J, h = W.T @ W, y @ W
    loss = 0.5 * np.mean(np.sum((y - phi @ W.T) ** 2, axis=1)) - 0.5 * np.mean(np.sum(y**2, axis=1))
    energy = np.mean(-0.5 * np.einsum("si,ij,sj->s", phi, J, phi) + np.sum(h * phi, axis=1))
    values = np.linalg.eigvalsh(J)
    rank = int(np.sum(values > 1e-10 * values[-1]))
    return [
        row(
            "the loss resembles H = -½ Σ J s s + Σ h s with the J and h given there",
            "neural network as a disordered system",
            "L ~ H",
            f"H = −(L − C) exactly: H/(L − C) = {number(energy / loss, 6)}",
            energy * loss > 0,
            None,
        ),
        row(
            "J is the disorder of a Sherrington-Kirkpatrick glass",
            "solvable model of a spin glass",
            "the figure beside",
            f"J = WᵀW has rank {rank} of {len(values)} (n_L = 1) and no negative eigenvalue",
            rank == len(values) and values[0] < -1e-10,
            "fig-sk",
        ),
    ]


def batch_lines(students: Cells) -> dict[str, tuple[NDArray, list[int], NDArray, NDArray]]:
    """For each line: points (n,), batches, and (batches, n) scaled loss and phase of the median student."""
    found = {}
    for name, line in students.by("line").items():
        axes = {"batch": sorted(line.values("batch")), name: line.values(name)}
        losses, moved = (
            line.grid(field, **axes)[:, :, MEDIAN, -1] for field in ("scaled_loss", "displacement")
        )
        found[name] = np.array(axes[name]), axes["batch"], losses, assign_learning_phase(losses, moved)
    return found


def all_layers(students: Cells) -> dict[str, PhaseDiagram]:
    """The planes of students whose middle layer learns, and whose layers all do."""
    return {name: read_plane(students.select(layers=name)) for name in ("middle", "all")}


def digits_plane(networks: Cells, batch: int = 4) -> tuple[NDArray, NDArray, NDArray]:
    """Temperatures (m,), weight scales (n,), and test errors (m, n, seeds) of one batch size."""
    axes = {name: networks.values(name) for name in ("temperature", "weight_scale")}
    errors = networks.select(batch=batch).grid("test_error", **axes)
    return np.array(axes["temperature"]), np.array(axes["weight_scale"]), errors.astype(float)


@check("batch_and_temperature")
def batch_alone(students: Cells) -> Claim:
    lines = batch_lines(students)
    phases = np.concatenate([phases for *_, phases in lines.values()], axis=1)
    same = float(np.mean(np.all(phases == phases[0], axis=0)))
    losses = np.concatenate([losses for _, _, losses, _ in lines.values()], axis=1)
    factor = float(np.nanmedian(losses.max(axis=0) / losses.min(axis=0)))
    batches = lines["temperature"][1]
    return row(
        "temperature T = ε/B is the variable: the batch alone changes no phase",
        "phase diagram of neural networks",
        "T = ε/B",
        f"same phase for B = {batches[0]} to {batches[-1]} at {same:.0%} of {phases.shape[1]} points of "
        f"equal T and equally many examples; losses differ {factor:.1f}-fold (median)",
        same == 1.0,
        "fig-batch-temperature",
    )


@check("all_layers")
def whichever_layers(students: Cells) -> Claim:
    layers = all_layers(students)
    lost = float(np.mean(~np.isfinite(layers["all"].median("scaled_loss"))))
    agree = float(np.mean(layers["all"].phases() == layers["middle"].phases()))
    return row(
        "the diagram is that of the network, whichever of its layers learn",
        "neural network phase diagram",
        "teacher-student, two hidden layers",
        f"with all layers learning {agree:.0%} of the points keep their phase, and {lost:.0%} overflow",
        agree > 0.9,
        "fig-layers",
    )


@check("digits_plane")
def preferred(networks: Cells) -> Claim:
    temperatures, scales, errors = digits_plane(networks)
    mean = errors.mean(axis=2)
    i, j = np.unravel_index(mean.argmin(), mean.shape)
    jammed, hot = mean[i, -1], mean[-1, j]
    return row(
        "the plane tells which hyperparameters are preferred (tried on digits)",
        "phase diagram and hyperparameters",
        "a ferromagnetic region to aim for",
        f"smallest test error {spread_over(errors[i, j], 'seeds')} at T = {temperatures[i]:.1g}, "
        f"σ_W = {scales[j]:.2g}; {jammed:.2f} at the largest σ_W, {hot:.2f} at the largest T",
        mean[i, j] < 0.1 and min(jammed, hot) > 0.5,
        "fig-digits",
    )


CHECKS = (
    three_phases,
    lowest_loss,
    singular_values,
    alignment,
    memory,
    time_dependence,
    disorder,
    batch_alone,
    whichever_layers,
    preferred,
)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
