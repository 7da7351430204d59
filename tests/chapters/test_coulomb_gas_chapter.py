"""The full-scale results of chapter 5 meet their targets, and what the chapter reads from them is right."""

import numpy as np
import pytest
from scipy.stats import kstest

from book.claims import coulomb_gas
from book.claims.claim import Verdict
from book.readings import heads, noisy_learning
from dnnising import dynamics
from dnnising.results import stored
from dnnising.spectra import binder_cumulant, laws


def test_levels_and_matrices_agree_at_full_scale():
    walks = stored("dyson")
    for beta in (1, 2, 4):
        pairs = walks.select(n=2, beta=beta)
        levels, matrix = (pairs.select(law=law).one["eigenvalues"] for law in ("levels", "matrix"))
        assert min(kstest(levels[:, k], matrix[:, k]).pvalue for k in (0, 1)) > 1e-3
        assert np.mean(levels**2) / (1 + beta / 2) == pytest.approx(1, abs=0.02)
    many = walks.select(law="levels", n=64).one["eigenvalues"]
    assert np.mean(many**2) / (65 / 2) == pytest.approx(1, abs=0.02)
    assert kstest(many.ravel(), lambda x: laws.semicircle_cdf(x, np.sqrt(32))).statistic < 0.02
    assert binder_cumulant(many) == pytest.approx(-1 / 3, abs=0.01)


@pytest.mark.slow
def test_the_machine_meets_its_targets_at_full_scale():
    for check in (coulomb_gas.proportional, coulomb_gas.pair_cumulants):
        assert [row.verdict for row in check()] == [Verdict.REPRODUCED]
    quiet = [scan for scan in noisy_learning.scans(stored("rbm")) if scan.ratio < 1e-3]
    for scan in quiet:
        variance, error = dynamics.mode_variances(noisy_learning.RBM, scan.levels)
        predicted = scan.predicted[[mode[0] for mode in noisy_learning.RBM.modes]]
        assert np.all(np.abs(variance - predicted) < 4 * error)
        assert np.all(np.abs(variance - 2 * predicted) > 4 * error)  # the noise with √2 g for g


@pytest.mark.slow
def test_the_gpt_meets_its_targets_at_full_scale():
    gpt = stored("gpt")
    for start in ("normal", "torch"):
        assert heads.heads(gpt, start, 0).distance[1] > 1e-3
        assert heads.heads(gpt, start, 5000).losses.max() < 1.9
    assert heads.heads(gpt, "normal", 5000).distance[1] < 1e-10
    ratio = heads.gaussian_gap_ratio()
    assert abs(ratio - 0.528) < 0.005 + 3 * ratio.error


def test_heads_are_pooled_over_seeds_and_scaled_one_by_one():
    gpt = stored("gpt")
    found = heads.heads(gpt, "torch", 1000, "value", 2)
    second = gpt.select(initialisation="torch", seed=1).one
    at = list(second["iterations"]).index(1000)
    assert np.allclose(found.levels[4:8] * 64, second["value"][at, 2])
    assert found.levels.shape == (16, 16)
    assert np.allclose(found.relative.mean(axis=1), 1)


def test_what_the_equation_as_printed_gives_is_its_fixed_point():
    """αΩ(x - x*) = Σ g²/(x_i - x_j), solved for the shift of a single mode."""
    rbm = noisy_learning.RBM
    x, omega, g2 = (
        rbm.fixed_points,
        2 * rbm.fixed_points / rbm.kappa**2,
        (2 * rbm.fixed_points / rbm.kappa) ** 2,
    )
    by_hand = g2[0] / omega[0] * np.sum(1 / (x[0] - x[1:]))
    assert noisy_learning.printed_mean()[0] == pytest.approx(by_hand)
