"""What gpt.py stored, as chapter 5 and its ledger rows read it: the heads of small GPTs as they learn."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kstest

from dnnising import Estimate, spectra
from dnnising.results import Cells
from dnnising.spectra import laws

SHAPE = (64, 16)  # of a head's matrix


class Heads(NamedTuple):
    """Eigenvalues of WᵀW/64 of the heads of all trainings, (heads, 16), and the loss at that time."""

    levels: np.ndarray
    losses: np.ndarray  # (seeds,), of the text held back

    @property
    def relative(self) -> NDArray:
        """Every head's over their own mean: spectra of variance 1, whatever the scale of the head."""
        return np.sort(self.levels / self.levels.mean(axis=1, keepdims=True), axis=1)

    @property
    def distance(self) -> tuple[float, float]:
        """Largest distance of `relative` from the Marchenko-Pastur law, and its p-value."""
        law = kstest(self.relative.ravel(), lambda x: laws.marchenko_pastur_cdf(x, SHAPE[0] / SHAPE[1]))
        return float(law.statistic), float(law.pvalue)

    @property
    def gap_ratio(self) -> Estimate:
        """Mean over heads."""
        return Estimate.mean(spectra.spacing_ratio(self.levels).mean(axis=1))

    @property
    def spacings(self) -> NDArray:
        """Of `relative`, unfolded place by place."""
        return spectra.unfolded_spacings(self.relative).ravel()


@cache
def heads(gpt: Cells, initialisation: str, iteration: int, kind: str = "key", block: int = 0) -> Heads:
    """The heads of one block of all GPTs; their levels are rigid, so a KS test of them is conservative."""
    found = gpt.select(initialisation=initialisation)
    at = int(np.flatnonzero(found["iterations"][0] == iteration)[0])
    levels, losses = found[kind][:, at, block], found["losses"][:, at, 1]
    return Heads(np.concatenate(levels) / SHAPE[0], losses)


@cache
def gaussian_gap_ratio() -> Estimate:
    """That of Gaussian matrices of a head's shape."""
    rng = np.random.default_rng(0)
    levels = np.array([spectra.gaussian_eigenvalues(*SHAPE, rng=rng) for _ in range(2000)])
    return Estimate.mean(spectra.spacing_ratio(levels).mean(axis=1))
