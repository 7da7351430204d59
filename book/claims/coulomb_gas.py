"""Ledger rows of the third source, first part: learning as a Coulomb gas, in an RBM and in a transformer."""

from functools import partial

import numpy as np
from scipy.stats import kstest

from book.claims import transformer
from book.claims.claim import Claim, Verdict, check, claims_of, judged, numbers
from book.readings.dyson import pairs_of_levels, resampled, two_level_cdf
from book.readings.noisy_learning import (
    LINEAR,
    PAIRS,
    RBM,
    linear,
    noise_excess,
    practice,
    relative_variances,
    scans,
    shifts,
    sigma_of_density,
    single_update,
)
from dnnising import Estimate, dynamics, spectra
from dnnising.results import Cells
from dnnising.spectra import laws

TITLE = "AI applications in QFT, part II (Aarts 2025): learning as a gas"
SURMISE_BOUND = 1.34  # 99.9 % point of √n D where the mean spacing is estimated from the same sample

row = partial(judged, "05-sgd-coulomb-gas")


@check("dyson")
def same_law(dyson: Cells) -> Claim:
    pairs = pairs_of_levels(dyson)
    p = [kstest(pairs["levels"][:, k], pairs["matrix"][:, k]).pvalue for k in (0, 1)]
    second = [np.mean(levels**2) / 1.5 for levels in pairs.values()]
    return row(
        "levels alone, integrated by Dyson's equation, end as the eigenvalues of the matrix",
        "Stochastic matrix dynamics: Dyson Brownian motion",
        "same law",
        f"two levels: KS p = {numbers(p)}; ⟨x²⟩ over its exact value {numbers(second, 3)}",
        min(p) > 1e-3 and np.abs(np.array(second) - 1).max() < 0.05,
        "fig-gas",
    )


@check("dyson")
def two_levels(dyson: Cells) -> Claim:
    levels = pairs_of_levels(dyson)["levels"]
    cumulant = resampled(spectra.binder_cumulant, levels)
    return row(
        "two levels have the density of the slides, with U₄ = −4/27",
        "Wigner semi-circle",
        "−0.148",
        f"{cumulant}; KS p = {kstest(levels.ravel(), two_level_cdf).pvalue:.2f}",
        abs(cumulant.sigmas_above(-4 / 27)) < 3,
        "fig-gas",
    )


@check("dyson")
def many_levels(dyson: Cells) -> Claim:
    levels = dyson.select(law="levels", n=64, beta=1).one["eigenvalues"]
    radius = np.sqrt(2 * levels.shape[1])
    semicircle = kstest(levels.ravel(), lambda x: laws.semicircle_cdf(x, radius / 2)).statistic
    cumulant = resampled(spectra.binder_cumulant, levels)
    return row(
        "U₄ = −4/27 is the semicircle's",
        "Wigner semi-circle",
        "−0.148",
        f"64 levels: distance from the semicircle {semicircle:.3f}, U₄ = {cumulant}; "
        "−1/3 for infinitely many",
        abs(cumulant.sigmas_above(-4 / 27)) < 3,
        "fig-gas",
    )


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
    cumulant = Estimate.mean(cumulants.ravel())
    return row(
        "U₄ = −4/27 for the levels of a degenerate pair",
        "Wigner semi-circle",
        "−0.148",
        f"{cumulant} over {cumulants.size} pairs",
        abs(cumulant.sigmas_above(-4 / 27)) < 3,
        "fig-gas",
    )


@check("rbm")
def one_sigma(rbm: Cells) -> Claim:
    pairs = [scan.levels[:, mode] for scan in linear(rbm) for mode in PAIRS]
    from_spacings = [dynamics.sigma_from_spacings(np.diff(pair, axis=1)) for pair in pairs]
    ratio = Estimate.mean([sigma_of_density(pair) / s for pair, s in zip(pairs, from_spacings)])
    return row(
        "fits of the surmise and of the density give one σ",
        "Wigner semi-circle and surmise",
        "consistent",
        f"ratio {ratio}",
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
        f"g̃ = √(V/2): Var δX_ii over α²V/B is {Estimate.mean(rooted)} over ten levels, but "
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


@check("linear_scaling")
def larger_batches(linear_scaling: Cells) -> Claim:
    table = practice(linear_scaling)
    epochs = table[table["clock"] == "epochs"]
    end = epochs[epochs["mark"] == epochs["mark"].max()]
    ratio, rate = (
        np.ptp(end[end[name] == value]["loss"]) for name, value in (("ratio", 0.005), ("rate", 0.1))
    )
    return row(
        "a larger batch trains alike if the learning rate grows in proportion",
        "Linear scaling relation",
        "linear scaling rule",
        f"training losses after {end['mark'].iloc[0]:.0f} epochs lie {ratio:.2f} nats apart at a fixed "
        f"α/B, whatever the batch, and {rate:.2f} at a fixed α",
        ratio < 0.1 * rate,
        "fig-practice",
    )


@check("linear_scaling")
def ratio_alone(linear_scaling: Cells) -> Claim:
    table = practice(linear_scaling)
    times = table[table["clock"] == "times"]
    excess, errors = noise_excess(times, 0.02)
    apart = (excess.max() - excess.min()) / np.hypot(*errors[[excess.argmin(), excess.argmax()]])
    return row(
        "learning rate and batch size appear as their ratio alone",
        "RBM: Wigner surmise and semi-circle",
        "α/B",
        "in the machine yes. In a nonlinear network what noise costs at α/B = 0.02 grows with the rate: "
        f"{', '.join(map(str, map(Estimate, excess, errors)))} nats at α = "
        f"{', '.join(f'{rate:g}' for rate in sorted(set(times['rate'])))}",
        apart < 3,
        "fig-practice",
    )


CHECKS = (
    same_law,
    two_levels,
    many_levels,
    collapse,
    proportional,
    pair_cumulants,
    one_sigma,
    noise_of_a_level,
    mean_of_a_level,
    *transformer.CHECKS,
    larger_batches,
    ratio_alone,
)


def rows() -> list[Claim]:
    """All of them."""
    return claims_of(CHECKS)
