"""Norms, ranks and entropies of a weight matrix, from its spectrum.

Norms here are those of W itself: the eigenvalues of WᵀW are N times those of a `Spectrum`. Logarithms of
norms are to base 10, as in the source.
"""

import numpy as np

from dnnising.spectra.esd import Spectrum


def matrix_entropy(spectrum: Spectrum) -> float:
    """-Σ p_i ln p_i / ln R with p_i = ν_i²/Σν², over the R positive singular values ν; in [0, 1], scale-free.

    1 where all are equal; 0 for a matrix of rank one (Martin and Mahoney 2019, "Matrix complexity").

    Args:
        spectrum: of the matrix, from `spectrum`.

    >>> from dnnising.spectra import spectrum
    >>> one = np.outer([1.0, 2.0, 3.0], [1.0, 1.0])
    >>> round(matrix_entropy(spectrum(np.eye(3))), 9), matrix_entropy(spectrum(one))
    (1.0, 0.0)
    """
    p = spectrum.positive / spectrum.positive.sum()
    return float(-(p @ np.log(p)) / np.log(p.size)) if p.size > 1 else 0.0


def stable_rank(spectrum: Spectrum) -> float:
    """The stable rank ‖W‖²_F/‖W‖²₂ = Σ λ/λ_max, from 1 to M; scale-free.

    Rudelson and Vershynin, J. ACM 54, 21 (2007).

    Args:
        spectrum: of the matrix, from `spectrum`.

    >>> from dnnising.spectra import spectrum
    >>> round(stable_rank(spectrum(np.diag([2.0, 1.0, 1.0]))), 9)  # (4 + 1 + 1)/4
    1.5
    """
    return float(spectrum.eigenvalues.sum() / spectrum.largest)


def hard_rank(spectrum: Spectrum) -> int:
    """How many singular values stand above the rounding of the type that W was stored in (see `spectrum`).

    Args:
        spectrum: of the matrix, from `spectrum`.

    >>> from dnnising.spectra import spectrum
    >>> hard_rank(spectrum(np.outer([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])))
    1
    """
    return int(spectrum.positive.size)


def log_norm(spectrum: Spectrum) -> float:
    """The logarithm of the Frobenius norm, log₁₀ ‖W‖²_F; W → cW adds 2 log₁₀ c.

    Args:
        spectrum: of the matrix, from `spectrum`.

    >>> from dnnising.spectra import spectrum
    >>> round(log_norm(spectrum(np.diag([6.0, 8.0]))), 9)  # 36 + 64 = 10²
    2.0
    """
    return float(np.log10(spectrum.N * spectrum.eigenvalues.sum()))


def log_spectral_norm(spectrum: Spectrum) -> float:
    """The logarithm of the spectral norm, log₁₀ ‖W‖²₂ = log₁₀ λ_max(WᵀW); W → cW adds 2 log₁₀ c.

    Args:
        spectrum: of the matrix, from `spectrum`.

    >>> from dnnising.spectra import spectrum
    >>> round(log_spectral_norm(spectrum(np.diag([10.0, 1.0]))), 9)
    2.0
    """
    return float(np.log10(spectrum.N * spectrum.largest))


def log_alpha_norm(spectrum: Spectrum, alpha: float) -> float:
    """log₁₀ Σ λ_i(WᵀW)^alpha, the norm that a power-law tail suggests; W → cW adds 2 alpha log₁₀ c.

    Args:
        spectrum: of the matrix, from `spectrum`.
        alpha: the exponent of its tail, as of `fit_power_law`.

    >>> from dnnising.spectra import spectrum
    >>> found = spectrum(np.diag([3.0, 1.0]))
    >>> round(10 ** log_alpha_norm(found, alpha=2.0), 6)  # 9² + 1²
    82.0
    """
    ratios = spectrum.eigenvalues / spectrum.largest
    return alpha * log_spectral_norm(spectrum) + float(np.log10(np.sum(ratios**alpha)))


def weighted_alpha(spectrum: Spectrum, alpha: float) -> float:
    """alpha log₁₀ λ_max(WᵀW); its mean over the layers is the α̂ of Martin and Mahoney (arXiv:1901.08278).

    alpha is scale-free and this is not: W → cW adds 2 alpha log₁₀ c, and dividing WᵀW by N subtracts
    alpha log₁₀ N. Where λ_max < 1 it is negative, and a steeper tail makes it smaller. So values compare only
    between networks whose layers have the same shapes and the same normalisation.

    Args:
        spectrum: of the matrix, from `spectrum`.
        alpha: the exponent of its tail, as of `fit_power_law`.

    >>> from dnnising.spectra import spectrum
    >>> round(weighted_alpha(spectrum(np.diag([10.0, 1.0])), alpha=2.5), 9)  # 2.5 log₁₀ 100
    5.0
    """
    return alpha * log_spectral_norm(spectrum)
