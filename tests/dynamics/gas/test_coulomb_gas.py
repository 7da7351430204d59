import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.special import erf

from dnnising.dynamics import (
    coulomb_gas_density,
    coulomb_gas_log_density,
    dyson_drift,
    fokker_planck_residual,
    sigma_from_spacings,
    simulate_matrix,
)
from dnnising.spectra import binder_cumulant


@pytest.mark.parametrize("beta", [1, 2, 4])
@pytest.mark.parametrize("sigma", [1.0, 0.4])
def test_the_density_of_one_of_two_levels_is_the_integral_of_the_joint_one(beta, sigma):
    for x in (-1.3 * sigma, 0.0, 0.6 * sigma):
        joint = lambda y, x=x: float(np.exp(coulomb_gas_log_density([x, y], beta, sigma)))  # noqa: E731
        area = quad(joint, -9 * sigma, 9 * sigma, points=[x], limit=200)[0]
        assert coulomb_gas_density(x, beta, sigma) == pytest.approx(area, rel=1e-8)


@pytest.mark.parametrize("beta", [2, 4])
def test_mehtas_integral_normalises_three_levels(beta):
    """Gauss-Hermite quadrature is exact for the polynomial Π|x_i - x_j|^β of even β."""
    node, weight = np.polynomial.hermite_e.hermegauss(12)
    x = np.array(np.meshgrid(node, node, node)).reshape(3, -1).T
    weights = np.prod(np.array(np.meshgrid(weight, weight, weight)).reshape(3, -1), axis=0)
    density = np.exp(coulomb_gas_log_density(0.8 * x, beta, 0.8) + (x**2).sum(axis=1) / 2)
    assert weights @ density * 0.8**3 == pytest.approx(1, rel=1e-10)


def test_mehtas_integral_normalises_three_real_levels():
    """At β = 1, the mean of P over the Gaussian density, at levels drawn from that."""
    x = np.random.default_rng(1).normal(size=(400_000, 3))
    ratio = np.exp(coulomb_gas_log_density(x) - stats.norm.logpdf(x).sum(axis=1))
    assert abs(ratio.mean() - 1) < 4 * ratio.std() / np.sqrt(len(x)) < 0.02


def moment(power, beta):
    return quad(lambda x: x**power * float(coulomb_gas_density(x, beta)), -12, 12, points=[0])[0]


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_moments_of_two_levels(beta):
    assert moment(0, beta) == pytest.approx(1, abs=1e-9)
    assert moment(2, beta) == pytest.approx(1 + beta / 2, abs=1e-9)


def test_the_binder_cumulant_of_two_levels_is_minus_four_27ths_at_beta_1_alone():
    shapes = {beta: moment(4, beta) / (3 * moment(2, beta) ** 2) - 1 for beta in (1, 2, 4)}
    assert shapes[1] == pytest.approx(-4 / 27, abs=1e-9)
    assert shapes[2] == pytest.approx(-1 / 4, abs=1e-9)
    assert shapes[4] == pytest.approx(-1 / 3 - 1 / 27, abs=1e-9)


def test_the_shape_goes_from_two_levels_to_the_semicircle():
    two, many = (
        simulate_matrix(n=n, time=20.0, runs=runs, rng=np.random.default_rng(1)).eigenvalues
        for n, runs in ((2, 100_000), (100, 200))
    )
    assert binder_cumulant(two) == pytest.approx(-4 / 27, abs=0.01)
    assert binder_cumulant(many) == pytest.approx(-1 / 3, abs=0.01)


def test_the_density_of_the_source_as_it_prints_it():
    x, sigma = np.linspace(-2, 2, 9), 0.7
    printed = (
        np.exp(-(x**2) / (2 * sigma**2))
        / (4 * np.sqrt(np.pi) * sigma)
        * (
            2 * np.exp(-(x**2) / (2 * sigma**2))
            + np.sqrt(2 * np.pi) * x / sigma * erf(x / (np.sqrt(2) * sigma))
        )
    )
    assert coulomb_gas_density(x, sigma=sigma) == pytest.approx(printed)


@pytest.mark.parametrize("beta", [1, 2, 4])
def test_the_coulomb_gas_is_stationary_and_nothing_near_it_is(beta, rng):
    points = np.sort(rng.normal(size=(50, 4)), axis=1) + np.arange(4)
    gas = lambda x: coulomb_gas_log_density(x, beta, 0.9)  # noqa: E731
    drift = dyson_drift(beta, 0.9)
    assert fokker_planck_residual(gas, drift, 0.9, points) == pytest.approx(np.zeros(50), abs=1e-4)
    wrong_noise = fokker_planck_residual(gas, drift, 0.9 / np.sqrt(2), points)
    wrong_beta = fokker_planck_residual(gas, dyson_drift(5 - beta, 0.9), 0.9, points)
    assert np.abs(wrong_noise).max() > 0.1
    assert np.abs(wrong_beta).max() > 0.1


def test_noise_that_differs_from_level_to_level_keeps_the_slides_law(rng):
    """P ∝ Π|x_i - x_j| exp(-Σ V_i/g_i²) is stationary for the eigenvalue equation as printed."""
    g = np.array([0.5, 1.0, 1.7])

    def gas(x):
        repulsion = sum(np.log(np.abs(x[:, i] - x[:, j])) for i, j in ((0, 1), (0, 2), (1, 2)))
        return repulsion - (x**2 / (2 * g**2)).sum(axis=1)

    def drift(x):
        distance = x[:, :, None] - x[:, None, :] + np.diag([np.inf] * 3)
        return -x + g**2 * (1 / distance).sum(axis=2)

    points = np.sort(rng.normal(size=(40, 3)), axis=1) + np.arange(3)
    assert fokker_planck_residual(gas, drift, g, points) == pytest.approx(np.zeros(40), abs=1e-4)


def test_sigma_from_spacings_and_its_error():
    rng = np.random.default_rng(0)
    S = np.sqrt(rng.exponential(4 * 0.3**2, size=(2000, 100)))
    found = [sigma_from_spacings(row) for row in S]
    assert np.mean(found) == pytest.approx(0.3, rel=0.005)
    assert np.std(found) == pytest.approx(np.mean([one.error for one in found]), rel=0.1)
    assert stats.norm.cdf(2) - stats.norm.cdf(-2) == pytest.approx(
        np.mean([abs(one.sigmas_above(0.3)) < 2 for one in found]), abs=0.02
    )


@pytest.mark.parametrize("function", [coulomb_gas_density, coulomb_gas_log_density])
def test_impossible_gases_are_refused(function):
    with pytest.raises(ValueError, match="sigma must be positive and finite, got 0"):
        function([0.0, 1.0], 1, 0)
    with pytest.raises(ValueError, match="beta must be"):
        function([0.0, 1.0], 3)
    with pytest.raises(ValueError, match="0 spacings"):
        sigma_from_spacings([])
    assert coulomb_gas_log_density([1.0, 1.0]) == -np.inf
