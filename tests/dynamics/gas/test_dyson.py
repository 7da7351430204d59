"""Dyson's Brownian motion against its matrix, and both against laws in closed form."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

from dnnising.dynamics import simulate_dyson, simulate_matrix
from dnnising.dynamics.gas import dyson
from dnnising.spectra import wigner_surmise_cdf
from dnnising.spectra.laws import semicircle_cdf
from tests.mutants import put_mutant


def level_p_values(one, other):
    """Kolmogorov-Smirnov, level by level."""
    return [stats.ks_2samp(a, b).pvalue for a, b in zip(one.eigenvalues.T, other.eigenvalues.T)]


@pytest.mark.slow
@pytest.mark.parametrize("beta", [1, 2, 4])
def test_levels_and_matrix_agree_level_by_level(beta):
    """From distinct levels, at a time when the start is not yet forgotten."""
    walk = {"n": 5, "beta": beta, "sigma": 0.7, "time": 0.6, "start": [-2.0, -1.0, -0.9, 0.0, 1.5]}
    one = simulate_dyson(**walk, runs=1500, step=0.005, rng=np.random.default_rng(beta))
    other = simulate_matrix(**walk, runs=6000, rng=np.random.default_rng(10 + beta))
    assert min(level_p_values(one, other)) > 1e-3


@pytest.mark.parametrize("wrong", [1, 4])
def test_the_levels_of_another_beta_are_told_apart(wrong):
    walk = {"n": 5, "time": 0.6, "runs": 1500}
    one = simulate_dyson(**walk, beta=wrong, rng=np.random.default_rng(0))
    assert min(level_p_values(one, simulate_matrix(**walk, beta=2, rng=np.random.default_rng(1)))) < 1e-6


def mean_square(path, start=0.0):
    """⟨x²⟩ a level in units of the exact one, with its error.

    By Itô: e^(-2t) ⟨x²⟩₀ + σ²(1 + β(n-1)/2)(1 - e^(-2t)); at β = 1, σ²(n + 1)/2 in the end.
    """
    n, decay = path.eigenvalues.shape[1], np.exp(-2 * path.times[-1])
    exact = decay * np.mean(np.square(start)) + (1 - decay) * path.sigma**2 * (1 + path.beta * (n - 1) / 2)
    runs = (path.eigenvalues**2).mean(axis=1) / exact
    return runs.mean(), runs.std() / np.sqrt(runs.size)


@pytest.mark.parametrize("beta", [1, 2, 4])
@pytest.mark.parametrize("time", [0.3, pytest.param(2.5, marks=pytest.mark.slow)])
def test_the_mean_square_is_exact_at_any_time(beta, time):
    start = np.linspace(-4, 4, 6)
    walk = {"n": 6, "beta": beta, "sigma": 1.3, "time": time, "start": start}
    mean, error = mean_square(simulate_matrix(**walk, runs=4000, rng=np.random.default_rng(1)), start)
    assert abs(mean - 1) < 4 * error < 0.02
    mean, error = mean_square(simulate_dyson(**walk, runs=1000, rng=np.random.default_rng(2)), start)
    assert abs(mean - 1) < 0.02
    assert error < 0.012


def test_the_wrong_noise_is_seen(monkeypatch):
    """g dW in place of √2 g dW: ⟨x²⟩ falls short by 1/(n + 1) at least, and the surmise's width by more."""
    put_mutant(
        monkeypatch,
        dyson,
        "simulate_dyson",
        "sigma * np.sqrt(1 - decay**2)",
        "sigma * np.sqrt((1 - decay**2) / 2)",
    )
    path = dyson.simulate_dyson(n=2, runs=2500, time=3.0, step=0.02, rng=np.random.default_rng(0))
    mean, error = mean_square(path)
    assert mean + 4 * error < 0.9
    assert surmise_p_value(path) < 1e-6


def surmise_p_value(path):
    """Two levels against P(S) = S/2σ² e^(-S²/4σ²), whose mean is √π σ: nothing is fitted."""
    spacings = np.diff(path.eigenvalues, axis=1).ravel()
    return stats.kstest(spacings / (np.sqrt(np.pi) * path.sigma), wigner_surmise_cdf).pvalue


@pytest.mark.slow
def test_two_levels_obey_the_surmise_without_a_fit():
    path = simulate_dyson(n=2, sigma=0.5, runs=2500, time=3.0, rng=np.random.default_rng(3))
    assert surmise_p_value(path) > 1e-3
    spacing = np.diff(path.eigenvalues, axis=1)
    assert spacing.mean() == pytest.approx(np.sqrt(np.pi) * 0.5, rel=0.03)
    assert (spacing**2).mean() == pytest.approx(4 * 0.5**2, rel=0.06)
    assert surmise_p_value(simulate_matrix(n=2, runs=4000, rng=np.random.default_rng(4))) > 1e-3


def test_the_levels_of_beta_2_fail_the_surmise_of_beta_1():
    matrix = simulate_matrix(n=2, beta=2, runs=4000, rng=np.random.default_rng(4))
    assert surmise_p_value(matrix) < 1e-9
    spacings = np.diff(matrix.eigenvalues, axis=1).ravel()
    assert (
        stats.kstest(spacings / spacings.mean(), wigner_surmise_cdf).pvalue < 1e-9
    )  # nor with a fitted mean


def semicircle_distance(levels):
    """Kolmogorov's D against the semicircle of radius σ√(2n), σ = 1."""
    return stats.kstest(levels.ravel(), lambda x: semicircle_cdf(x, np.sqrt(levels.shape[1] / 2))).statistic


@pytest.mark.slow
def test_64_levels_fill_the_semicircle():
    walk = {"n": 64, "runs": 20, "time": 2.0}
    path = simulate_dyson(**walk, step=0.02, rng=np.random.default_rng(5))
    matrix = simulate_matrix(n=64, runs=200, rng=np.random.default_rng(6))
    assert semicircle_distance(path.eigenvalues / np.sqrt(1 - np.exp(-4.0))) < 0.02
    assert semicircle_distance(matrix.eigenvalues) < 0.02
    assert semicircle_distance(1.1 * matrix.eigenvalues) > 0.02
    mean, error = mean_square(path)
    assert abs(mean - 1) < 0.02 + 2 * error < 0.04


@pytest.mark.parametrize("strength", [1e-4, 0.3, 50.0])
def test_the_implicit_step_solves_its_equation(strength, rng):
    before = np.sort(rng.normal(size=(20, 7)), axis=1)
    before[0] = 0.0  # all levels at one place
    target = 3 * rng.normal(size=(20, 7))  # in no order
    y = before.copy()
    dyson.repel(y, target, strength)
    assert (np.diff(y, axis=1) > 0).all()
    distance = y[:, :, None] - y[:, None, :] + np.diag([np.inf] * 7)
    assert y - strength * (1 / distance).sum(axis=2) == pytest.approx(target, abs=1e-6)


def test_two_levels_in_closed_form():
    """y₂ - y₁ solves s² - (t₂ - t₁) s - 2 strength = 0, and the centre does not feel the repulsion."""
    y = np.array([[-0.1, 0.4]])
    dyson.repel(y, np.array([[0.8, 0.3]]), 0.05)
    gap = brentq(lambda s: s**2 + 0.5 * s - 0.1, 0, 1)
    assert y[0] == pytest.approx([0.55 - gap / 2, 0.55 + gap / 2], abs=1e-7)


def test_one_level_walks_alone():
    path = simulate_dyson(n=1, runs=4000, time=0.5, start=[2.0], rng=np.random.default_rng(0))
    assert path.eigenvalues.mean() == pytest.approx(2 * np.exp(-0.5), abs=0.06)
    assert path.eigenvalues.var() == pytest.approx(1 - np.exp(-1), rel=0.1)


def test_snapshots_are_evenly_spaced_and_the_last_is_the_end():
    for simulate in (simulate_dyson, simulate_matrix):
        path = simulate(n=3, runs=2, time=1.0, snapshots=4, rng=np.random.default_rng(0))
        assert path.times.tolist() == [0.25, 0.5, 0.75, 1.0]
        assert path.history.shape == (4, 2, 3)
        assert np.array_equal(path.history[-1], path.eigenvalues)
        again = simulate(n=3, runs=2, time=1.0, snapshots=4, rng=np.random.default_rng(0))
        assert np.array_equal(path.history, again.history)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beta": 3}, "beta must be 1"),
        ({"sigma": 0.0}, "sigma must be positive and finite, got 0.0"),
        ({"runs": 0}, "runs must be positive"),
        ({"step": 0.0}, "step must be positive"),
        ({"start": [1.0, 0.0]}, "2 ascending levels"),
        ({"start": [1.0]}, "2 ascending levels"),
    ],
)
def test_impossible_walks_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        simulate_dyson(2, **options, rng=np.random.default_rng(0))
