import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.stats import ortho_group

from dnnising.spectra import (
    NoBulkError,
    Spectrum,
    edge_p_value,
    fit_bulk,
    gaussian_eigenvalues,
    noise_edge,
    spectrum,
    spike_position,
    spike_strength,
    with_signal,
)
from dnnising.spectra.noise import bulk as module

SHAPES = [(400, 400), (600, 400), (1600, 400)]


def noise_spectrum(N, M, rng):
    return Spectrum(gaussian_eigenvalues(N, M, rng=rng), N, M, "gram")


def with_spikes(N, M, number, theta, rng, sigma=1.0):
    """Noise with `number` spikes whose θ are uniform between two multiples of the threshold √(M/N)."""
    strengths = np.sqrt(N * rng.uniform(*theta, number) * np.sqrt(M / N))
    return spectrum(sigma * with_signal(rng.standard_normal((N, M)), strengths, rng=rng))


@pytest.mark.parametrize(("N", "M"), SHAPES)
def test_noise_is_measured_to_one_percent(N, M):
    rng = np.random.default_rng(1)
    sigmas = [fit_bulk(noise_spectrum(N, M, rng)).sigma for _ in range(60)]
    assert np.abs(np.array(sigmas) - 1).max() < 0.01
    assert np.mean(sigmas) == pytest.approx(1, abs=0.002)


@pytest.mark.slow
@pytest.mark.parametrize(("N", "M"), SHAPES)
@pytest.mark.parametrize("theta", [(0.3, 1.5), (1.0, 1.3), (1.1, 3.0), (5.0, 50.0)])
def test_a_tenth_of_spikes_leaves_sigma_right_to_six_percent(N, M, theta):
    rng = np.random.default_rng(2)
    for _ in range(2):
        found = with_spikes(N, M, M // 10, theta, rng, sigma=0.02)
        bulk = fit_bulk(found)
        assert bulk.sigma == pytest.approx(0.02, rel=0.06)
        if theta == (5.0, 50.0):
            assert bulk.sigma == pytest.approx(0.02, rel=0.01)
            assert 40 <= bulk.spikes.size <= 41
            naive = np.sqrt(found.eigenvalues.mean())
            assert naive > 1.5 * 0.02  # the variance of all weights


def test_the_median_alone_would_fail(monkeypatch):
    """Without taking the spikes out, the same quantiles give more than 6 % at Q = 1."""
    found = with_spikes(400, 400, 40, (5.0, 50.0), np.random.default_rng(3))
    assert abs(module._noise(found.eigenvalues, 400, 400, 0) - 1) > 0.06
    assert abs(module._noise(found.eigenvalues, 400, 400, 40) - 1) < 0.01


@pytest.mark.slow
@pytest.mark.parametrize(("N", "M"), [(100, 100), (200, 100)])
def test_false_positives_are_nominal(N, M):
    """2000 draws at 5 % have a standard error of 0.5 %; bounds of the issue."""
    rng = np.random.default_rng(4)
    found = [fit_bulk(noise_spectrum(N, M, rng)).spikes.size > 0 for _ in range(2000)]
    assert 0.03 < np.mean(found) < 0.08


@pytest.mark.slow
def test_the_asymptotic_edge_alone_would_fail():
    """λ_max > λ₊ without Tracy-Widom's spread happens four times as often."""
    rng = np.random.default_rng(5)
    draws = [noise_spectrum(200, 200, rng) for _ in range(500)]
    bulks = [fit_bulk(draw) for draw in draws]
    assert np.mean([draw.largest > bulk.lambda_plus for draw, bulk in zip(draws, bulks)]) > 0.1


@pytest.mark.slow
def test_p_values_of_the_edge_are_uniform():
    rng = np.random.default_rng(6)
    p = np.sort([edge_p_value(noise_spectrum(300, 150, rng).largest, 300, 150) for _ in range(1000)])
    assert np.abs(p - (np.arange(1000) + 0.5) / 1000).max() < 0.07
    assert edge_p_value(noise_edge(300, 150, 0.5, level=0.01), 300, 150, 0.5) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("N", "M"), [(400, 400), (1200, 400)])
def test_spikes_appear_where_bbp_says(N, M):
    rng = np.random.default_rng(7)
    threshold = np.sqrt(M / N)
    theta = np.array([0.5, 3.0, 6.0, 15.0]) * threshold
    expected = spike_position(np.sqrt(N * theta), N, M)
    found = np.mean(
        [
            spectrum(with_signal(rng.standard_normal((N, M)), np.sqrt(N * theta), rng=rng)).eigenvalues[-4:]
            for _ in range(12)
        ],
        axis=0,
    )
    assert found[1:] == pytest.approx(expected[1:], rel=0.03)
    assert found[0] == pytest.approx(expected[0], rel=0.03)  # hidden: at λ₊
    assert expected[0] == pytest.approx((1 + threshold) ** 2)
    assert theta[1:] == pytest.approx(spike_strength(expected[1:], N, M) ** 2 / N)
    assert np.isnan(spike_strength(expected[0] * (1 - 1e-9), N, M))


def test_the_formula_of_the_source():
    """λ_max = σ²(1/Q + Δ²/N)(1 + N/Δ²)."""
    N, M, sigma, delta = 300, 100, 0.3, 25.0
    by_hand = sigma**2 * (M / N + delta**2 / N) * (1 + N / delta**2)
    assert float(spike_position(delta, N, M, sigma)) == pytest.approx(by_hand, rel=1e-14)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), scale=st.floats(1e-5, 1e5))
def test_invariances(seed, scale):
    rng = np.random.default_rng(seed)
    W = with_signal(rng.standard_normal((60, 40)), np.array([20.0, 30.0]), rng=rng)
    plain = fit_bulk(spectrum(W))
    turned = scale * (ortho_group.rvs(60, random_state=rng) @ W).T
    other = fit_bulk(spectrum(turned))
    assert other.sigma == pytest.approx(scale * plain.sigma, rel=1e-9)
    assert other.spikes / scale**2 == pytest.approx(plain.spikes, rel=1e-9)
    assert (other.soft_rank, other.distance) == pytest.approx((plain.soft_rank, plain.distance), rel=1e-6)


def test_what_it_reports(rng):
    bulk = fit_bulk(with_spikes(500, 250, 3, (10.0, 20.0), rng), level=0.01)
    assert bulk.level == 0.01
    assert bulk.lambda_plus == pytest.approx(bulk.sigma**2 * (1 + np.sqrt(0.5)) ** 2)
    assert bulk.lambda_minus == pytest.approx(bulk.sigma**2 * (1 - np.sqrt(0.5)) ** 2)
    assert bulk.threshold > bulk.lambda_plus
    assert bulk.soft_rank == pytest.approx(bulk.lambda_plus / bulk.spikes[-1])
    assert bulk.distance < 6 / 250


def test_no_bulk(rng):
    heavy = spectrum(rng.choice([-1, 1], (300, 300)) * rng.pareto(0.8, (300, 300)))
    with pytest.raises(NoBulkError, match="no Marchenko-Pastur bulk"):
        fit_bulk(heavy)
    low_rank = spectrum(rng.standard_normal((50, 20)) @ rng.standard_normal((20, 40)))
    with pytest.raises(NoBulkError, match="20 of 40 eigenvalues are zero"):
        fit_bulk(low_rank)
    with pytest.raises(ValueError, match="9 eigenvalues make no bulk"):
        fit_bulk(spectrum(rng.standard_normal((20, 9))))
    with pytest.raises(ValueError, match="level"):
        fit_bulk(spectrum(rng.standard_normal((20, 20))), level=1.0)
