"""What batch_size.py and capacity.py stored, as chapter 6 and its ledger rows read it: trained networks."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr

from dnnising import spectra
from dnnising.results import Cells

SHAPES = {"fc1": (256, 64), "fc2": (256, 128)}  # (N, M) of the networks in batch_size.py


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
