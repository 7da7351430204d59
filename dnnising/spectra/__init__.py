"""Spectra of weight matrices: the laws of noise, power-law tails, phases, and a table for a whole network."""

from dnnising.spectra import laws
from dnnising.spectra.alternatives import LikelihoodRatio, compare_tails
from dnnising.spectra.bulk import Bulk, NoBulkError, fit_bulk
from dnnising.spectra.edge import edge_p_value, noise_edge, spike_position, spike_strength
from dnnising.spectra.esd import Spectrum, spectrum
from dnnising.spectra.laws.wigner import wigner_surmise_cdf
from dnnising.spectra.layers import layer_matrices
from dnnising.spectra.levels import (
    POISSON_GAP_RATIO,
    binder_cumulant,
    spacing_ratio,
    unfold,
    unfolded_spacings,
)
from dnnising.spectra.localisation import Localisation, localisation
from dnnising.spectra.norms import (
    hard_rank,
    log_alpha_norm,
    log_norm,
    log_spectral_norm,
    matrix_entropy,
    stable_rank,
    weighted_alpha,
)
from dnnising.spectra.null import gaussian_eigenvalues, null_alphas, null_share
from dnnising.spectra.phases import PHASES, Phase, classify
from dnnising.spectra.planted import planted, with_signal
from dnnising.spectra.power_law import PowerLawFit, fit_power_law
from dnnising.spectra.similarity import canonical_correlations, linear_cka, mean_cca, pwcca
from dnnising.spectra.table import analyze

__all__ = [
    "PHASES",
    "POISSON_GAP_RATIO",
    "Bulk",
    "LikelihoodRatio",
    "Localisation",
    "NoBulkError",
    "Phase",
    "PowerLawFit",
    "Spectrum",
    "analyze",
    "binder_cumulant",
    "canonical_correlations",
    "classify",
    "compare_tails",
    "edge_p_value",
    "fit_bulk",
    "fit_power_law",
    "gaussian_eigenvalues",
    "hard_rank",
    "laws",
    "layer_matrices",
    "linear_cka",
    "localisation",
    "log_alpha_norm",
    "log_norm",
    "log_spectral_norm",
    "matrix_entropy",
    "mean_cca",
    "noise_edge",
    "null_alphas",
    "null_share",
    "planted",
    "pwcca",
    "spacing_ratio",
    "spectrum",
    "spike_position",
    "spike_strength",
    "stable_rank",
    "unfold",
    "unfolded_spacings",
    "weighted_alpha",
    "wigner_surmise_cdf",
    "with_signal",
]
