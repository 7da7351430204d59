"""Ledger rows of the fourth source: heavy-tailed spectra and the phases of training.

Rows come from stored results, from the embedded model and, where it takes a second, from matrices drawn on
the spot.
"""

from collections.abc import Iterator
from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from book.claims.claim import Claim, check, claims_of, judged
from book.readings.random_matrices import edge_slope, fitted_alphas, largest_ratio
from book.readings.trained import correlations, initial_spectra, kendall, trained_models, trained_networks
from dnnising import Estimate, spectra
from dnnising.results import Cells

TITLE = "Statistical mechanics for large neural networks (Martin and Mahoney 2019): heavy tails"

row = partial(judged, "06-heavy-tails")


@check("random_matrices")
def edge_of_noise(matrices: Cells) -> Claim:
    slope = edge_slope(matrices)
    return row(
        "λ_max of noise fluctuates about λ₊ as M^(-2/3)",
        "Random Matrix Theory 102'",
        "-2/3",
        f"{slope}",
        abs(slope.sigmas_above(-2 / 3)) < 3,
        "fig-edge",
    )


@check("random_matrices")
def very_heavy_tails(matrices: Cells) -> Claim:
    mu, alpha, spread = fitted_alphas(matrices, "lomax", 2000, 1000)
    error = spread / np.sqrt(matrices.select(part="alpha", M=1000).parameter("draws"))
    heavy = (mu > 0.9) & (mu < 2)
    offsets = np.abs(alpha - (mu / 2 + 1))[heavy]
    return row(
        "very heavy tails, 0 < μ < 2: the fitted exponent follows μ/2 + 1",
        "Non-negligible finite size effects, (a)",
        "1.5 at μ = 1, 1.75 at 1.5",
        ", ".join(f"{Estimate(a, e)} at {m}" for m, a, e in zip(mu[heavy], alpha[heavy], error[heavy])),
        bool(np.all(offsets < 0.1 * alpha[heavy])),
        "fig-alpha-mu",
    )


@check("random_matrices")
def weakly_heavy_tails(matrices: Cells) -> Claim:
    shapes = {"lomax": (2000, 1000), "signed": (1000, 500)}
    fits = (fitted_alphas(matrices, kind, *shape) for kind, shape in shapes.items())
    positive, signed = (alpha[mu > 4] for mu, alpha, _ in fits)
    return row(
        "weakly heavy tails, μ > 4: the fitted exponent stops following μ",
        "Non-negligible finite size effects",
        "saturation",
        f"{positive.min():.1f} to {positive.max():.1f} for positive entries, as drawn there; "
        f"{signed.min():.0f} to {signed.max():.0f} with random signs: only where entries have a mean",
        np.ptp(positive) < 0.5 and np.ptp(signed) < 2,
        "fig-alpha-mu",
    )


@check("random_matrices")
def largest_entry(matrices: Cells) -> Claim:
    ratios = {mu: largest_ratio(matrices, mu) for mu in (1.0, 3.0)}
    return row(
        "0 < μ < 4: λ_max is the square of the largest entry and follows Fréchet",
        "Random Matrix Theory 103",
        "Frechet",
        f"median N λ_max/max W² is {ratios[1.0]:.2f} at μ = 1 and {ratios[3.0]:.2f} at μ = 3 (M = 200)",
        max(ratios.values()) < 1.1,
        "fig-heavy-matrices",
    )


@check("random_matrices")
def planted_phases(matrices: Cells) -> Claim:
    found = matrices.select(part="phases").one["found"]
    right = np.diag(found) / found.sum(axis=1)
    return row(
        "5+1 phases can be told apart by operational rules",
        "RMT-based 5+1 Phases of Training",
        "rules in words",
        f"{right.mean():.0%} of {int(found.sum())} planted matrices right, worst phase {right.min():.0%}",
        right.mean() > 0.9 and right.min() > 0.8,
        "fig-phases",
    )


@cache
def power_law_norms(mu: float, scale: float, n: int = 10) -> Estimate:
    """α log λ_max / log ‖W‖²_F of 400×400 matrices of Pareto entries with random signs: their mean."""
    rng, ratios = np.random.default_rng(0), []
    for _ in range(n):
        W = scale * rng.choice([-1, 1], (400, 400)) * rng.pareto(mu, (400, 400))
        found = spectra.spectrum(W)
        alpha = spectra.fit_power_law(found.eigenvalues).alpha
        ratios.append(alpha * spectra.log_spectral_norm(found) / spectra.log_norm(found))
    return Estimate.mean(ratios)


@check()
def norms() -> Claim:
    found = {(mu, scale): power_law_norms(mu, scale) for mu in (1.0, 3.0) for scale in (1.0, 0.1)}
    return row(
        "α log λ_max ≈ log ‖W‖²_F for heavy-tailed matrices",
        "Universality, capacity control, and norm-powerlaw relations",
        "approximately equal",
        "left over right "
        + ", ".join(
            f"{ratio} at μ = {mu:.0f}" + (", W/10" if scale < 1 else "")
            for (mu, scale), ratio in found.items()
        )
        + ": not equal, and a matter of units",
        all(abs(ratio - 1) < 0.1 for ratio in found.values()),
        None,
    )


@cache
def embedded_table() -> tuple[pd.DataFrame, float]:
    """The rows of the embedded model that have an alpha, and how often Gaussian matrices have alpha < 5."""
    table = spectra.analyze("minilm")
    table = table[table["status"] == "ok"]
    null = [np.mean(spectra.null_alphas(N, M, 100) < 5) for N, M in zip(table["N"], table["M"])]
    return table, float(np.mean(null))


@cache
def spike_participation() -> NDArray:
    """For each matrix of the embedded blocks with spikes: participation of the top 5 % over the median."""
    ratios = []
    for layer, _, W in spectra.layer_matrices("minilm"):
        if layer.startswith("encoder") and W is not None:
            participation = spectra.localisation(W).participation_ratio
            ratios.append(np.mean(participation[-len(participation) // 20 :]) / np.median(participation))
    return np.array(ratios)


@check()
def real_weights() -> list[Claim]:
    table, null = embedded_table()
    share = float((table["alpha"] < 5).mean())
    below = Estimate(100 * share, 100 * np.sqrt(share * (1 - share) / len(table)))  # in per cent
    ratios = spike_participation()
    lower = float(np.mean(ratios < 1))
    return [
        row(
            "most fitted exponents of trained layers lie below 5",
            "Power Law Universality: ImageNet",
            "80-90 % of 7500 matrices",
            f"{below} % of {len(table)} (Gaussian matrices of the same shapes: {null:.0%})",
            80 - 2 * below.error < below < 90 + 2 * below.error,
            "fig-real-alpha",
        ),
        row(
            "spikes are more localised than the bulk",
            "Spikes: carry more 'information' than the Bulk",
            "lower participation",
            f"top 5 % below the median in {lower:.0%} of {ratios.size} matrices, "
            f"ratio {Estimate.mean(ratios)}",
            lower > 0.9,
            "fig-localisation",
        ),
    ]


@check(made="`analyze` on the checkpoint")
def elsewhere() -> Claim:
    return row(
        "VGG19_BN: alpha 2.96, weighted 1.16; GPT-2 against GPT",
        "WeightWatcher: example VGG19_BN",
        "2.9646",
        "their weights are not on this machine; `analyze` takes any checkpoint",
        None,
        None,
    )


@check("batch_size")
def batches(networks: Cells) -> Iterator[Claim]:
    table = trained_networks(networks)
    rho = correlations(table)
    for protocol, words in (("epochs", "equal epochs"), ("steps", "equal numbers of steps")):
        low = rho[protocol].loc[["stable_rank", "soft_rank"]].min().min()
        error = rho[protocol].loc["test_error"].iloc[0]
        phases = set(table[table["protocol"] == protocol]["phase"])
        yield row(
            f"stable rank and MP soft rank fall with the batch size ({words})",
            "Batch Size Tuning: Generalization Gap",
            "monotone in figures",
            f"Spearman at least {low:.2f}",
            low > 0.7,
            "fig-batch",
        )
        yield row(
            f"larger batches generalise worse ({words})",
            "Batch Size Tuning: Generalization Gap",
            "yes",
            f"Spearman of test error and batch {error:.2f}",
            error > 0.5,
            "fig-batch",
        )
        yield row(
            f"varying only the batch size shows all five phases ({words})",
            "Varying Batch Size, figure (a) to (h)",
            "five",
            ", ".join(name for name in spectra.PHASES if name in phases),
            set(spectra.PHASES[:5]) <= phases,
            "fig-batch-spectra",
        )


@check("batch_size")
def entropy(networks: Cells) -> Claim:
    table = trained_networks(networks)
    start = np.mean([spectra.matrix_entropy(initial) for initial in initial_spectra(networks)])
    small = table[(table["protocol"] == "epochs") & (table["batch"] == 2) & (table["layer"] == "fc2")]
    end = small["entropy"]
    return row(
        "training lowers the matrix entropy",
        "Matrix complexity",
        "falls",
        f"{start:.3f} before, {Estimate.mean(end)} after (batch 2)",
        end.max() < start,
        None,
    )


@check("capacity")
def capacity(networks: Cells) -> list[Claim]:
    table = trained_models(networks)
    tau, low, high = kendall(table["weighted_alpha"], table["test_error"])
    gain, worst, best = kendall(table["weighted_alpha"], table["test_error"], against=table["log_norm"])
    return [
        row(
            "the weighted alpha predicts trends of the test error without data",
            "Predicting test accuracies better",
            "yes",
            f"Kendall τ = {tau:.2f} ({low:.2f} to {high:.2f}) over {len(table)} networks",
            low > 0,
            "fig-capacity",
        ),
        row(
            "it does so better than the product of norms",
            "Predicting test accuracies better",
            "yes",
            f"τ larger by {gain:.2f} ({worst:.2f} to {best:.2f})",
            worst > 0,
            "fig-capacity",
        ),
    ]


CHECKS = (
    edge_of_noise,
    very_heavy_tails,
    weakly_heavy_tails,
    largest_entry,
    planted_phases,
    norms,
    real_weights,
    elsewhere,
    batches,
    entropy,
    capacity,
)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
