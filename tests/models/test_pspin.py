import itertools

import numpy as np
import pytest
import torch

import dnnising as di
from dnnising.models import pspin
from tests.mutants import put_mutant


def naive_energy(couplings, spins):
    """One tuple of indices after another."""
    return -sum(
        float(couplings[i]) * np.prod(spins[list(i)])
        for i in itertools.product(range(len(spins)), repeat=couplings.ndim)
    )


@pytest.mark.parametrize("p", [2, 3, 4])
def test_energy_equals_a_sum_over_all_tuples(p, rng):
    glass = di.spherical_pspin(p, 3, rng=rng)
    spins = glass.random_spins(2, rng)
    expected = [naive_energy(glass.couplings.numpy(), sigma.numpy()) for sigma in spins]
    np.testing.assert_allclose(glass.energy(spins), expected, rtol=1e-12)
    assert float(glass.energy(spins[0])) == pytest.approx(expected[0])


@pytest.mark.parametrize("p", [2, 3, 5])
def test_couplings_are_symmetric(p, rng):
    couplings = di.spherical_pspin(p, 3, rng=rng).couplings
    for order in itertools.permutations(range(p)):
        torch.testing.assert_close(couplings, couplings.permute(order))


def covariance_z_scores(rng, p=3, n=4, samples=1500):
    """Of E[H²] = N and E[H(σ)H(σ')] = N R^p."""
    spins = np.zeros((2, n))
    spins[0, 0] = n**0.5
    spins[1, :2] = np.array([0.6, 0.8]) * n**0.5  # overlap R = 0.6
    energies = np.array([di.spherical_pspin(p, n, rng=rng).energy(spins).numpy() for _ in range(samples)])
    products = np.stack([energies[:, 0] ** 2, energies[:, 1] ** 2, energies[:, 0] * energies[:, 1]])
    expected = n * np.array([1, 1, 0.6**p])
    return (products.mean(1) - expected) / (products.std(1, ddof=1) / samples**0.5)


def test_energies_have_variance_n_and_the_covariance_of_the_model(rng):
    assert np.abs(covariance_z_scores(rng)).max() < 4


def check_couplings(rng):
    test_energies_have_variance_n_and_the_covariance_of_the_model(rng)
    test_couplings_are_symmetric(3, rng)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("(-(p - 1) / 2)", "(-p / 2)"), ("range(axis)", "range(1)"), ("/ (axis + 1)", "/ 2")],
)
def test_wrong_normalisations_are_seen(right, wrong, rng, monkeypatch):
    put_mutant(monkeypatch, pspin, "spherical_pspin", right, wrong)
    monkeypatch.setattr(di, "spherical_pspin", pspin.spherical_pspin)
    with pytest.raises(AssertionError):
        check_couplings(rng)


@pytest.mark.parametrize("p", [2, 3, 4])
def test_derivatives_are_those_of_the_energy_on_the_sphere(p, rng):
    glass = di.spherical_pspin(p, 5, rng=rng)
    sigma = glass.random_spins(1, rng)[0]
    basis = pspin.tangent_basis(sigma)

    def lifted(x):  # normalising is a second-order retraction: derivatives at x = 0 are the Riemannian ones
        return glass.energy(pspin.to_sphere(sigma + x @ basis))

    origin = torch.zeros(4, dtype=torch.float64)
    slope = torch.autograd.functional.jacobian(lifted, origin)
    torch.testing.assert_close(glass.gradient(sigma), slope @ basis)
    torch.testing.assert_close(glass.hessian(sigma), torch.autograd.functional.hessian(lifted, origin))


def test_tangent_bases_are_orthonormal_even_at_the_poles(rng):
    poles = torch.eye(4, dtype=torch.float64)[:1] * torch.tensor([[2.0], [-2.0]])
    spins = torch.cat([poles, torch.as_tensor(rng.normal(size=(3, 4)))])
    basis = pspin.tangent_basis(spins)
    torch.testing.assert_close(basis @ basis.mT, torch.eye(3, dtype=torch.float64).expand(5, 3, 3))
    assert float((basis @ spins[:, :, None]).abs().max()) < 1e-14


def test_two_spin_landscape_is_that_of_a_matrix(rng):
    glass = di.spherical_pspin(2, 6, rng=rng)
    values, vectors = torch.linalg.eigh(glass.couplings)
    spins = vectors.T * 6**0.5
    torch.testing.assert_close(glass.energy(spins), -6 * values)
    assert float(glass.gradient(spins).abs().max()) < 1e-12
    for k, spectrum in enumerate(torch.linalg.eigvalsh(glass.hessian(spins))):
        others = torch.cat([values[:k], values[k + 1 :]])
        torch.testing.assert_close(spectrum, (2 * (values[k] - others)).sort().values)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: di.spherical_pspin(1, 5, rng=rng), "at least 2, got p=1"),
        (lambda rng: di.spherical_pspin(3, 1, rng=rng), "n_spins=1"),
        (lambda rng: di.spherical_pspin(3, 646, rng=rng), "at p=3 take n_spins <= 645"),
        (lambda rng: di.SphericalPSpin(torch.zeros(2, 3)), r"got shape \(2, 3\)"),
        (lambda rng: di.spherical_pspin(3, 4, rng=rng).energy(np.ones(5)), r"expected \(\.\.\., 4\)"),
    ],
)
def test_errors_say_what_to_do(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)


def test_the_limit_is_the_largest_power_that_fits():
    for p in range(2, 29):
        assert pspin._largest(p) ** p <= pspin.MAX_COUPLINGS < (pspin._largest(p) + 1) ** p
