"""What the second source says of the loss surfaces of networks: depth at one budget, and linnerud."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from book.claims.claim import Claim, Verdict, check
from dnnising import Estimate, landscapes
from dnnising.results import Cells

PAGE = "08-landscapes"
DEPTHS, TASKS = (1, 5, 10), ("digits", "mnist1d")
THEORY, FIGURE = "Theoretical Findings, depth", "Experimental Findings, Figure"
Z = 3.0  # standard errors, for "this is another value"


# --- what is stored -----------------------------------------------------------------------------------------


def of_depth(found: Cells, field: str, task: str, depth: int) -> NDArray:
    """A field of the networks that have it, (seeds,): not of those that never came down to the target."""
    values = found.select(data=task, depth=depth)[field]
    return values[np.isfinite(values)]


def final_loss(found: Cells, task: str, depth: int) -> NDArray:
    """(seeds,), in nats."""
    return found.select(data=task, depth=depth)["loss"][:, -1]


def by_depth(values_of: Callable[[str, int], NDArray]) -> dict[str, list[Estimate]]:
    """Means of values_of(task, depth), by task, in order of depth."""
    return {task: [Estimate.mean(values_of(task, depth)) for depth in DEPTHS] for task in TASKS}


def trend(found: dict[str, list[Estimate]]) -> int:
    """+1 or -1 if a quantity is clearly larger or smaller at ten hidden layers than at one in all tasks."""
    signs = set()
    for first, *_, last in found.values():
        z = last.sigmas_above(first)
        signs.add(int(np.sign(z)) if abs(z) > Z else 0)
    return signs.pop() if len(signs) == 1 else 0


def loss_and_width(found: Cells, depth: int) -> Estimate:
    """Spearman's ρ of end loss and basin width within each task: the mean over tasks."""
    rho = []
    for task in TASKS:
        loss, width = final_loss(found, task, depth), of_depth(found, "width", task, depth)
        rho.append(np.corrcoef(rankdata(loss), rankdata(width))[0, 1])
    return Estimate(np.mean(rho), 1 / np.sqrt(len(TASKS) * (len(loss) - 1)))


def minima_on_planes(slices: Cells, surface: str) -> Estimate:
    """Mean number of minima on a plane, with its error over samples."""
    return Estimate.mean(slices.select(surface=surface)["minima"].mean(axis=1))


def spectrum_of(slices: Cells, surface: str) -> tuple[NDArray, NDArray]:
    """Shares of variance by wave number, and standard errors over samples, (waves,) each."""
    shares = slices.select(surface=surface)["spectrum"].mean(axis=1)
    return shares.mean(axis=0), shares.std(axis=0, ddof=1) / np.sqrt(len(shares))


def short_waves(slices: Cells, surface: str) -> Estimate:
    """The share of variance in wave numbers above 2, with its error over samples."""
    shares = slices.select(surface=surface)["spectrum"]
    return Estimate.mean(shares[..., 2:].sum(axis=-1).mean(axis=1))


# --- rows ---------------------------------------------------------------------------------------------------


def written(found: dict[str, list[Estimate]]) -> str:
    """In words, in order of depth."""
    return "; ".join(f"{task} {', '.join(map(str, values))}" for task, values in found.items())


@check("depth")
def trends(found: Cells) -> Iterator[Claim]:
    """Claims that a quantity grows (+1) or falls (-1) with depth."""
    fig = "fig-depth"
    cases = (
        (f"{FIGURE} 1", "minima become broader with depth", "broader", "width", 1, "basin width", fig),
        (f"{FIGURE} 1", "the same at equal loss", "broader", "matched_width", 1, "basin width", fig),
        (
            f"{FIGURE} 1",
            "the landscape becomes smoother with depth",
            "smoother",
            "sharpness",
            -1,
            "sharpness",
            fig,
        ),
        (
            f"{FIGURE} 1",
            "with one hidden layer it is jagged",
            "jagged",
            "rough",
            -1,
            "variance in short waves",
            fig,
        ),
        (THEORY, "minima coagulate", "nearer together", "barrier_straight", -1, "barrier [nats]", fig),
        ("Conclusion", "minima deepen", "deeper", None, -1, "training loss [nats]", None),
        (
            "Conclusion",
            "deeper networks are easier to optimise",
            "easier",
            "first_epoch",
            -1,
            "epochs",
            None,
        ),
    )
    for where, claim, theirs, field, direction, name, figure in cases:
        seen = by_depth(partial(of_depth, found, field) if field else partial(final_loss, found))
        verdicts = {direction: Verdict.REPRODUCED, -direction: Verdict.REFUTED}
        verdict = verdicts.get(trend(seen), Verdict.DIFFERS)
        ours = f"{name} at 1, 5 and 10 hidden layers: {written(seen)}"
        yield Claim(where, claim, theirs, ours, verdict, PAGE, figure)


@check("depth")
def accuracy(found: Cells) -> Claim:
    errors = by_depth(partial(of_depth, found, "test_error"))
    return Claim(
        THEORY,
        "shallow networks are as accurate as deep ones",
        "as accurate",
        f"test error at 1, 5 and 10 hidden layers: {written(errors)}",
        Verdict.REPRODUCED if trend(errors) >= 0 else Verdict.DIFFERS,
        PAGE,
    )


@check("depth")
def trade_off(found: Cells) -> Claim:
    one, ten = loss_and_width(found, 1), loss_and_width(found, 10)
    z = (abs(one) - abs(ten)) / np.hypot(one.error, ten.error)
    told = Verdict.REPRODUCED if z > Z else Verdict.REFUTED if z < -Z else Verdict.UNTESTABLE
    undecided = (
        "; it takes more seeds than were trained on this machine" if told is Verdict.UNTESTABLE else ""
    )
    return Claim(
        THEORY,
        "the trade-off between width and depth of minima weakens",
        "weaker",
        f"ρ of loss and width {one} at one hidden layer, {ten} at ten{undecided}",
        told,
        PAGE,
    )


@check("depth")
def mnist(found: Cells) -> Claim:
    names = {"digits": "digits", "mnist1d": "MNIST-1D"}
    others = " and ".join(names[task] for task in found.values("data"))
    return Claim(
        f"{FIGURE} 1",
        "the surfaces of networks trained on MNIST",
        "pictures",
        f"neither MNIST nor the settings can be had here; {others} stand in",
        Verdict.UNTESTABLE,
        PAGE,
        "fig-surfaces",
    )


@check("linnerud")
def two_minima(slices: Cells) -> Claim:
    several = slices.select(surface="network/trained")["minima"] >= 2
    share = Estimate.mean(100 * several.mean(axis=1))  # in per cent
    return Claim(
        f"{FIGURE} 2",
        "a slice of a small network's loss on linnerud has two minima",
        "2",
        f"two or more on {share} % of planes through solutions",
        Verdict.REPRODUCED if share.sigmas_above(0) > Z else Verdict.REFUTED,
        PAGE,
        "fig-linnerud",
    )


@check("linnerud")
def alike(slices: Cells) -> Claim:
    both = ("network/trained", "pspin/minimum")
    network, glass = (minima_on_planes(slices, surface) for surface in both)
    ours, theirs = (short_waves(slices, surface) for surface in both)
    z = [network.sigmas_above(glass), ours.sigmas_above(theirs)]
    return Claim(
        f"{FIGURE} 2",
        "the network's landscape and that of the p-spin glass are alike",
        "by eye",
        f"minima on a plane: {network} and {glass}; variance beyond the second wave: {ours} and {theirs}",
        Verdict.REPRODUCED if np.abs(z).max() < Z else Verdict.DIFFERS,
        PAGE,
        "fig-linnerud",
    )


@check()
def therefore() -> Claim:
    no_band = landscapes.ground_state_energy(2) == landscapes.threshold_energy(2)
    points = landscapes.complex_critical_points(2, 73)
    return Claim(
        f"{FIGURE} 2",
        "as both are non-convex, they share the band and the exponential counts",
        "therefore",
        f"does not follow: p = 2 is non-convex, with E_0 = E_∞, two minima and {2 * points} critical points "
        f"at N = {points}",
        Verdict.REFUTED if no_band else Verdict.DIFFERS,
        PAGE,
    )


CHECKS = (trends, accuracy, trade_off, mnist, two_minima, alike, therefore)
