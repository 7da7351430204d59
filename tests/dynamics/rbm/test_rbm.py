"""The Gaussian RBM: its sampler against plain Gibbs sweeps, and learning against its theory."""

import math

import numpy as np
import pytest
from scipy import stats

from dnnising.dynamics import (
    GaussianRBM,
    fit_scaling,
    lattice_rbm,
    mode_variances,
    predicted_mean,
    predicted_variance,
    simulate_matrix,
    train_rbm,
)
from dnnising.dynamics.rbm.training import learn_from_chains, learn_from_fresh
from dnnising.errors import NotConvergedError
from dnnising.spectra import binder_cumulant, wigner_surmise_cdf

RBM = lattice_rbm()
# Two levels with a pair between them, all of which relax 5 to 17 times as fast as the slowest of the lattice.
FOUR = GaussianRBM(np.array([5.8, 5.0, 5.0, 4.2]), 3.0)
# Modes whose samples remember: a sweep keeps ρ = 0.28 and 0.44 of the last one.
HEAVY = GaussianRBM(np.array([4.2, 4.2, 3.0]), 3.0)
KS_999 = 1.34  # 99.9 % point of D√n for the surmise with its mean estimated, see test_the_critical_value


def test_the_target_is_the_dispersion_of_the_lattice():
    assert RBM.kappa.max() == pytest.approx(8)
    assert RBM.fixed_points[-1] == pytest.approx(5)
    assert [mode.size for mode in RBM.modes] == [1, 2, 2, 2, 2, 1]
    laplacian = 6 * np.eye(10) - np.roll(np.eye(10), 1, axis=0) - np.roll(np.eye(10), -1, axis=0)
    assert np.linalg.eigvalsh(laplacian)[::-1] == pytest.approx(RBM.kappa)


# --- the sampler ---------------------------------------------------------------------------------------


def gibbs(W, phi, mu, sweeps, rng):
    """Sweep by sweep: h given φ, then φ given h."""
    for _ in range(sweeps):
        h = W.T @ phi + rng.normal(size=phi.shape)
        phi = W @ h / mu**2 + rng.normal(size=phi.shape) / mu
    return phi


def same_covariance(one, other):
    """All entries of two sample covariances, (n, m) each, within five errors of each other."""
    m = one.shape[1]
    difference = one @ one.T / m - other @ other.T / m
    variances = np.outer((one**2).mean(axis=1), (one**2).mean(axis=1))
    return np.all(np.abs(difference) < 5 * np.sqrt(2 * 2 * variances / m))


@pytest.mark.parametrize("sweeps", [1, 3])
def test_k_sweeps_are_one_draw(sweeps, rng):
    W = rng.normal(size=(4, 4))
    start = np.tile(rng.normal(size=(4, 1)), 100_000)
    collapsed = start.copy()
    learn_from_chains(W.copy(), collapsed, np.eye(4), 9.0, sweeps, 0.0, 1, rng)
    slow = gibbs(W, start, 3.0, sweeps, rng)
    error = slow.std(axis=1) / np.sqrt(slow.shape[1])
    assert np.all(np.abs(collapsed.mean(axis=1) - slow.mean(axis=1)) < 5 * np.sqrt(2) * error)
    centred = [phi - slow.mean(axis=1, keepdims=True) for phi in (collapsed, slow)]
    assert same_covariance(*centred)
    once_more = gibbs(W, slow, 3.0, 1, rng)
    assert not same_covariance(centred[0], once_more - once_more.mean(axis=1, keepdims=True))


@pytest.mark.parametrize("chains", [3, 4, 50])
def test_fresh_samples_are_wishart(chains, rng):
    """S read off the weights that an update changes, with fewer chains than modes and with more."""
    W, rate = np.diag([1.0, 1.5, 2.0, 2.5]) + 0.2 * rng.normal(size=(4, 4)), 1e-3
    expected = np.linalg.inv(9 * np.eye(4) - W @ W.T)
    drawn = []
    for _ in range(4000):
        learnt = W.copy()
        learn_from_fresh(learnt, np.eye(4), 9.0, chains, rate, 1, rng)
        drawn.append(np.eye(4) - (learnt - W) @ np.linalg.inv(W) / rate)
    mean, variance = np.mean(drawn, axis=0), np.var(drawn, axis=0)
    wishart = (expected**2 + np.outer(np.diag(expected), np.diag(expected))) / chains
    assert np.all(np.abs(mean - expected) < 5 * np.sqrt(wishart / 4000))
    assert variance == pytest.approx(wishart, rel=0.2)


def test_an_update_is_the_gradient_of_the_samples(rng):
    W, phi = rng.normal(size=(3, 3)) / 2, rng.normal(size=(3, 8))
    before, target = W.copy(), np.diag([0.2, 0.3, 0.4])
    learn_from_chains(W, phi, target, 9.0, 2, 0.05, 1, rng)
    assert pytest.approx(before + 0.05 * (target - phi @ phi.T / 8) @ before) == W  # with the new samples


# --- what learning settles at --------------------------------------------------------------------------


def settled(rbm, learning_rate, chains, *, sweeps=math.inf, runs, kept, seed=0):
    """Levels (runs · kept, n) around the fixed point; kept ones are 2.5 relaxation times apart or more."""
    gap = math.ceil(2.5 / (learning_rate * np.min(2 * rbm.fixed_points / rbm.kappa**2)))
    run = train_rbm(
        rbm,
        learning_rate=learning_rate,
        chains=chains,
        sweeps=sweeps,
        runs=runs,
        start="target",
        updates=gap * (kept + 2),
        snapshots=kept + 2,
        rng=np.random.default_rng(seed),
    )
    return run, run.history[2:].reshape(-1, rbm.kappa.size)


@pytest.fixture(scope="module")
def weak():
    """α/B = 1e-4: noise so weak that first order is all there is."""
    return settled(FOUR, 0.75, 7500, runs=100, kept=40)


def firsts(rbm):
    """The first level of each mode."""
    return [mode[0] for mode in rbm.modes]


def pulls(rbm, levels, predicted):
    """Mode by mode, how many errors the variance found is away from the predicted one."""
    found, error = mode_variances(rbm, levels)
    return (found - predicted[firsts(rbm)]) / error


@pytest.mark.slow
def test_the_variance_is_predicted_without_a_parameter(weak):
    run, levels = weak
    assert np.abs(pulls(FOUR, levels, run.predicted_variance)).max() < 4
    bare = 2 * 0.75 / 7500 * FOUR.fixed_points  # 2 (α/B)(μ² - κ), before the correction for a finite step
    assert run.predicted_variance == pytest.approx(bare, rel=0.3)
    assert np.abs(pulls(FOUR, levels, bare)).max() > 4


@pytest.mark.slow
def test_noise_of_the_wrong_factor_is_seen_in_the_variance_though_not_in_the_shape(weak):
    """g in place of √2 g halves σ²: as if there were twice as many chains."""
    run, levels = weak
    assert np.abs(pulls(FOUR, levels, run.predicted_variance / 2)).max() > 10
    assert np.abs(pulls(FOUR, levels, predicted_variance(FOUR, 0.75, 15_000))).max() > 10


def test_chains_that_remember_widen_the_noise():
    """k = 1, where the memory matters: by factors of 1.8 and 2.6."""
    run, levels = settled(HEAVY, 0.5, 500, sweeps=1, runs=20, kept=20)
    assert np.abs(pulls(HEAVY, levels, run.predicted_variance)).max() < 4
    assert pulls(HEAVY, levels, predicted_variance(HEAVY, 0.5, 500)).min() > 4


@pytest.mark.slow
def test_the_mean_shift_is_predicted_in_full():
    """Itô term, curvature, mixing and repulsion; repulsion alone, as in the source, is refuted."""
    rate, chains = 0.2, 256
    _, levels = settled(FOUR, rate, chains, runs=100, kept=30)
    error = levels.std(axis=0) / np.sqrt(len(levels))
    shift = levels.mean(axis=0) - FOUR.fixed_points
    full = predicted_mean(FOUR, rate, chains) - FOUR.fixed_points
    bound = 5  # errors, for the worst of four; what first order leaves out is one of them
    assert np.abs((shift - full) / error).max() < bound
    distance = np.subtract.outer(FOUR.fixed_points, FOUR.fixed_points)
    distance[np.abs(distance) < 1e-9] = np.inf
    repulsion = (2 * rate / chains * FOUR.fixed_points[:, None] / distance).sum(axis=1)
    pair_centres = [np.mean((shift - repulsion)[mode]) for mode in FOUR.modes]
    assert np.max(np.abs(pair_centres) / error[firsts(FOUR)]) > bound


def kolmogorov(spacings, beta=1):
    """D√n of each row (..., n) against the surmise, its mean estimated."""
    n = spacings.shape[-1]
    s = np.sort(spacings / spacings.mean(axis=-1, keepdims=True), axis=-1)
    F, steps = wigner_surmise_cdf(s, beta), np.arange(n + 1) / n
    return np.maximum(F - steps[:-1], steps[1:] - F).max(axis=-1) * np.sqrt(n)


def test_the_critical_value():
    """Rayleigh numbers, their mean estimated: one in a thousand exceeds 1.34 (with the mean known, 1.95)."""
    rng = np.random.default_rng(0)
    found = kolmogorov(np.sqrt(rng.exponential(size=(4000, 400))))
    assert np.quantile(found, 0.999) == pytest.approx(KS_999, abs=0.1)


@pytest.mark.slow
def test_degenerate_pairs_obey_the_surmise_and_not_that_of_beta_2(weak):
    spacings = weak[1][:, 2] - weak[1][:, 1]
    assert spacings.size == 4000
    assert kolmogorov(spacings) < KS_999
    assert kolmogorov(spacings, beta=2) > 2 * KS_999


def test_how_many_spacings_tell_beta_1_from_2():
    """At a risk of one in a thousand: 400 in nearly nine cases of ten, 800 almost surely; 100 do not."""
    rng = np.random.default_rng(2)
    hermitian = simulate_matrix(n=2, beta=2, time=20.0, runs=40_000, rng=rng).eigenvalues
    spacings = np.diff(hermitian, axis=1)
    power = {n: np.mean(kolmogorov(spacings.reshape(-1, n)) > KS_999) for n in (100, 400, 800)}
    assert power[100] < 0.3
    assert power[400] > 0.8
    assert power[800] > 0.98


@pytest.mark.slow
def test_the_mean_spacing_is_predicted_too(weak):
    run, levels = weak
    S = levels[:, 2] - levels[:, 1]
    assert abs(S.mean() - np.sqrt(np.pi * run.predicted_variance[1])) < 4 * S.std() / np.sqrt(S.size)


@pytest.mark.slow
def test_the_binder_cumulant_of_pairs_is_minus_four_27ths_and_of_single_modes_zero(weak):
    levels = weak[1]
    assert binder_cumulant(levels[:, [1, 2]]) == pytest.approx(-4 / 27, abs=0.05)
    singles = stats.zscore(levels[:, [0, 3]], axis=0)
    error = np.sqrt(24 / singles.size) / 3  # of a Gaussian's
    assert abs(binder_cumulant(singles)) < 4 * error < 4 / 27 / 2


@pytest.mark.slow
def test_the_variance_scales_as_learning_rate_over_batch():
    """Below α/B = 0.002: slope 1.00 ± 0.05 and prefactor 2.0 ± 0.15, whichever of α and B makes the ratio."""
    ratios, found, errors = [], [], []
    for seed, (rate, chains) in enumerate([(0.25, 12_500), (0.125, 3125), (0.25, 500), (0.125, 125)]):
        _, levels = settled(FOUR, rate, chains, runs=20, kept=40, seed=seed)
        variance, error = mode_variances(FOUR, levels)
        ratios += [rate / chains] * len(variance)
        found += list(variance / FOUR.fixed_points[firsts(FOUR)])
        errors += list(error / FOUR.fixed_points[firsts(FOUR)])
    fit = fit_scaling(ratios, found, errors)
    assert abs(fit.slope - 1) < 0.05
    assert fit.slope.error < 0.02
    assert abs(fit.prefactor - 2) < 0.15


def test_the_fit_finds_a_planted_power_and_its_error(rng):
    ratios = np.geomspace(1e-4, 1e-2, 30)
    fits = []
    for _ in range(400):
        truth = 3 * ratios**1.2
        fits.append(fit_scaling(ratios, truth * (1 + 0.05 * rng.normal(size=30)), 0.05 * truth))
    slopes = np.array([fit.slope for fit in fits])
    assert slopes.mean() == pytest.approx(1.2, abs=0.003)
    assert slopes.std() == pytest.approx(fits[0].slope.error, rel=0.15)
    with pytest.raises(ValueError, match="two that differ"):
        fit_scaling([0.1, 0.1], [1, 1], [1, 1])
    with pytest.raises(ValueError, match="must be positive"):
        fit_scaling([0.1, 0.2], [1, 0], [1, 1])


@pytest.mark.slow
def test_levels_flow_from_noise_to_the_target():
    run = train_rbm(
        chains=512, sweeps=math.inf, updates=6000, runs=10, snapshots=3, rng=np.random.default_rng(0)
    )
    assert run.updates.tolist() == [2000, 4000, 6000]
    assert run.history[0, :, 0].max() < 0.8  # the slowest is still on its way
    final = predicted_mean(RBM, 0.1, 512)
    assert np.abs(run.eigenvalues - final).max() < 5 * np.sqrt(run.predicted_variance.max())
    assert np.linalg.eigvalsh(run.weights @ run.weights.swapaxes(1, 2)) == pytest.approx(run.eigenvalues)


# --- the interface -------------------------------------------------------------------------------------


def test_the_seed_decides_and_runs_are_independent():
    def levels(runs, seed=1):
        return train_rbm(updates=20, runs=runs, rng=np.random.default_rng(seed)).eigenvalues

    assert np.array_equal(levels(2), levels(4)[:2])
    assert not np.array_equal(levels(2), levels(2, seed=2))
    assert not np.array_equal(*levels(2))


@pytest.mark.parametrize("sweeps", [3, math.inf])
def test_a_mode_that_runs_away_is_an_error(sweeps):
    with pytest.raises(NotConvergedError, match="a smaller learning rate"):
        train_rbm(
            learning_rate=3.0, chains=2, sweeps=sweeps, updates=3000, runs=2, rng=np.random.default_rng(0)
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": 0.0}, "learning_rate must be positive"),
        ({"sweeps": 1.5}, "sweeps must be 1, 2"),
        ({"chains": 0}, "chains must be at least 1"),
        ({"updates": 10, "snapshots": 3}, "cannot be cut into 3"),
        ({"start": "zero"}, "'noise' or 'target'"),
    ],
)
def test_impossible_training_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        train_rbm(**options, rng=np.random.default_rng(0))


def test_impossible_machines_and_predictions_are_refused():
    with pytest.raises(ValueError, match="choose a larger mu"):
        lattice_rbm(mu=2.5)
    with pytest.raises(ValueError, match="descend"):
        GaussianRBM(np.array([4.0, 5.0]), 3.0)
    with pytest.raises(ValueError, match="fixed point is unstable"):
        predicted_variance(RBM, 4.0, 16)
    with pytest.raises(ValueError, match="pass"):
        mode_variances(RBM, np.zeros((1, 10)))
    triple = GaussianRBM(np.array([2.0, 2.0, 2.0]), 3.0)
    with pytest.raises(ValueError, match="has 3 levels"):
        mode_variances(triple, np.zeros((5, 3)))
