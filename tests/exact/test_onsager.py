import numpy as np
import pytest
from scipy.integrate import quad

import dnnising as di


def onsager_log_z(temperature):
    """ln Z / N by Onsager's double integral, reduced to one."""
    K = 1 / temperature
    kappa = 2 * np.sinh(2 * K) / np.cosh(2 * K) ** 2

    def integrand(angle):
        return np.log((1 + np.sqrt(1 - kappa**2 * np.sin(angle) ** 2)) / 2)

    return np.log(2 * np.cosh(2 * K)) + quad(integrand, 0, np.pi / 2, limit=200)[0] / np.pi


@pytest.mark.parametrize("temperature", [0.8, 1.9, 2.2, 2.35, 4.0])
def test_energy_and_heat_capacity_are_derivatives_of_the_free_energy(temperature):
    step = 1e-3
    betas = 1 / temperature + step * np.arange(-1, 2)
    log_z = [onsager_log_z(1 / beta) for beta in betas]
    assert di.onsager_energy(temperature) == pytest.approx(-(log_z[2] - log_z[0]) / (2 * step), abs=1e-4)
    rise = di.onsager_energy(temperature + 1e-5) - di.onsager_energy(temperature - 1e-5)
    assert di.onsager_heat_capacity(temperature) == pytest.approx(rise / 2e-5, rel=1e-6)


def test_the_transition():
    assert pytest.approx(1) == np.sinh(2 / di.ONSAGER_TEMPERATURE)
    assert di.onsager_energy(di.ONSAGER_TEMPERATURE * (1 + 1e-12)) == pytest.approx(-np.sqrt(2), abs=1e-9)
    near, nearer = di.onsager_heat_capacity(di.ONSAGER_TEMPERATURE * (1 + np.array([1e-6, 1e-7])))
    expected = 8 / np.pi / di.ONSAGER_TEMPERATURE**2 * np.log(10)
    assert nearer - near == pytest.approx(expected, rel=1e-3)


@pytest.mark.slow
def test_large_lattices_approach_it():
    T = np.array([1.8, 3.0])
    heat = di.thermodynamics(di.beale_dos(32), T)
    assert heat.energy / 1024 == pytest.approx(di.onsager_energy(T), abs=1e-6)
    assert heat.heat_capacity / 1024 == pytest.approx(di.onsager_heat_capacity(T), abs=1e-4)


def test_temperatures_must_be_positive():
    with pytest.raises(ValueError, match="must be positive, got 0"):
        di.onsager_energy([1.0, 0.0])
