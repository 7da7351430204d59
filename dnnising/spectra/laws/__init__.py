"""The laws that spectra are held against: Marchenko-Pastur, Wigner, Tracy-Widom, Fréchet."""

from dnnising.spectra.laws.frechet import frechet_cdf, frechet_pdf
from dnnising.spectra.laws.marchenko_pastur import (
    marchenko_pastur_cdf,
    marchenko_pastur_edges,
    marchenko_pastur_pdf,
    marchenko_pastur_ppf,
)
from dnnising.spectra.laws.tracy_widom import (
    tracy_widom_cdf,
    tracy_widom_moments,
    tracy_widom_pdf,
    tracy_widom_ppf,
)
from dnnising.spectra.laws.wigner import (
    MEAN_GAP_RATIO,
    gap_ratio_pdf,
    semicircle_cdf,
    semicircle_pdf,
    wigner_surmise_cdf,
    wigner_surmise_pdf,
)

__all__ = [
    "MEAN_GAP_RATIO",
    "frechet_cdf",
    "frechet_pdf",
    "gap_ratio_pdf",
    "marchenko_pastur_cdf",
    "marchenko_pastur_edges",
    "marchenko_pastur_pdf",
    "marchenko_pastur_ppf",
    "semicircle_cdf",
    "semicircle_pdf",
    "tracy_widom_cdf",
    "tracy_widom_moments",
    "tracy_widom_pdf",
    "tracy_widom_ppf",
    "wigner_surmise_cdf",
    "wigner_surmise_pdf",
]
