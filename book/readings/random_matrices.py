"""What random_matrices.py stored, as chapter 6 and its ledger rows read it: edges, fits and maxima."""

import numpy as np
from numpy.typing import NDArray

from dnnising import Estimate
from dnnising.results import Cells


def edge_slope(matrices: Cells) -> Estimate:
    """Exponent of the spread of λ_max in M."""
    edge = matrices.select(part="edge")
    sizes, draws = edge.values("M"), edge["largest"]
    error = np.sqrt(1 / (2 * len(draws[0])))  # of ln(standard deviation), the same for all
    x = np.log(sizes)
    x -= x.mean()
    spread = np.log([np.std(values, ddof=1) for values in draws])
    return Estimate(x @ spread / (x @ x), error / np.sqrt(x @ x))


def fitted_alphas(matrices: Cells, entries: str, N: int, M: int) -> tuple[NDArray, NDArray, NDArray]:
    """(μ, mean alpha, standard deviation) arrays of the fits to (N, M) matrices."""
    fits = matrices.select(part="alpha", kind=entries, N=N, M=M)
    alphas = fits["alpha"]
    return np.array(fits.values("mu")), alphas.mean(axis=1), alphas.std(axis=1, ddof=1)


def largest_ratio(matrices: Cells, mu: float) -> float:
    """Median of the largest eigenvalue over the largest squared entry."""
    extremes = matrices.select(part="largest", mu=mu).one
    return float(np.median(extremes["largest"] / extremes["entry"]))
