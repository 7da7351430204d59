"""What dyson.py stored, as chapter 5 and its ledger rows read it: levels that repel each other."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dnnising import Estimate, dynamics
from dnnising.results import Cells


def pairs_of_levels(dyson: Cells) -> dict[str, NDArray]:
    """Two levels at β = 1, (m, 2), by what was integrated: the levels or the matrix."""
    return {law: dyson.select(law=law, n=2, beta=1).one["eigenvalues"] for law in ("levels", "matrix")}


def two_level_cdf(x: NDArray) -> NDArray:
    """Share of levels ≤ x of a pair at β = 1, σ = 1, by quadrature of `coulomb_gas_density`."""
    grid = np.linspace(-9, 9, 4001)
    density = dynamics.coulomb_gas_density(grid)
    return np.interp(x, grid, np.cumsum(density) * (grid[1] - grid[0]))


def resampled(statistic: Callable[[NDArray], float], levels: NDArray, n: int = 200) -> Estimate:
    """A statistic of (m, n) levels, with its error over bootstraps of the m."""
    rng = np.random.default_rng(0)
    draws = [statistic(levels[rng.integers(len(levels), size=len(levels))]) for _ in range(n)]
    return Estimate(statistic(levels), float(np.std(draws, ddof=1)))
