from . import laws as laws
from .eigenvectors import Localisation as Localisation, localisation as localisation
from .esd import Spectrum as Spectrum, spectrum as spectrum
from .laws.wigner import wigner_surmise_cdf as wigner_surmise_cdf
from .layers import layer_matrices as layer_matrices
from .levels import (
    POISSON_GAP_RATIO as POISSON_GAP_RATIO,
    binder_cumulant as binder_cumulant,
    spacing_ratio as spacing_ratio,
    unfold as unfold,
    unfolded_spacings as unfolded_spacings,
)
from .noise.bulk import Bulk as Bulk, NoBulkError as NoBulkError, fit_bulk as fit_bulk
from .noise.edge import (
    edge_p_value as edge_p_value,
    noise_edge as noise_edge,
    spike_position as spike_position,
    spike_strength as spike_strength,
)
from .norms import (
    hard_rank as hard_rank,
    log_alpha_norm as log_alpha_norm,
    log_norm as log_norm,
    log_spectral_norm as log_spectral_norm,
    matrix_entropy as matrix_entropy,
    stable_rank as stable_rank,
    weighted_alpha as weighted_alpha,
)
from .planted_phases import planted as planted, with_signal as with_signal
from .similarity import (
    canonical_correlations as canonical_correlations,
    linear_cka as linear_cka,
    pwcca as pwcca,
)
from .spectral_phases import (
    PHASES as PHASES,
    SpectralPhase as SpectralPhase,
    assign_spectral_phase as assign_spectral_phase,
)
from .table import analyze as analyze
from .tails.alternatives import LikelihoodRatio as LikelihoodRatio, compare_tails as compare_tails
from .tails.nulls import (
    gaussian_eigenvalues as gaussian_eigenvalues,
    null_alphas as null_alphas,
    null_share as null_share,
)
from .tails.power_law import PowerLawFit as PowerLawFit, fit_power_law as fit_power_law
