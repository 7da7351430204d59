"""What the experiments keep of many students at one point: quantiles over seeds, in single precision."""

import numpy as np

from dnnising import dynamics

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def summary(run):
    """Fields by name, with k looks, q quantiles and m singular values.

    - updates (k,), from 0;
    - quantiles over seeds (q, k): mean_squared_error (2L), scaled_loss (L/½⟨|y|²⟩), gradient_norm,
      alignment, displacement, correlation (G(t, 0), normalised), raw_correlation (G(t, 0));
    - medians over seeds: correlations (k, k) and raw_correlations (k, k), between any two looks;
      singular_values (k, m) of the first layer that learns;
    - shares (k, 3) of the seeds in each `dynamics.Phase`, in its order; overflowed (k,), the share of seeds
      whose loss is not finite.

    NaN counts as larger than any number.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scaled = run.losses / run.null_losses[:, None]
        normalised = run.normalised_correlations
        phases = dynamics.assign_phase(scaled, run.displacements)
        fields = {
            "mean_squared_error": quantiles(2 * run.losses),
            "scaled_loss": quantiles(scaled),
            "gradient_norm": quantiles(run.gradient_norms),
            "alignment": quantiles(run.alignments),
            "displacement": quantiles(run.displacements),
            "correlation": quantiles(normalised[:, 0]),
            "raw_correlation": quantiles(run.correlations[:, 0]),
            "correlations": quantiles(normalised, (0.5,))[0],
            "raw_correlations": quantiles(run.correlations, (0.5,))[0],
            "singular_values": quantiles(run.singular_values, (0.5,))[0],
            "shares": np.mean([phases == phase for phase in dynamics.Phase], axis=1).T,
            "overflowed": np.mean(~np.isfinite(run.losses), axis=0),
        }
        return {"updates": run.updates, **{name: np.float32(values) for name, values in fields.items()}}


def quantiles(values, levels=QUANTILES):
    """Over the first axis, (q, …): the value at rank ⌈q n⌉, so that NaN, which sorts last, spoils no other."""
    ordered = np.sort(values, axis=0)
    return ordered[[max(0, int(np.ceil(level * len(ordered))) - 1) for level in levels]]
