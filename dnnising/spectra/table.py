"""One table for a whole network: what its spectra say, a row a matrix."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch

from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, generator_of
from dnnising.spectra.esd import Spectrum, spectrum
from dnnising.spectra.layers import Source, layer_matrices
from dnnising.spectra.noise.bulk import Bulk, NoBulkError, fit_bulk
from dnnising.spectra.norms import (
    hard_rank,
    log_alpha_norm,
    log_norm,
    log_spectral_norm,
    matrix_entropy,
    stable_rank,
    weighted_alpha,
)
from dnnising.spectra.spectral_phases import assign_spectral_phase
from dnnising.spectra.tails.nulls import null_alphas, null_share
from dnnising.spectra.tails.power_law import fit_power_law

_COUNTS = ("N", "M", "n_tail", "hard_rank", "spikes", "trap_spikes")


def analyze(
    source: Source,
    *,
    n_bootstrap: int = 0,
    n_refits: int = 0,
    null_draws: int = 0,
    randomise: bool = False,
    rng: Rng | None = None,
    progress: ShowProgress = None,
) -> pd.DataFrame:
    """The spectra of all weight matrices of a network; convolutions by feature map (see `layer_matrices`).

    Columns: layer, feature_map, N, M, Q and status, which is "ok" or says what is missing and why. Then

    - alpha, alpha_error, xmin, D, n_tail of the power-law tail (`fit_power_law`), and null_2_to_6, how often
      Gaussian matrices of this shape have 2 < alpha < 6 (`null_share`);
    - `log_norm`, `log_spectral_norm`, `log_alpha_norm`, `weighted_alpha` of W, to base 10, and `stable_rank`,
      `hard_rank`, `matrix_entropy`;
    - sigma, lambda_plus, spikes, soft_rank of the Marchenko-Pastur bulk (`fit_bulk`), and phase
      (`assign_spectral_phase`).

    Eigenvalues and xmin are those of WᵀW/N. What a matrix does not have is NaN, never a stand-in number.

    Args:
        source: a name such as "minilm", a checkpoint folder, a hub id, a `LayeredCouplings`, a torch module,
            or arrays by name, as for `layer_matrices`.
        n_bootstrap: samples for a 95 % interval of alpha, say 1000; adds alpha_low and alpha_high.
        n_refits: samples for the goodness of fit, say 1000; adds p_value.
        null_draws: adds null_below, how often this many Gaussian matrices of the same shape have a lower
            alpha. Drawn once a shape, always alike (`null_alphas`).
        randomise: adds trap_spikes and trap_reach, the spikes and λ_max/λ₊ of the same weights, shuffled.
            Single outlying weights survive that and show as spikes, the source's authors' "correlation
            traps".
        rng: a numpy Generator, or an integer seed for one; needed for all but the null.
        progress: called with the matrices done, how many are known of, and {}; None shows a bar in notebooks
            and terminals, False nothing.

    Returns:
        a row a matrix, in the order of the network.

    Raises:
        TypeError: a source of another kind.
        ValueError: an option that draws, without `rng`.
        FileNotFoundError, MissingExtraError, DataFormatError: no such checkpoint, a network that is not
            installed, or a damaged file (see `load_matrices`).

    >>> W = np.random.default_rng(0).normal(size=(300, 100))
    >>> table = analyze({"noise": W, "bias": W[0]})
    >>> table[["layer", "status", "phase"]].values.tolist()
    [['noise', 'ok', 'Random-like'], ['bias', 'no matrix', nan]]
    """
    if rng is not None:
        rng = generator_of(rng)
    if (n_bootstrap or n_refits or randomise) and rng is None:
        raise ValueError(
            "n_bootstrap, n_refits and randomise draw at random: pass rng, a Generator or a seed"
        )
    rows = []
    report = reporter(progress, "analyze")
    for done, (layer, feature_map, W) in enumerate(layer_matrices(source)):  # which may come one by one
        report(done, done + 1, {})
        row: dict[str, Any] = {"layer": layer, "feature_map": feature_map, "status": "no matrix"}
        rows.append(row)
        if W is None:
            continue
        try:
            found = spectrum(W)
        except (TypeError, ValueError) as error:
            row["status"] = str(error)
            continue
        parts: list[Callable[[], dict[str, Any]]] = [
            partial(_tail, found, n_bootstrap, n_refits, null_draws, rng),
            partial(_phase, found),
        ]
        if randomise and rng is not None:
            parts.append(partial(_trap, W, rng))
        row |= _norms(found) | _whatever_works(parts)
    report(len(rows), len(rows), {})
    columns = _columns(n_bootstrap > 0, n_refits > 0, null_draws > 0, randomise)
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({name: "Int64" for name in _COUNTS if name in columns})


def _columns(interval: bool, p_value: bool, null: bool, trap: bool) -> list[str]:
    return [
        *("layer", "feature_map", "N", "M", "Q", "status", "alpha", "alpha_error"),
        *(("alpha_low", "alpha_high") if interval else ()),
        *("xmin", "D", "n_tail"),
        *(("p_value",) if p_value else ()),
        "null_2_to_6",
        *(("null_below",) if null else ()),
        *("log_norm", "log_spectral_norm", "log_alpha_norm", "weighted_alpha"),
        *("stable_rank", "hard_rank", "matrix_entropy"),
        *("sigma", "lambda_plus", "spikes", "soft_rank", "phase"),
        *(("trap_spikes", "trap_reach") if trap else ()),
    ]


def _whatever_works(parts: list[Callable[[], dict[str, Any]]]) -> dict[str, Any]:
    """The cells of all parts that have some, and the status: "ok", or why others have none."""
    cells: dict[str, Any] = {}
    reasons = []
    for part in parts:
        try:
            cells |= part()
        except ValueError as error:
            reasons.append(str(error))
    return cells | {"status": "; ".join(reasons) or "ok"}


def _norms(found: Spectrum) -> dict[str, Any]:
    return {
        "N": found.N,
        "M": found.M,
        "Q": found.Q,
        "log_norm": log_norm(found),
        "log_spectral_norm": log_spectral_norm(found),
        "stable_rank": stable_rank(found),
        "hard_rank": hard_rank(found),
        "matrix_entropy": matrix_entropy(found),
    }


def _tail(
    found: Spectrum, n_bootstrap: int, n_refits: int, null_draws: int, rng: np.random.Generator | None
) -> dict[str, Any]:
    fit = fit_power_law(found.eigenvalues, n_bootstrap=n_bootstrap, n_refits=n_refits, rng=rng)
    row: dict[str, Any] = {
        "alpha": fit.alpha,
        "alpha_error": fit.alpha.error,
        "xmin": fit.xmin,
        "D": fit.D,
        "n_tail": fit.n_tail,
        "p_value": fit.p_value,
        "null_2_to_6": null_share(found.N, found.M),
        "log_alpha_norm": log_alpha_norm(found, fit.alpha),
        "weighted_alpha": weighted_alpha(found, fit.alpha),
    }
    if fit.interval is not None:
        row |= {"alpha_low": fit.interval[0], "alpha_high": fit.interval[1]}
    if null_draws:
        row["null_below"] = float(np.mean(null_alphas(found.N, found.M, null_draws) < fit.alpha))
    return row


def _phase(found: Spectrum) -> dict[str, Any]:
    phase = assign_spectral_phase(found)
    return {"phase": phase.name} | (_bulk(phase.bulk) if phase.bulk is not None else {})


def _bulk(bulk: Bulk) -> dict[str, Any]:
    return {
        "sigma": bulk.sigma,
        "lambda_plus": bulk.lambda_plus,
        "spikes": bulk.spikes.size,
        "soft_rank": bulk.soft_rank,
    }


def _trap(W: Any, rng: np.random.Generator) -> dict[str, Any]:
    weights = W.float().cpu().numpy() if isinstance(W, torch.Tensor) else np.asarray(W)
    shuffled = spectrum(rng.permutation(weights.ravel()).reshape(weights.shape))
    try:
        bulk = fit_bulk(shuffled)
    except NoBulkError:  # heavy-tailed entries: the shuffle has no edge either
        return {}
    return {"trap_spikes": bulk.spikes.size, "trap_reach": shuffled.largest / bulk.lambda_plus}
