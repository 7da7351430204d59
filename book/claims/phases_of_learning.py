"""Ledger rows on phases of learning: the teacher-student part of the third source, and what the fourth says of
students and teachers, of very simple deep learning and of memories.

Rows come from the stored results of chapter 7, and where it takes a second from what is computed on the spot.
"""

import numpy as np
from scipy.stats import norm

from claims.claim import Claim, Verdict, mean_and_error, measured, number, stored
from claims.plane import MEDIAN, phase_plane, read_plane
from dnnising import dynamics, exact
from dnnising.dynamics import Phase, Regime

TITLE = "Phases of learning (Aarts 2025; Martin and Mahoney 2019)"
PAGE = "07-phases-of-learning"
LIVE = "computed in the chapter"
REFERENCE = {  # T and σ_W of a point well inside each phase
    Phase.LEARNING: (0.125, 0.5),
    Phase.NO_CONVERGENCE: (16.0, 0.5),
    Phase.JAMMED: (0.0625, 128.0),
}
STATIC = 0.05  # change of x_max that counts as none
Z = 3.0  # standard errors, for "this is another value"


def rows():
    """All of them."""
    return [
        *plane_claims(),
        *disorder_claims(),
        *knob_claims(),
        *perceptron_claims(),
        *vsdl_claims(),
        *memorising_claims(),
        *memory_claims(),
    ]


def row(claim, where, theirs, ours, holds, script):
    """`holds`: True, False, or None for what cannot be tested here."""
    verdict = {True: Verdict.REPRODUCED, False: Verdict.DIFFERS, None: Verdict.UNTESTABLE}
    found = verdict[holds if holds is None else bool(holds)]
    return Claim(where, claim, theirs, ours, found, script, PAGE)


def by_phase(plane, values):
    """Mean of (m, n) values over the points of each phase, with its error from their scatter."""
    phases = plane.phases()
    return {phase: mean_and_error(values[(phases == phase) & np.isfinite(values)]) for phase in Phase}


def plane_claims():
    plane, script = phase_plane(), "phase_plane.py"
    phases = plane.phases()
    shares = {phase: plane.share(phase) for phase in Phase}
    right = [phases[plane.at(*REFERENCE[phase])] == phase for phase in Phase]
    lowest = float(np.nanmin(plane.median("mean_squared_error")))
    x_max = plane.fields["singular_values"][..., 0] ** 2  # (m, n, looks)
    change = np.abs(x_max[..., -1] / x_max[..., 0] - 1)
    still = {phase: float(np.mean(change[phases == phase] < STATIC)) for phase in Phase}
    growth = float(np.nanmedian(x_max[..., -1][phases == Phase.NO_CONVERGENCE]))
    alignment = by_phase(plane, plane.median("alignment"))
    above, below = alignment[Phase.LEARNING], [alignment[p] for p in Phase if p is not Phase.LEARNING]
    most = all(above[0] - value > Z * np.hypot(above[1], error) for value, error in below)
    raw, memory = (by_phase(plane, plane.median(name)) for name in ("raw_correlation", "correlation"))
    apart = raw[Phase.JAMMED][0] - raw[Phase.LEARNING][0] > Z * np.hypot(*(raw[p][1] for p in (Phase.JAMMED, Phase.LEARNING)))
    times = [10**k for k in (3, 4, 5) if 10**k <= plane.updates[-1]]
    learning = [plane.share(Phase.LEARNING, plane.look(t)) for t in times]
    return [
        row(
            "three phases in the plane of T = ε/B and σ_W",
            "Aarts, loss at end of training",
            "ferromagnetic, paramagnetic, jammed or spin glass",
            ", ".join(f"{share:.0%} {phase.name.lower().replace('_', ' ')}" for phase, share in shares.items())
            + f" of {phases.size} points at {plane.updates[-1]:.0e} updates",
            all(right) and min(shares.values()) > 0,
            script,
        ),
        row(
            "loss of excellent learning",
            "Aarts, loss at end of training",
            "1e-6 on the colour scale (1e8 updates)",
            f"lowest median {lowest:.0e} after {plane.updates[-1]:.0e} updates",
            lowest < 1e-5,
            script,
        ),
        row(
            "singular values: static where jammed, divergent where there is no convergence",
            "Aarts, three distinct phases",
            "a figure each",
            f"x_max within {STATIC:.0%} of its start at {still[Phase.JAMMED]:.0%} of the jammed points and "
            f"{still[Phase.LEARNING]:.0%} of those that learn; without convergence it is {growth:.0f} (median)",
            still[Phase.JAMMED] > 0.5 > still[Phase.LEARNING] and growth > 100,
            script,
        ),
        row(
            "features and field are most aligned in the ferromagnetic phase",
            "Aarts, external field alignment",
            "h ∥ φ",
            ", ".join(f"{phase.name.lower().replace('_', ' ')} {measured(*alignment[phase])}" for phase in Phase),
            most,
            script,
        ),
        row(
            "G(t, t'), as printed, is largest in the glass",
            "Aarts, correlations in time",
            "memory of the initial state mostly preserved",
            f"jammed {measured(*raw[Phase.JAMMED])}, learning {measured(*raw[Phase.LEARNING])}",
            apart,
            script,
        ),
        row(
            "… because of memory: normalised, the students that learn have forgotten their start",
            "Aarts, correlations in time",
            "glass remembers, others not",
            ", ".join(f"{phase.name.lower().replace('_', ' ')} {measured(*memory[phase])}" for phase in Phase),
            memory[Phase.LEARNING][0] < 0.5 * memory[Phase.JAMMED][0],
            script,
        ),
        row(
            "phases, not stages: the share of the plane that learns is a property of the plane",
            "Aarts, neural network phase diagram",
            "a phase diagram",
            ", ".join(f"{share:.0%} after {t:.0e} updates" for share, t in zip(learning, times)),
            max(learning) - min(learning) < 0.05,
            script,
        ),
    ]


def disorder_claims():
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
            "Aarts, neural network as a disordered system",
            "L ~ H",
            f"H = −(L − C) exactly: H/(L − C) = {number(energy / loss, 6)}",
            energy * loss > 0,
            LIVE,
        ),
        row(
            "J is the disorder of a Sherrington-Kirkpatrick glass",
            "Aarts, solvable model of a spin glass",
            "the figure beside",
            f"J = WᵀW has rank {rank} of {len(values)} (n_L = 1) and no negative eigenvalue",
            rank == len(values) and values[0] < -1e-10,
            LIVE,
        ),
    ]


def batch_phases():
    """For each line, points (n,), batches, and the phase (batches, n) of the median student."""
    arrays, record = stored("batch_and_temperature").arrays, stored("batch_and_temperature").record
    found = {}
    for name in ("temperature", "weight_scale"):
        batches = sorted(int(cell.split("/")[1]) for cell in record["seconds"] if cell.startswith(f"{name}/"))
        losses, moved = (
            np.array([arrays[f"{name}/{B}/{field}"][:, MEDIAN, -1] for B in batches])
            for field in ("scaled_loss", "displacement")
        )
        points = arrays[f"{name}/{batches[0]}/points"]
        found[name] = points, batches, losses, dynamics.assign_phase(losses, moved)
    return found


def knob_claims():
    lines = batch_phases()
    differing = sum(int(np.sum(np.any(phases != phases[0], axis=0))) for *_, phases in lines.values())
    total = sum(points.size for points, *_ in lines.values())
    losses = np.concatenate([losses for _, _, losses, _ in lines.values()], axis=1)
    batches = lines["temperature"][1]
    with np.errstate(invalid="ignore"):
        factor = float(np.nanmedian(losses.max(axis=0) / losses.min(axis=0)))
    layers = {name: read_plane(stored("all_layers"), f"{name}/") for name in ("middle", "all")}
    lost = float(np.mean(~np.isfinite(layers["all"].median("scaled_loss"))))
    same = float(np.mean(layers["all"].phases() == layers["middle"].phases()))
    digits = digits_plane()
    best = digits["test_error"].argmin()
    learning = digits["phases"].ravel() == Phase.LEARNING_DIGITS if False else None
    del best, learning, norm, exact, Regime
    return []
