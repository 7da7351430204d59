import numpy as np
import pytest
import torch

import dnnising as di
from dnnising import landscapes
from dnnising.landscapes.pspin import kac_rice, saddle_search as module
from tests.mutants import put_mutant


def test_two_spins_a_bond_give_the_eigenvectors(rng):
    glass = di.spherical_pspin(2, 6, rng=rng)
    points = landscapes.critical_points(glass, rng=rng)
    values, vectors = np.linalg.eigh(glass.couplings.numpy())
    np.testing.assert_allclose(points.energy_per_spin, np.repeat(-values[::-1], 2), atol=1e-12)
    assert points.index.tolist() == np.repeat(range(6), 2).tolist()
    overlaps = np.abs(points.spins @ vectors[:, ::-1]) / 6**0.5
    np.testing.assert_allclose(overlaps, np.repeat(np.eye(6), 2, axis=0), atol=1e-6)


def circle_energies(glass):
    """Critical energies per spin on the circle σ = √2 (1, t)/√(1 + t²), where H(1, t) is a polynomial."""
    p = glass.p
    binary = [sum(i) for i in np.ndindex(*(2,) * p)]
    coefficients = np.bincount(binary, weights=-glass.couplings.numpy().ravel())  # of t^0 … t^p
    energy = np.polynomial.Polynomial(coefficients)
    t = np.polynomial.Polynomial([0, 1])
    slope = (1 + t * t) * energy.deriv() - p * t * energy  # its term of degree p + 1 cancels
    roots = np.polynomial.Polynomial(slope.coef[: p + 1]).roots()
    real = roots[np.abs(roots.imag) < 1e-9].real
    half = energy(real) * (2 / (1 + real**2)) ** (p / 2) / 2
    return np.sort(np.concatenate([half, (-1) ** p * half]))


@pytest.mark.parametrize("p", [3, 4, 5])
def test_on_the_circle_they_are_the_roots_of_a_polynomial(p, rng):
    for _ in range(4):
        glass = di.spherical_pspin(p, 2, rng=rng)
        points = landscapes.critical_points(glass, rng=rng)
        np.testing.assert_allclose(points.energy_per_spin, circle_energies(glass), atol=1e-9)


@pytest.mark.parametrize(("p", "n"), [(3, 5), (4, 4)])
def test_points_are_stationary_and_the_morse_relation_holds(p, n, rng):
    glass = di.spherical_pspin(p, n, rng=rng)
    points = landscapes.critical_points(glass, rng=rng)
    assert float(glass.gradient(points.spins).abs().max()) < 1e-8
    np.testing.assert_allclose((points.spins**2).sum(1), n)
    np.testing.assert_allclose(glass.energy(points.spins) / n, points.energy_per_spin)
    assert points.euler_characteristic == 1 + (-1) ** (n - 1)
    assert len(points.index) <= 2 * landscapes.complex_critical_points(p, n)
    assert points.hits.min() >= 3
    overlaps = points.spins @ points.spins.T / n - np.eye(len(points.index))
    assert overlaps.max() < 1 - 1e-6  # no point twice
    assert points.index[0] == 0
    assert points.index[-1] == n - 1


@pytest.fixture(scope="module")
def counts():
    """How many points of each index (glasses, N) there are in glasses of N = 5, p = 3."""
    rng = np.random.default_rng(1)
    glasses = [di.spherical_pspin(3, 5, rng=rng) for _ in range(40)]
    return np.array([landscapes.critical_points(glass, rng=rng).by_index for glass in glasses])


def farthest_from_kac_and_rice(counts, rng):
    """Of the mean counts, in errors."""
    expected = kac_rice.expected_critical_points(3, 5, rng=rng)
    errors = np.hypot(counts.std(axis=0, ddof=1) / len(counts) ** 0.5, expected.by_index_error)
    return np.abs((counts.mean(axis=0) - expected.by_index) / errors).max()


@pytest.mark.slow
def test_mean_counts_are_those_of_the_kac_rice_formula(counts, rng):
    assert farthest_from_kac_and_rice(counts, rng) < 5


@pytest.mark.slow
def test_a_formula_that_is_right_for_two_spins_alone_is_seen(counts, rng, monkeypatch):
    """Wrong factors in front are seen on the circle: `test_kac_rice`."""
    put_mutant(monkeypatch, kac_rice, "expected_critical_points", "-n_spins * (p - 2)", "-2 * (p - 2)")
    assert farthest_from_kac_and_rice(counts, rng) > 10


def test_an_index_of_the_wrong_sign_is_seen(rng, monkeypatch):
    put_mutant(monkeypatch, module, "_describe", "(glass.hessian(spins)) < 0", "(glass.hessian(spins)) > 0")
    with pytest.raises(AssertionError):
        test_two_spins_a_bond_give_the_eigenvectors(rng)


def test_a_search_that_stops_early_says_so_and_keeps_what_it_has(rng):
    glass = di.spherical_pspin(3, 6, rng=rng)
    with pytest.raises(di.NotConvergedError, match=r"found less than 200 times.*allow more runs") as caught:
        landscapes.critical_points(glass, rng=rng, min_hits=200, max_runs=256)
    assert len(caught.value.run.index) > 2


def test_single_precision_is_refused(rng):
    with pytest.raises(ValueError, match=r"double precision, got torch\.float32"):
        landscapes.critical_points(di.spherical_pspin(3, 4, rng=rng, dtype=torch.float32), rng=rng)
