"""Lowest energies of dense glasses: against enumeration, and in the limit of many spins."""

import numpy as np
import pytest

from dnnising import exact
from dnnising.models import sherrington_kirkpatrick
from dnnising.sampling import anneal_dense, large_size_limit, quench, sk_ground_energies
from dnnising.sampling.ground_states.quenching import random_spins
from dnnising.sampling.single_spin import cool, energy, prepare

PARISI = -0.76321


@pytest.mark.slow
def test_annealing_finds_what_enumeration_finds(rng):
    for _ in range(10):
        model = sherrington_kirkpatrick(14, rng=rng)
        found = anneal_dense(model, rng=rng)
        assert found.energy == pytest.approx(exact.enumerate_energies(model).min(), abs=1e-9)
        assert model.energy(found.spins) == pytest.approx(found.energy)
    single = [quench(model, rng=rng).energy for _ in range(20)]
    assert max(single) > found.energy + 1e-6  # one descent alone does not do


def test_cooling_at_a_fixed_temperature_samples_boltzmann(rng):
    model, beta = sherrington_kirkpatrick(7, rng=rng), 0.8
    energies = exact.enumerate_energies(model)
    weights = np.exp(-beta * energies)
    expected = weights @ energies / weights.sum()
    spread = np.sqrt(weights @ (energies - expected) ** 2 / weights.sum())
    found = []
    for _ in range(3000):
        state = prepare(model, random_spins(7, rng))
        cool(state, np.full(30, beta), rng.random((30, 7)))
        found.append(energy(state))
    error = spread / np.sqrt(3000)
    assert abs(np.mean(found) - expected) < 4 * error
    hotter = np.exp(-0.9 * beta * energies)
    assert abs(np.mean(found) - hotter @ energies / hotter.sum()) > 4 * error


def test_the_walk_keeps_its_fields(rng):
    model = sherrington_kirkpatrick(20, rng=rng)
    state = prepare(model, random_spins(20, rng))
    cool(state, np.full(5, 1.0), rng.random((5, 20)))
    assert state.fields == pytest.approx(model.couplings @ state.spins)
    assert energy(state) == pytest.approx(model.energy(state.spins))


@pytest.mark.slow
def test_the_glass_reaches_parisis_energy():
    sizes = [20, 32, 50, 80]
    means, errors = sk_ground_energies(sizes, samples=60, rng=np.random.default_rng(0), runs=12)
    fit = large_size_limit(sizes, means, errors)
    assert abs(fit.limit - PARISI) < 4 * fit.limit.error
    assert fit.limit.error < 0.012
    assert fit.amplitude == pytest.approx(0.70, abs=0.35)  # four errors
    assert means[-1] > PARISI + 4 * errors[-1]  # without extrapolation it is not there


def test_the_fit_finds_a_planted_limit_and_its_error(rng):
    sizes = np.array([20.0, 40.0, 80.0, 160.0])
    truth = -0.7 + 0.5 * sizes ** (-2 / 3)
    fits = [large_size_limit(sizes, truth + 0.01 * rng.normal(size=4), [0.01] * 4) for _ in range(500)]
    limits = np.array([fit.limit for fit in fits])
    assert limits.mean() == pytest.approx(-0.7, abs=4 * fits[0].limit.error / np.sqrt(500))
    assert limits.std() == pytest.approx(fits[0].limit.error, rel=0.15)
    assert np.mean([fit.chi_square for fit in fits]) == pytest.approx(2, abs=0.4)
    wrong = large_size_limit(sizes, truth, [0.01] * 4, exponent=0.4)
    assert wrong.limit < -0.72  # another power, another limit


def test_impossible_searches_and_fits_are_refused(rng):
    with pytest.raises(ValueError, match="a run and a sweep"):
        anneal_dense(sherrington_kirkpatrick(3, rng=rng), rng=rng, runs=0)
    with pytest.raises(ValueError, match="two samples"):
        sk_ground_energies([4], samples=1, rng=rng)
    with pytest.raises(ValueError, match="two or more sizes"):
        large_size_limit([4], [1.0], [0.1])
    with pytest.raises(ValueError, match="two or more sizes"):
        large_size_limit([4, 5], [1.0, 1.0], [0.1, 0.0])
