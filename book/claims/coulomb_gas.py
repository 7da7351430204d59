"""Ledger rows of the third source, first part: learning as a Coulomb gas, in an RBM and in a transformer."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kstest

from book.claims.claim import Claim, Verdict, check, claims_of, judged, mean_and_error, measured, numbers
from book.readings.heads import gaussian_gap_ratio, heads
from book.readings.noisy_learning import (
    PAIRS,
    RBM,
    Scan,
    practice,
    relative_variances,
    scans,
    shifts,
    sigma_of_density,
    single_update,
)
from dnnising import dynamics, spectra
from dnnising.results import Cells
from dnnising.spectra import laws

TITLE = "AI applications in QFT, part II (Aarts 2025): learning as a gas"
PAGE = "05-sgd-coulomb-gas"
SURMISE_BOUND = 1.34  # 99.9 % point of √n D where the mean spacing is estimated from the same sample
LINEAR = 2e-3  # α/B up to which neighbouring modes do not yet collide


row = partial(judged, PAGE)


@check("dyson")
def gas(dyson: Cells) -> list[Claim]:
    two = {law: dyson.select(law=law, n=2, beta=1).one["eigenvalues"] for law in ("levels", "matrix")}
    p = [kstest(two["levels"][:, k], two["matrix"][:, k]).pvalue for k in (0, 1)]
    second = [np.mean(levels**2) / 1.5 for levels in two.values()]
    cumulant, error = resampled(spectra.binder_cumulant, two["levels"])
    many = dyson.select(law="levels", n=64, beta=1).one["eigenvalues"]
    radius = np.sqrt(2 * many.shape[1])
    semicircle = kstest(many.ravel(), lambda x: laws.semicircle_cdf(x, radius / 2)).statistic
    flatness, spread = resampled(spectra.binder_cumulant, many)
    return [
        row(
            "levels alone, integrated by Dyson's equation, end as the eigenvalues of the matrix",
            "Stochastic matrix dynamics: Dyson Brownian motion",
            "same law",
            f"two levels: KS p = {numbers(p)}; ⟨x²⟩ over its exact value {numbers(second, 3)}",
            min(p) > 1e-3 and np.abs(np.array(second) - 1).max() < 0.05,
            "fig-gas",
        ),
        row(
            "two levels have the density of the slides, with U₄ = −4/27",
            "Wigner semi-circle",
            "−0.148",
            f"{measured(cumulant, error)}; KS p = {kstest(two['levels'].ravel(), two_level_cdf).pvalue:.2f}",
            abs(cumulant + 4 / 27) < 3 * error,
            "fig-gas",
        ),
        row(
            "U₄ = −4/27 is the semicircle's",
            "Wigner semi-circle",
            "−0.148",
            f"64 levels: distance from the semicircle {semicircle:.3f}, U₄ = {measured(flatness, spread)}; "
            "−1/3 for infinitely many",
            abs(flatness + 4 / 27) < 3 * spread,
            "fig-gas",
        ),
    ]


def two_level_cdf(x: NDArray) -> NDArray:
    """Share of levels ≤ x of a pair at β = 1, σ = 1, by quadrature of `coulomb_gas_density`."""
    grid = np.linspace(-9, 9, 4001)
    density = dynamics.coulomb_gas_density(grid)
    return np.interp(x, grid, np.cumsum(density) * (grid[1] - grid[0]))


def resampled(statistic: Callable[[NDArray], float], levels: NDArray, n: int = 200) -> tuple[float, float]:
    """A statistic of (m, n) levels and its standard error over bootstraps of the m."""
    rng = np.random.default_rng(0)
    draws = [statistic(levels[rng.integers(len(levels), size=len(levels))]) for _ in range(n)]
    return float(statistic(levels)), float(np.std(draws, ddof=1))


@check("rbm")
def collapse(rbm: Cells) -> Claim:
    distances = {
        beta: [
            kstest((S / S.mean(axis=0)).ravel(), spectra.wigner_surmise_cdf, args=(beta,)).statistic
            * np.sqrt(S.size)
            for S in (scan.spacings for scan in scans(rbm))
        ]
        for beta in (1, 2)
    }
    return row(
        "spacings of degenerate pairs collapse on the surmise at every α and B",
        "Wigner surmise: 4 degenerate pairs",
        "universal curve",
        f"√n D at most {max(distances[1]):.2f} in {len(distances[1])} settings (bound {SURMISE_BOUND}); "
        f"for β = 2 at least {min(distances[2]):.1f}",
        max(distances[1]) < SURMISE_BOUND < min(distances[2]),
        "fig-collapse",
    )


def linear(rbm: Cells) -> list[Scan]:
    """Settings in which neighbouring modes do not yet collide."""
    return [scan for scan in scans(rbm) if scan.ratio < LINEAR]


@check("rbm")
def proportional(rbm: Cells) -> Claim:
    fit = dynamics.fit_scaling(*relative_variances(linear(rbm)))
    return row(
        "σ² ∝ α/B",
        "RBM: Wigner surmise and semi-circle",
        "slope 1",
        f"slope {fit.slope}, prefactor {fit.prefactor} (predicted 2) for α/B < {LINEAR}",
        abs(fit.slope - 1) < 0.05 and abs(fit.prefactor - 2) < 0.15,
        "fig-linear",
    )


@check("rbm")
def pair_cumulants(rbm: Cells) -> Claim:
    cumulants = np.array([[spectra.binder_cumulant(s.levels[:, m]) for m in PAIRS] for s in linear(rbm)])
    cumulant, error = mean_and_error(cumulants.ravel())
    return row(
        "U₄ = −4/27 for the levels of a degenerate pair",
        "Wigner semi-circle",
        "−0.148",
        f"{measured(cumulant, error)} over {cumulants.size} pairs",
        abs(cumulant + 4 / 27) < 3 * error,
        "fig-gas",
    )


@check("rbm")
def one_sigma(rbm: Cells) -> Claim:
    pairs = [scan.levels[:, mode] for scan in linear(rbm) for mode in PAIRS]
    from_spacings = [dynamics.sigma_from_spacings(np.diff(pair, axis=1))[0] for pair in pairs]
    ratio, spread = mean_and_error([sigma_of_density(pair) / s for pair, s in zip(pairs, from_spacings)])
    return row(
        "fits of the surmise and of the density give one σ",
        "Wigner semi-circle and surmise",
        "consistent",
        f"ratio {measured(ratio, spread)}",
        abs(ratio - 1) < 0.02,
        "fig-linear",
    )


@check()
def noise_of_a_level() -> Claim:
    variance, error_of_variance = single_update()
    sample = 8 * (RBM.fixed_points / RBM.kappa) ** 2  # V, the variance of one sample's δX_ii/α
    rooted, printed = variance / sample, variance / (2 * sample**2)
    return row(
        "the noise of an eigenvalue is √2 g_i with g̃_i ~ V_ii, a variance",
        "Back to weight matrix dynamics",
        "g̃ = V",
        f"g̃ = √(V/2): Var δX_ii over α²V/B is {measured(*mean_and_error(rooted))} over ten levels, but "
        f"over 2α²V²/B it lies between {printed.min():.2f} and {printed.max():.1f}",
        np.all(np.abs(printed - 1) < 3 * error_of_variance / (2 * sample**2)),
        "fig-flow",
        Verdict.REFUTED,
    )


@check("rbm")
def mean_of_a_level(rbm: Cells) -> Claim:
    table = shifts(next(s for s in scans(rbm) if s.ratio == 5e-4 and s.rate == 0.1))
    chi2 = {
        name: float((((table["found"] - table[name]) / table["error"]) ** 2).sum())
        for name in ("in full", "as printed")
    }
    return row(
        "drift and Coulomb term g_i²/(x_i − x_j) give the mean of every level",
        "Back to weight matrix dynamics",
        f"χ² = {chi2['as printed']:.0f} for {len(table)} modes",
        f"χ² = {chi2['in full']:.1f} with half of that term, the Itô drift and the curvature",
        chi2["as printed"] < 4 * len(table),
        "fig-flow",
        Verdict.REFUTED,
    )


@check("gpt")
def transformer(gpt: Cells) -> list[Claim]:
    start, end = ({i: heads(gpt, i, at) for i in ("normal", "torch")} for at in (0, 5000))
    rng = np.random.default_rng(0)
    tails = {
        name: spectra.fit_power_law(np.sort(found.relative.ravel()), n_refits=500, rng=rng)
        for name, found in end.items()
    }
    p_values = [found.distance[1] for found in start.values()]
    far = {name: found.distance for name, found in end.items()}
    surmise = {name: kstest(found.spacings, spectra.wigner_surmise_cdf).pvalue for name, found in end.items()}
    ratios = {name: found.gap_ratio for name, found in end.items()}
    null, null_error = gaussian_gap_ratio()
    falls = [(r - null) / np.hypot(e, null_error) for r, e in ratios.values()]
    config = dynamics.GPTConfig()
    parameters = sum(p.numel() for p in dynamics.GPT(config, 65).parameters())
    where = "Transformer: spectral density"
    return [
        row(
            "a small GPT of four blocks and four heads has about 2.1 × 10⁵ parameters",
            "Transformer: nano-GPT",
            "2.1e5",
            f"{parameters / 1e5:.2f}e5; loss {measured(*mean_and_error(end['normal'].losses))} held back",
            abs(parameters / 2.1e5 - 1) < 0.05,
            None,
        ),
        row(
            "iteration 0: K of layer 1 follows Marchenko-Pastur",
            where,
            "yes",
            f"KS p = {numbers(p_values)} (N(0, 0.02²), torch's default)",
            min(p_values) > 1e-3,
            "fig-gpt-density",
        ),
        row(
            "iteration 5000: K of layer 1 has left it for a power decay",
            where,
            "yes",
            "; ".join(
                f"{label}: distance {far[name][0]:.2f}, tail exponent "
                f"{tails[name].alpha}, p = {tails[name].p_value:.2f}"
                for name, label in (("normal", "from N(0, 0.02²)"), ("torch", "from torch's default"))
            )
            + f". At equal loss ({numbers([found.losses.mean() for found in end.values()])} nats)",
            all(p < 1e-3 for _, p in far.values()),
            "fig-gpt-density",
        ),
        row(
            "level spacings stay close to the surmise while it learns",
            "Transformer: Wigner surmise",
            "approximately",
            f"unfolded, iteration 5000: KS p = {numbers(list(surmise.values()))} with "
            f"{end['normal'].spacings.size} spacings each",
            min(surmise.values()) > 1e-3,
            "fig-gpt-spacings",
        ),
        row(
            "so does the repulsion of levels, seen by gap ratios",
            "Transformer: Wigner surmise",
            "approximately",
            f"{', '.join(measured(*ratio) for ratio in ratios.values())} against "
            f"{measured(null, null_error)} of Gaussian matrices: {numbers(falls, 1)} standard errors",
            np.abs(falls).max() < 3,
            "fig-gpt-spacings",
        ),
    ]


@check("linear_scaling")
def in_practice(linear_scaling: Cells) -> list[Claim]:
    table = practice(linear_scaling)
    times, epochs = (table[table["clock"] == clock] for clock in ("times", "epochs"))
    end = epochs[epochs["mark"] == epochs["mark"].max()]
    ratio, rate = (
        np.ptp(end[end[name] == value]["loss"]) for name, value in (("ratio", 0.005), ("rate", 0.1))
    )
    excess, errors = noise_excess(times, 0.02)
    apart = (excess.max() - excess.min()) / np.hypot(*errors[[excess.argmin(), excess.argmax()]])
    return [
        row(
            "a larger batch trains alike if the learning rate grows in proportion",
            "Linear scaling relation",
            "linear scaling rule",
            f"training losses after {end['mark'].iloc[0]:.0f} epochs lie {ratio:.2f} nats apart at a fixed "
            f"α/B, whatever the batch, and {rate:.2f} at a fixed α",
            ratio < 0.1 * rate,
            "fig-practice",
        ),
        row(
            "learning rate and batch size appear as their ratio alone",
            "RBM: Wigner surmise and semi-circle",
            "α/B",
            "in the machine yes. In a nonlinear network what noise costs at α/B = 0.02 grows with the rate: "
            f"{', '.join(measured(*pair) for pair in zip(excess, errors))} nats at α = "
            f"{', '.join(f'{rate:g}' for rate in sorted(set(times['rate'])))}",
            apart < 3,
            "fig-practice",
        ),
    ]


def noise_excess(times: pd.DataFrame, ratio: float) -> tuple[NDArray, NDArray]:
    """Loss at the last time, by rate: at this α/B, less the mean at the two least; and its errors."""
    end = times[times["mark"] == times["mark"].max()]
    quiet = end[end["ratio"] <= sorted(set(end["ratio"]))[1]]["loss"]
    loud = end[end["ratio"] == ratio].sort_values("rate")
    error = np.hypot(loud["± loss"], quiet.std(ddof=1) / np.sqrt(quiet.size))
    return (loud["loss"] - quiet.mean()).to_numpy(), error.to_numpy()


CHECKS = (
    gas,
    collapse,
    proportional,
    pair_cumulants,
    one_sigma,
    noise_of_a_level,
    mean_of_a_level,
    transformer,
    in_practice,
)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
