"""Ledger rows of the third source, first part: how the heads of a small GPT start, and how they learn."""

from functools import partial

import numpy as np
from scipy.stats import kstest

from book.claims.claim import Claim, check, judged, numbers
from book.readings.heads import Heads, gaussian_gap_ratio, heads
from dnnising import Estimate, dynamics, spectra
from dnnising.results import Cells

STARTS = {"normal": "from N(0, 0.02²)", "torch": "from torch's default"}
LAST = 5000  # iterations
DENSITY, SPACINGS = "Transformer: spectral density", "Transformer: Wigner surmise"

row = partial(judged, "05-sgd-coulomb-gas")


def from_both_starts(gpt: Cells, iteration: int) -> dict[str, Heads]:
    """The keys of layer 1, by how the matrices were drawn before training."""
    return {start: heads(gpt, start, iteration) for start in STARTS}


@check("gpt")
def size(gpt: Cells) -> Claim:
    parameters = sum(p.numel() for p in dynamics.GPT(dynamics.GPTConfig(), 65).parameters())
    losses = heads(gpt, "normal", LAST).losses
    return row(
        "a small GPT of four blocks and four heads has about 2.1 × 10⁵ parameters",
        "Transformer: nano-GPT",
        "2.1e5",
        f"{parameters / 1e5:.2f}e5; loss {Estimate.mean(losses)} held back",
        abs(parameters / 2.1e5 - 1) < 0.05,
        None,
    )


@check("gpt")
def noise_at_first(gpt: Cells) -> Claim:
    p_values = [found.distance[1] for found in from_both_starts(gpt, 0).values()]
    return row(
        "iteration 0: K of layer 1 follows Marchenko-Pastur",
        DENSITY,
        "yes",
        f"KS p = {numbers(p_values)} (N(0, 0.02²), torch's default)",
        min(p_values) > 1e-3,
        "fig-gpt-density",
    )


@check("gpt")
def power_decay(gpt: Cells) -> Claim:
    rng = np.random.default_rng(0)
    words, p_values, losses = [], [], []
    for start, found in from_both_starts(gpt, LAST).items():
        tail = spectra.fit_power_law(np.sort(found.relative.ravel()), n_refits=500, rng=rng)
        distance, p_value = found.distance
        words.append(
            f"{STARTS[start]}: distance {distance:.2f}, tail exponent {tail.alpha}, p = {tail.p_value:.2f}"
        )
        p_values.append(p_value)
        losses.append(found.losses.mean())
    return row(
        "iteration 5000: K of layer 1 has left it for a power decay",
        DENSITY,
        "yes",
        f"{'; '.join(words)}. At equal loss ({numbers(losses)} nats)",
        max(p_values) < 1e-3,
        "fig-gpt-density",
    )


@check("gpt")
def spacings(gpt: Cells) -> Claim:
    found = [end.spacings for end in from_both_starts(gpt, LAST).values()]
    p_values = [kstest(one, spectra.wigner_surmise_cdf).pvalue for one in found]
    return row(
        "level spacings stay close to the surmise while it learns",
        SPACINGS,
        "approximately",
        f"unfolded, iteration 5000: KS p = {numbers(p_values)} with {found[0].size} spacings each",
        min(p_values) > 1e-3,
        "fig-gpt-spacings",
    )


@check("gpt")
def repulsion(gpt: Cells) -> Claim:
    ratios = [end.gap_ratio for end in from_both_starts(gpt, LAST).values()]
    null = gaussian_gap_ratio()
    falls = [ratio.sigmas_above(null) for ratio in ratios]
    return row(
        "so does the repulsion of levels, seen by gap ratios",
        SPACINGS,
        "approximately",
        f"{', '.join(map(str, ratios))} against {null} of Gaussian matrices: "
        f"{numbers(falls, 1)} standard errors",
        np.abs(falls).max() < 3,
        "fig-gpt-spacings",
    )


CHECKS = (size, noise_at_first, power_decay, spacings, repulsion)
