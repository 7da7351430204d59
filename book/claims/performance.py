"""Whether the width of g(E) says how well a network does: with shuffled weights, and while it is trained."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import spearmanr

from book.claims.claim import Claim, Verdict, check, number, spread_over
from book.claims.nulls import Z
from book.readings.shuffled_fractions import TASKS, changes
from dnnising import Estimate
from dnnising.results import Cells

PAGE = "03-density-of-states"


@check("shuffled_fractions")
def task_sensitivity(study: Cells) -> Iterator[Claim]:
    for task, score in TASKS.items():
        fractions, width, metric = changes(study, task)
        at = fractions == 0.05
        w, m = (Estimate.mean(100 * values[:, at].ravel()) for values in (width, metric))  # in per cent
        apart = abs(w.sigmas_above(m)) > 2
        rho = spearmanr(width[:, 1:].ravel(), metric[:, 1:].ravel()).statistic
        yield Claim(
            where="Simulations, on Table II",
            claim="W is much more sensitive to changed weights than the task",
            theirs="at f = 0.05 W falls by 42 % (opt-125m), the task's error is 1.5 %",
            ours=(
                f"{task}: at f = 0.05 W changes by {spread_over(100 * width[:, at], 'samples', ' %')}, "
                f"the {score} by {m} %; "
                f"rank correlation over all f {number(rho)}"
            ),
            verdict=Verdict.DIFFERS if not apart else Verdict.REPRODUCED if w > m else Verdict.REFUTED,
            page=PAGE,
            figure="fig-fractions",
        )


@check("shuffled_fractions")
def saturation(study: Cells) -> Claim:
    fractions, width, _ = changes(study, "passages")
    way = width[:, fractions == 0.2].ravel() / width[:, -1]
    return Claim(
        where="Simulations, on Table II",
        claim="W is that of a random network once more than 20 % of the weights are shuffled",
        theirs="W/N 0.86 at f = 0.2, 0.90 at f = 1 (bert-base)",
        ours=(
            f"embedded model: at f = 0.2 W has gone {spread_over(100 * way, 'samples', ' %')} of the way "
            "from trained to shuffled"
        ),
        verdict=Verdict.REFUTED if Estimate.mean(way).sigmas_above(0.9) < -Z else Verdict.REPRODUCED,
        page=PAGE,
        figure="fig-fractions",
    )


@check("watched")
def pause(watched: Cells) -> Claim:
    page = watched.select(text="page")
    losses, lowest = page["validation_loss"], page["lowest_energy"]
    growth = [energy[-1] / energy[np.argmin(loss)] for loss, energy in zip(losses, lowest)]
    return Claim(
        where="Conclusion",
        claim="the width can serve as a metric when to pause the training",
        theirs="a proposal",
        ours=(
            "a GPT on too little text: from where the validation loss is lowest to the end, while that loss "
            f"rises, W grows by a factor of {spread_over(growth, 'trainings')} and marks no turn"
        ),
        verdict=Verdict.REFUTED if Estimate.mean(growth).sigmas_above(1) > Z else Verdict.DIFFERS,
        page=PAGE,
        figure="fig-watched",
    )
