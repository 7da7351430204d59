"""The statistics of neighbouring levels: unfolding, spacings, gap ratios, and the shape of a density.

The laws that they are held against stand in `laws`: `wigner_surmise_pdf`, `gap_ratio_pdf`, `MEAN_GAP_RATIO`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

POISSON_GAP_RATIO = 2 * float(np.log(2)) - 1
"""The mean gap ratio ⟨r⟩ of independent levels, 0.3863."""


def unfold(levels: ArrayLike, cdf: Callable[[NDArray[np.float64]], ArrayLike]) -> NDArray[np.float64]:
    """Levels on a scale where their mean spacing is 1 everywhere: n F(x), F the smooth share of levels ≤ x.

    Args:
        levels: (..., n), ascending; each row is one spectrum.
        cdf: F, from levels (..., n) to shares in [0, 1], such as `marchenko_pastur_cdf` with its arguments
            bound.

    Returns:
        (..., n) in units of the mean spacing.

    Raises:
        ValueError: levels that do not ascend, or fewer than two.

    >>> unfold([0.1, 0.3, 0.7], lambda x: x).round(9).tolist()
    [0.3, 0.9, 2.1]
    """
    x = _checked(levels, least=2)
    return x.shape[-1] * np.asarray(cdf(x), dtype=np.float64)


def unfolded_spacings(levels: ArrayLike) -> NDArray[np.float64]:
    """Spacings S_i = x_{i+1} - x_i, each in units of its own mean over the spectra: S_i/⟨S_i⟩.

    For many spectra of one law and no formula for their density: every place in the spectrum is unfolded by
    itself. The mean over m spectra has a relative error of about 0.5/√m at β = 1, which widens the result.
    Raw spacings compare the edge of a spectrum with its middle: even Gaussian matrices then miss the surmise.

    Args:
        levels: (m, n), ascending; each of the m ≥ 2 rows is one spectrum.

    Returns:
        (m, n - 1), the mean of each column 1.

    Raises:
        ValueError: levels that do not ascend, fewer than two, a single spectrum, or levels that always
            coincide.

    >>> unfolded_spacings([[0.0, 1.0, 11.0], [0.0, 3.0, 33.0]]).tolist()  # means are 2 and 20
    [[0.5, 0.5], [1.5, 1.5]]
    """
    x = _checked(levels, least=2)
    if x.ndim != 2 or len(x) < 2:
        raise ValueError(f"levels have shape {x.shape}; pass (m, n) with m ≥ 2 spectra, or use unfold")
    spacings = np.diff(x, axis=1)
    means = spacings.mean(axis=0)
    if not np.all(means > 0):
        raise ValueError("two neighbouring levels coincide in every spectrum: leave one of them out")
    return spacings / means


def spacing_ratio(levels: ArrayLike) -> NDArray[np.float64]:
    """r = min(S, S')/max(S, S') of neighbouring spacings S and S', in [0, 1]; needs no unfolding.

    ⟨r⟩ tends to 0.5307 for large real matrices (β = 1), 0.5996 for β = 2, 0.6744 for β = 4 and 0.3863 for
    independent levels (Atas et al., Phys. Rev. Lett. 110, 084101, 2013).

    Args:
        levels: (..., n), ascending; each row is one spectrum.

    Returns:
        (..., n - 2) from 0 to 1; NaN where three levels coincide.

    Raises:
        ValueError: levels that do not ascend, or fewer than three.

    >>> spacing_ratio([0.0, 1.0, 3.0, 4.0]).tolist()
    [0.5, 0.5]
    """
    spacings = np.diff(_checked(levels, least=3), axis=-1)
    one, other = spacings[..., :-1], spacings[..., 1:]
    larger = np.maximum(one, other)
    return np.divide(np.minimum(one, other), larger, out=np.full(larger.shape, np.nan), where=larger > 0)


def binder_cumulant(values: ArrayLike) -> float:
    """U₄ = ⟨y⁴⟩/(3⟨y²⟩²) - 1 with y = x - ⟨x⟩: a third of the excess kurtosis.

    The sign is the third source's: negative for a density flatter than a Gaussian. Binder's own cumulant, 1 -
    ⟨y⁴⟩/(3⟨y²⟩²) (Z. Phys. B 43, 119, 1981), is its opposite. 0 for a Gaussian, -4/27 for one of two levels
    (β = 1), -1/3 for the semicircle of infinitely many, -2/3 for two points.

    Args:
        values: x, in any shape and unit: U₄ has none.

    Raises:
        ValueError: fewer than two values, or all the same.

    >>> round(binder_cumulant([-1.0, 1.0]), 9)
    -0.666666667
    """
    x = np.asarray(values, dtype=np.float64).ravel()
    if x.size < 2 or x.min() == x.max():
        raise ValueError(f"{x.size} values that do not differ have no shape; pass a sample")
    y = (x - x.mean()) / x.std()
    return float(np.mean(y**4) / 3 - 1)


def _checked(levels: ArrayLike, least: int) -> NDArray[np.float64]:
    x = np.asarray(levels, dtype=np.float64)
    if x.ndim == 0 or x.shape[-1] < least:
        raise ValueError(f"levels have shape {x.shape}; at least {least} are needed along the last axis")
    if not np.all(np.diff(x, axis=-1) >= 0):
        raise ValueError("levels must ascend along the last axis; sort them first")
    return x
