from .frechet import frechet_cdf as frechet_cdf, frechet_pdf as frechet_pdf
from .marchenko_pastur import (
    marchenko_pastur_cdf as marchenko_pastur_cdf,
    marchenko_pastur_edges as marchenko_pastur_edges,
    marchenko_pastur_pdf as marchenko_pastur_pdf,
    marchenko_pastur_ppf as marchenko_pastur_ppf,
)
from .tracy_widom import (
    tracy_widom_cdf as tracy_widom_cdf,
    tracy_widom_moments as tracy_widom_moments,
    tracy_widom_pdf as tracy_widom_pdf,
    tracy_widom_ppf as tracy_widom_ppf,
)
from .wigner import (
    MEAN_GAP_RATIO as MEAN_GAP_RATIO,
    gap_ratio_pdf as gap_ratio_pdf,
    semicircle_cdf as semicircle_cdf,
    semicircle_pdf as semicircle_pdf,
    wigner_surmise_cdf as wigner_surmise_cdf,
    wigner_surmise_pdf as wigner_surmise_pdf,
)
