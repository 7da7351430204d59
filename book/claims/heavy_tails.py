"""Ledger rows of the fourth source: heavy-tailed spectra and the phases of training.

Rows come from stored results, from the embedded model and, where it takes a second, from matrices drawn on
the spot.
"""

from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr

from book.claims.claim import Claim, check, claims_of, judged, mean_and_error, measured
from dnnising import spectra
from dnnising.results import Cells

TITLE = "Statistical mechanics for large neural networks (Martin and Mahoney 2019): heavy tails"
SHAPES = {"fc1": (256, 64), "fc2": (256, 128)}  # (N, M) of the networks in batch_size.py
PAGE = "06-heavy-tails"


row = partial(judged, PAGE)


def edge_slope(matrices: Cells) -> tuple[float, float]:
    """Exponent of the spread of λ_max in M, and its standard error."""
    edge = matrices.select(part="edge")
    sizes, draws = edge.values("M"), edge["largest"]
    error = np.sqrt(1 / (2 * len(draws[0])))  # of ln(standard deviation), the same for all
    x = np.log(sizes)
    x -= x.mean()
    spread = np.log([np.std(values, ddof=1) for values in draws])
    return float(x @ spread / (x @ x)), float(error / np.sqrt(x @ x))


def fitted_alphas(matrices: Cells, entries: str, N: int, M: int) -> tuple[NDArray, NDArray, NDArray]:
    """(μ, mean alpha, standard deviation) arrays of the fits to (N, M) matrices."""
    fits = matrices.select(part="alpha", kind=entries, N=N, M=M)
    alphas = fits["alpha"]
    return np.array(fits.values("mu")), alphas.mean(axis=1), alphas.std(axis=1, ddof=1)


@check("random_matrices")
def random_matrices(matrices: Cells) -> list[Claim]:
    slope, error = edge_slope(matrices)
    mu, alpha, spread = fitted_alphas(matrices, "lomax", 2000, 1000)
    error_alpha = spread / np.sqrt(matrices.select(part="alpha", M=1000).parameter("draws"))
    heavy, light = (mu > 0.9) & (mu < 2), mu > 4
    offsets = np.abs(alpha - (mu / 2 + 1))[heavy]
    saturates = np.ptp(alpha[light]) < 0.5
    signs = fitted_alphas(matrices, "signed", 1000, 500)[1][light]
    ratios = {m: largest_ratio(matrices, m) for m in (1.0, 3.0)}
    found = matrices.select(part="phases").one["found"]
    right = np.diag(found) / found.sum(axis=1)
    return [
        row(
            "λ_max of noise fluctuates about λ₊ as M^(-2/3)",
            "Random Matrix Theory 102'",
            "-2/3",
            f"{slope:.3f} ± {error:.3f}",
            abs(slope + 2 / 3) < 3 * error,
            "fig-edge",
        ),
        row(
            "very heavy tails, 0 < μ < 2: the fitted exponent follows μ/2 + 1",
            "Non-negligible finite size effects, (a)",
            "1.5 at μ = 1, 1.75 at 1.5",
            ", ".join(
                f"{a:.2f} ± {e:.2f} at {m}" for m, a, e in zip(mu[heavy], alpha[heavy], error_alpha[heavy])
            ),
            bool(np.all(offsets < 0.1 * alpha[heavy])),
            "fig-alpha-mu",
        ),
        row(
            "weakly heavy tails, μ > 4: the fitted exponent stops following μ",
            "Non-negligible finite size effects",
            "saturation",
            f"{alpha[light].min():.1f} to {alpha[light].max():.1f} for positive entries, as drawn there; "
            f"{signs.min():.0f} to {signs.max():.0f} with random signs: only where entries have a mean",
            saturates and np.ptp(signs) < 2,
            "fig-alpha-mu",
        ),
        row(
            "0 < μ < 4: λ_max is the square of the largest entry and follows Fréchet",
            "Random Matrix Theory 103",
            "Frechet",
            f"median N λ_max/max W² is {ratios[1.0]:.2f} at μ = 1 and {ratios[3.0]:.2f} at μ = 3 (M = 200)",
            max(ratios.values()) < 1.1,
            "fig-heavy-matrices",
        ),
        row(
            "5+1 phases can be told apart by operational rules",
            "RMT-based 5+1 Phases of Training",
            "rules in words",
            f"{right.mean():.0%} of {int(found.sum())} planted matrices right, worst phase {right.min():.0%}",
            right.mean() > 0.9 and right.min() > 0.8,
            "fig-phases",
        ),
    ]


def largest_ratio(matrices: Cells, mu: float) -> float:
    """Median of the largest eigenvalue over the largest squared entry."""
    extremes = matrices.select(part="largest", mu=mu).one
    return float(np.median(extremes["largest"] / extremes["entry"]))


@cache
def power_law_norms(mu: float, scale: float, n: int = 10) -> tuple[float, float]:
    """α log λ_max / log ‖W‖²_F of 400×400 matrices of Pareto entries with random signs: mean and error."""
    rng, ratios = np.random.default_rng(0), []
    for _ in range(n):
        W = scale * rng.choice([-1, 1], (400, 400)) * rng.pareto(mu, (400, 400))
        found = spectra.spectrum(W)
        alpha = spectra.fit_power_law(found.eigenvalues).alpha
        ratios.append(alpha * spectra.log_spectral_norm(found) / spectra.log_norm(found))
    return mean_and_error(ratios)


@check()
def norms() -> Claim:
    found = {(mu, scale): power_law_norms(mu, scale) for mu in (1.0, 3.0) for scale in (1.0, 0.1)}
    return row(
        "α log λ_max ≈ log ‖W‖²_F for heavy-tailed matrices",
        "Universality, capacity control, and norm-powerlaw relations",
        "approximately equal",
        "left over right "
        + ", ".join(
            f"{measured(*ratio)} at μ = {mu:.0f}" + (", W/10" if scale < 1 else "")
            for (mu, scale), ratio in found.items()
        )
        + ": not equal, and a matter of units",
        all(abs(ratio - 1) < 0.1 for ratio, _ in found.values()),
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
    below = float((table["alpha"] < 5).mean())
    error = np.sqrt(below * (1 - below) / len(table))
    ratios = spike_participation()
    lower = float(np.mean(ratios < 1))
    return [
        row(
            "most fitted exponents of trained layers lie below 5",
            "Power Law Universality: ImageNet",
            "80-90 % of 7500 matrices",
            f"{below:.0%} ± {error:.0%} of {len(table)} (Gaussian matrices of the same shapes: {null:.0%})",
            0.8 - 2 * error < below < 0.9 + 2 * error,
            "fig-real-alpha",
        ),
        row(
            "spikes are more localised than the bulk",
            "Spikes: carry more 'information' than the Bulk",
            "lower participation",
            f"top 5 % below the median in {lower:.0%} of {ratios.size} matrices, ratio {ratios.mean():.2f} "
            f"± {ratios.std(ddof=1) / np.sqrt(ratios.size):.2f}",
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


def trained_networks(networks: Cells) -> pd.DataFrame:
    """A row a hidden matrix of a trained network: protocol, batch, seed, layer, phase, ranks and errors."""
    rows = []
    for network in networks:
        protocol, fields = network.parameter("part"), network.one
        for layer, shape in SHAPES.items() if protocol in ("epochs", "steps") else ():
            found = spectra.Spectrum(fields[layer], *shape, "gram")
            phase = spectra.assign_spectral_phase(found)
            rows.append(
                {
                    "protocol": protocol,
                    "batch": network.parameter("batch"),
                    "seed": network.parameter("seed"),
                    "layer": layer,
                    "phase": phase.name,
                    "stable_rank": spectra.stable_rank(found),
                    "soft_rank": phase.bulk.soft_rank if phase.bulk else np.nan,
                    "entropy": spectra.matrix_entropy(found),
                    "train_error": float(fields["train_error"]),
                    "test_error": float(fields["test_error"]),
                }
            )
    return pd.DataFrame(rows)


def correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Spearman's correlation with the batch size of each quantity, by protocol and layer."""
    names = ["stable_rank", "soft_rank", "train_error", "test_error"]
    return pd.DataFrame(
        {
            (protocol, layer): {
                name: spearmanr(part["batch"], part[name], nan_policy="omit").statistic for name in names
            }
            for (protocol, layer), part in table.groupby(["protocol", "layer"])
        }
    )


@check("batch_size")
def batches(networks: Cells) -> list[Claim]:
    table = trained_networks(networks)
    rho = correlations(table)
    ranks, seen = rho.loc[["stable_rank", "soft_rank"]], {}
    for protocol in ("epochs", "steps"):
        part = table[table["protocol"] == protocol]
        seen[protocol] = [name for name in spectra.PHASES if name in set(part["phase"])]
    result = []
    for protocol, words in (("epochs", "equal epochs"), ("steps", "equal numbers of steps")):
        low, error = ranks[protocol].min().min(), rho[protocol].loc["test_error"].iloc[0]
        result += [
            row(
                f"stable rank and MP soft rank fall with the batch size ({words})",
                "Batch Size Tuning: Generalization Gap",
                "monotone in figures",
                f"Spearman at least {low:.2f}",
                low > 0.7,
                "fig-batch",
            ),
            row(
                f"larger batches generalise worse ({words})",
                "Batch Size Tuning: Generalization Gap",
                "yes",
                f"Spearman of test error and batch {error:.2f}",
                error > 0.5,
                "fig-batch",
            ),
            row(
                f"varying only the batch size shows all five phases ({words})",
                "Varying Batch Size, figure (a) to (h)",
                "five",
                ", ".join(seen[protocol]),
                set(spectra.PHASES[:5]) <= set(seen[protocol]),
                "fig-batch-spectra",
            ),
        ]
    start = np.mean([spectra.matrix_entropy(initial) for initial in initial_spectra(networks)])
    small = table[(table["protocol"] == "epochs") & (table["batch"] == 2) & (table["layer"] == "fc2")][
        "entropy"
    ]
    result.append(
        row(
            "training lowers the matrix entropy",
            "Matrix complexity",
            "falls",
            f"{start:.3f} before, {small.mean():.3f} ± {small.sem():.3f} after (batch 2)",
            small.max() < start,
            None,
        )
    )
    return result


def initial_spectra(networks: Cells) -> list[spectra.Spectrum]:
    values = networks.select(part="initial")["fc2"]
    return [spectra.Spectrum(one, *SHAPES["fc2"], "gram") for one in values]


def trained_models(networks: Cells) -> pd.DataFrame:
    """A row a network of capacity.py: its settings, metrics and errors.

    In alphabetical order of their cells: draws of `kendall` go by it.
    """
    settings = ["width", "depth", "batch", "noise", "seed"]
    return pd.DataFrame(
        {name: network.parameter(name) for name in settings}
        | {name: float(value) for name, value in network.one.items()}
        for _, network in sorted(zip(networks.parameters, networks))
    )


def kendall(
    x: ArrayLike, y: ArrayLike, *, against: ArrayLike | None = None, n_resamples: int = 500
) -> tuple[float, float, float]:
    """Kendall's τ_b of x and y over networks, and its 95 % bootstrap interval; less that of `against` and y.

    With s_ij and t_ij the signs of the differences of two networks in x and in y,
    τ_b = Σ s_ij t_ij / √(Σ s_ij² Σ t_ij²). A resample that holds network i c_i times gives the pair c_i c_j.
    """
    xs, ys, *others = (np.asarray(values) for values in (x, y, against) if values is not None)
    signs, of_y, *of_others = (np.sign(np.subtract.outer(values, values)) for values in (xs, ys, *others))
    n = len(ys)
    draws = np.random.default_rng(0).integers(0, n, (n_resamples, n))
    counts = np.stack([np.ones(n), *(np.bincount(draw, minlength=n) for draw in draws)])

    def total(pairs: NDArray) -> NDArray:
        return np.sum(counts @ pairs * counts, axis=1)

    def tau(s: NDArray, t: NDArray) -> NDArray:
        return total(s * t) / np.sqrt(total(s * s) * total(t * t))

    found = tau(signs, of_y) - sum(tau(other, of_y) for other in of_others)
    return found[0], *np.quantile(found[1:], [0.025, 0.975])


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


CHECKS = (random_matrices, norms, real_weights, elsewhere, batches, capacity)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
