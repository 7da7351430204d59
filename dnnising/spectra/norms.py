"""Norms, ranks and entropies of a weight matrix, from its spectrum.

Norms here are those of W itself: the eigenvalues of WᵀW are N times those of a `Spectrum`. Logarithms of
norms are to base 10, as in the source.
"""

import numpy as np

from dnnising.spectra.esd import Spectrum


def matrix_entropy(spectrum: Spectrum) -> float:
    """-Σ p_i ln p_i / ln R with p_i = ν_i²/Σν², over the R positive singular values ν; in [0, 1], scale-free.

    1 where all are equal; 0 for a matrix of rank one (Martin and Mahoney 2019, "Matrix complexity").
    """
    p = spectrum.positive / spectrum.positive.sum()
    return float(-(p @ np.log(p)) / np.log(p.size)) if p.size > 1 else 0.0


def stable_rank(spectrum: Spectrum) -> float:
    """The stable rank ‖W‖²_F/‖W‖²₂ = Σ λ/λ_max, from 1 to M; scale-free."""
    return float(spectrum.eigenvalues.sum() / spectrum.largest)


def hard_rank(spectrum: Spectrum) -> int:
    """How many singular values stand above the rounding of the type that W was stored in (see `spectrum`)."""
    return int(spectrum.positive.size)


def log_norm(spectrum: Spectrum) -> float:
    """The logarithm of the Frobenius norm, log₁₀ ‖W‖²_F; W → cW adds 2 log₁₀ c."""
    return float(np.log10(spectrum.N * spectrum.eigenvalues.sum()))


def log_spectral_norm(spectrum: Spectrum) -> float:
    """The logarithm of the spectral norm, log₁₀ ‖W‖²₂ = log₁₀ λ_max(WᵀW); W → cW adds 2 log₁₀ c."""
    return float(np.log10(spectrum.N * spectrum.largest))


def log_alpha_norm(spectrum: Spectrum, alpha: float) -> float:
    """log₁₀ Σ λ_i(WᵀW)^alpha, the norm that a power-law tail suggests; W → cW adds 2 alpha log₁₀ c."""
    ratios = spectrum.eigenvalues / spectrum.largest
    return alpha * log_spectral_norm(spectrum) + float(np.log10(np.sum(ratios**alpha)))


def weighted_alpha(spectrum: Spectrum, alpha: float) -> float:
    """alpha log₁₀ λ_max(WᵀW); its mean over the layers is the α̂ of Martin and Mahoney (arXiv:1901.08278).

    alpha is scale-free and this is not: W → cW adds 2 alpha log₁₀ c, and dividing WᵀW by N subtracts
    alpha log₁₀ N. Where λ_max < 1 it is negative, and a steeper tail makes it smaller. So values compare only
    between networks whose layers have the same shapes and the same normalisation.
    """
    return alpha * log_spectral_norm(spectrum)
