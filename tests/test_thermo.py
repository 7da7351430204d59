import numpy as np
import pytest

import dnnising as di
from tests.conftest import random_chain
from tests.naive import kaufman_log_z


def test_against_sums_over_all_configurations(rng):
    chain = random_chain(rng, (3, 4, 3))
    energies = di.exact.enumerate_energies(chain)
    T = np.array([0.3, 1.0, 5.0])
    heat = di.thermodynamics(di.enumerate_dos(chain), T)
    for k, temperature in enumerate(T):
        weights = np.exp(-energies / temperature)
        mean = np.sum(weights * energies) / weights.sum()
        assert heat.log_z[k] == pytest.approx(np.log(weights.sum()), rel=1e-7)
        assert heat.energy[k] == pytest.approx(mean, rel=1e-7)
        variance = np.sum(weights * (energies - mean) ** 2) / weights.sum()
        assert heat.heat_capacity[k] == pytest.approx(variance / temperature**2, rel=1e-6)
        p = weights / weights.sum()
        assert heat.entropy[k] == pytest.approx(-np.sum(p * np.log(p)), rel=1e-7)


@pytest.mark.parametrize("length", [4, 7, 8, 12])
def test_partition_function_of_the_lattice_is_kaufmans(length):
    T = np.array([1.2, 2.0, 2.27, 3.1])  # off the point where a mode changes sign
    heat = di.thermodynamics(di.beale_dos(length), T)
    assert heat.log_z == pytest.approx([kaufman_log_z(length, t) for t in T], rel=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize(("length", "peak"), [(8, 2.36198), (16, 2.31751), (32, 2.29393)])
def test_where_the_heat_capacity_of_a_lattice_peaks(length, peak):
    heat = di.thermodynamics(di.beale_dos(length), np.linspace(1.5, 3.5, 2001))
    assert di.critical_temperature(heat) == pytest.approx(peak, abs=2e-5)


def test_the_peak_is_placed_between_grid_points():
    dos = di.beale_dos(8)
    coarse = di.critical_temperature(di.thermodynamics(dos, np.linspace(2.0, 2.7, 36)))
    assert coarse == pytest.approx(2.36198, abs=5e-4)


def test_large_systems_neither_overflow_nor_lose_the_ground_state():
    dos = di.DensityOfStates(np.array([-1e6, 0.0, 1e6]), np.array([0.0, 3e5, 0.0]), 500_000)
    heat = di.thermodynamics(dos, [1e-3, 1e9])
    assert heat.energy[0] == -1e6
    assert heat.entropy == pytest.approx([0.0, 3e5])


def test_the_energy_distribution_has_the_moments_of_the_ensemble():
    dos, T = di.beale_dos(8), np.array([0.1, 2.3, 50.0])
    p, heat = di.energy_distribution(dos, T), di.thermodynamics(dos, T)
    assert p.sum(axis=1) == pytest.approx(1)
    assert p @ dos.energies == pytest.approx(heat.energy, rel=1e-12)
    assert p[0, 0] == pytest.approx(1)
    assert np.log(p[1] / p[1, 5]) == pytest.approx(
        dos.log_g - dos.log_g[5] - (dos.energies - dos.energies[5]) / 2.3
    )


@pytest.mark.parametrize("temperatures", [[0.0, 1.0], [-1.0], [2.0, 1.0], [np.nan], [np.inf], [[1.0, 2.0]]])
def test_bad_temperatures_are_refused(temperatures):
    with pytest.raises(ValueError, match="temperatures must be"):
        di.thermodynamics(di.beale_dos(4), temperatures)


@pytest.mark.parametrize("temperatures", [np.linspace(3, 4, 20), np.linspace(1, 2, 20), [2.0]])
def test_a_maximum_at_the_end_is_not_a_critical_temperature(temperatures):
    with pytest.raises(ValueError, match="widen the temperatures"):
        di.critical_temperature(di.thermodynamics(di.beale_dos(8), temperatures))
