"""What rbm.py and linear_scaling.py stored, as chapter 5 and its ledger rows read it."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dnnising import Estimate, dynamics
from dnnising.results import Cells

RBM = dynamics.lattice_rbm()
PAIRS = [mode for mode in RBM.modes if mode.size == 2]
LINEAR = 2e-3  # α/B up to which neighbouring modes do not yet collide


class Scan(NamedTuple):
    """The stationary levels (m, 10) of the RBM at one setting."""

    sweeps: float
    rate: float
    chains: int
    levels: np.ndarray

    @property
    def ratio(self) -> float:
        """α/B."""
        return self.rate / self.chains

    @property
    def spacings(self) -> NDArray:
        """(m, pairs)."""
        return np.stack([np.diff(self.levels[:, pair], axis=1)[:, 0] for pair in PAIRS], axis=1)

    @property
    def predicted(self) -> NDArray:
        """σ² of every level, (10,)."""
        return dynamics.predicted_variance(RBM, self.rate, self.chains, self.sweeps)


@cache
def scans(rbm: Cells) -> list[Scan]:
    """All settings of rbm.py, by α/B."""
    found = []
    for cell in rbm.select(part="scan"):
        sweeps, rate, chains = map(cell.parameter, ("sweeps", "learning_rate", "chains"))
        found.append(Scan(sweeps, rate, chains, cell.one["levels"].astype(float)))
    return sorted(found, key=lambda scan: scan.ratio)


def linear(rbm: Cells) -> list[Scan]:
    """Settings in which neighbouring modes do not yet collide."""
    return [scan for scan in scans(rbm) if scan.ratio < LINEAR]


def relative_variances(scans: list[Scan]) -> NDArray:
    """(ratios, σ²/x*, errors), (m,) each, of every mode of every setting."""
    x = RBM.fixed_points[[mode[0] for mode in RBM.modes]]
    points = []
    for scan in scans:
        variances, errors = dynamics.mode_variances(RBM, scan.levels)
        points += [(scan.ratio, v / at, e / at) for v, e, at in zip(variances, errors, x)]
    return np.array(points).T


def printed_mean() -> NDArray:
    """Shift of the levels over α/B, (10,), by the eigenvalue equation as printed.

    At rest αΩ_i(x_i - x*_i) is the repulsion Σ g_i²/(x_i - x_j) by the other modes, with g² = (α²/B) g̃² and
    g̃²/Ω = 2x*; the levels of a pair repel each other alike, and their centre is not moved.
    """
    x = RBM.fixed_points
    distance = np.subtract.outer(x, x)
    for mode in RBM.modes:
        distance[np.ix_(mode, mode)] = np.inf
    return (2 * x[:, None] / distance).sum(axis=1)


def shifts(scan: Scan) -> pd.DataFrame:
    """Table, a row a mode: the shift of its centre over α/B as found, its error, in full, and as printed."""
    full = (dynamics.predicted_mean(RBM, scan.rate, scan.chains) - RBM.fixed_points) / scan.ratio
    printed = printed_mean()
    table = []
    for mode in RBM.modes:
        centres = (scan.levels[:, mode].mean(axis=1) - RBM.fixed_points[mode[0]]) / scan.ratio
        mean = Estimate.mean(centres)
        table.append((RBM.fixed_points[mode[0]], mean, mean.error, full[mode].mean(), printed[mode].mean()))
    return pd.DataFrame(table, columns=["x*", "found", "error", "in full", "as printed"])


def sigma_of_density(pair: NDArray) -> float:
    """σ from the spread of two levels, (m, 2), of density `coulomb_gas_density`: of variance 3σ²/2."""
    return pair.std() / np.sqrt(1.5)


@cache
def single_update() -> tuple[NDArray, NDArray]:
    """Variance of X_ii after one update from the fixed point, in units of α²/B, and its error, (10,) each."""
    rate, chains, runs = 0.1, 100, 3000
    run = dynamics.train_rbm(
        learning_rate=rate,
        chains=chains,
        sweeps=np.inf,
        updates=1,
        runs=runs,
        start="target",
        rng=np.random.default_rng(0),
    )
    X = run.weights @ run.weights.swapaxes(1, 2)
    variance = X.var(axis=0, ddof=1).diagonal() * chains / rate**2
    return variance, variance * np.sqrt(2 / (runs - 1))


def practice(linear_scaling: Cells) -> pd.DataFrame:
    """Table of the networks of linear_scaling.py: α, B, and the means and errors of their losses."""
    table = []
    for rate, of_rate in sorted(linear_scaling.by("rate").items()):
        for batch, networks in sorted(of_rate.by("batch").items()):
            for clock in ("times", "epochs"):
                losses, errors = networks[f"loss_at_{clock}"], networks[f"test_error_at_{clock}"]
                for k, mark in enumerate(networks[clock][0]):
                    loss, error = Estimate.mean(losses[:, k]), Estimate.mean(errors[:, k])
                    setting = (rate, batch, round(rate / batch, 9), clock, mark)
                    table.append((*setting, loss, loss.error, error, error.error))
    names = ["rate", "batch", "ratio", "clock", "mark", "loss", "± loss", "test_error", "± test_error"]
    return pd.DataFrame(table, columns=names)


def noise_excess(times: pd.DataFrame, ratio: float) -> tuple[NDArray, NDArray]:
    """Loss at the last time, by rate: at this α/B, less the mean at the two least; and its errors."""
    end = times[times["mark"] == times["mark"].max()]
    quiet = end[end["ratio"] <= sorted(set(end["ratio"]))[1]]["loss"]
    loud = end[end["ratio"] == ratio].sort_values("rate")
    error = np.hypot(loud["± loss"], quiet.std(ddof=1) / np.sqrt(quiet.size))
    return (loud["loss"] - quiet.mean()).to_numpy(), error.to_numpy()
