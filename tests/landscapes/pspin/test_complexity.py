import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize

from dnnising import landscapes
from dnnising.landscapes.pspin import annealed_complexity as module
from tests.mutants import put_mutant

P = [2, 3, 4, 10]


def broken_symmetry_ground_state(p):
    """The ground state from the replica method, one step of symmetry breaking at T = 0.

    E_0 = min over χ, m of ½ [p χ + m + ln(1 + m/χ)/m]: nothing of it is in the complexity.
    """

    def energy(logs):
        chi, m = np.exp(logs)
        return 0.5 * (p * chi + m + np.log1p(m / chi) / m)

    return minimize(energy, [-1, 0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14}).fun


@pytest.mark.parametrize("p", [3, 4, 10, 100])
def test_ground_state_is_that_of_the_replica_method(p):
    assert landscapes.ground_state_energy(p) == pytest.approx(broken_symmetry_ground_state(p), abs=1e-6)


def test_named_energies():
    assert landscapes.threshold_energy(3) == pytest.approx(1.6329931619, abs=1e-10)
    assert landscapes.ground_state_energy(3) == pytest.approx(1.6569984, abs=1e-6)
    assert landscapes.ground_state_energy(2) == landscapes.threshold_energy(2) == pytest.approx(2**0.5)


@pytest.mark.parametrize("p", P)
def test_the_rate_is_the_integral_that_defines_it(p):
    threshold = landscapes.threshold_energy(p)
    for u in (-1.2 * threshold, -1.01 * threshold):
        area, _ = quad(lambda z: np.sqrt(z**2 - threshold**2), u, -threshold)
        expected = 0.5 * np.log(p - 1) - (p - 2) / (4 * (p - 1)) * u**2 - 2 / threshold**2 * area
        assert landscapes.complexity(p, u) == pytest.approx(expected, abs=1e-7)
        assert landscapes.complexity_of_index(p, 0, u) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("p", P)
def test_complexities_are_continuous_and_grow_with_energy(p):
    u = np.linspace(-1.3, 0.3, 4001) * landscapes.threshold_energy(p)
    for values in (landscapes.complexity(p, u), *(landscapes.complexity_of_index(p, k, u) for k in range(3))):
        assert np.diff(values).min() >= -1e-12
        assert np.diff(values).max() < 0.01
    assert landscapes.complexity(p, 0.0) == pytest.approx(0.5 * np.log(p - 1))


def test_lower_indices_dominate_below_the_threshold_and_all_agree_above():
    low, high = -1.64, -1.6
    below = [float(landscapes.complexity_of_index(3, k, low)) for k in range(4)]
    assert below == sorted(below, reverse=True)
    assert below[0] > below[1] + 1e-4
    above = [float(landscapes.complexity_of_index(3, k, high)) for k in range(4)]
    assert above == pytest.approx([0.5 * np.log(2) - 1 / 3] * 4)


def test_index_fraction_counts_the_eigenvalues_of_a_shifted_random_matrix(rng):
    n, p = 300, 3
    square = rng.normal(size=(n, n))
    wigner = (square + square.T) * (p * (p - 1) / (2 * n)) ** 0.5  # radius 2√(p(p-1))
    spectrum = np.linalg.eigvalsh(wigner)
    for u in (-1.7, -1.5, -0.8, 0.0, 1.0, 1.7):
        assert landscapes.index_fraction(p, u) == pytest.approx((spectrum < p * u).mean(), abs=0.01)


@pytest.mark.parametrize(("right", "wrong"), [("* np.sqrt(1 - x**2)", "* (1 - x**2)"), ("0.5 +", "0.45 +")])
def test_wrong_fractions_are_seen(right, wrong, rng, monkeypatch):
    put_mutant(monkeypatch, module, "index_fraction", right, wrong)
    monkeypatch.setattr(landscapes, "index_fraction", module.index_fraction)
    with pytest.raises(AssertionError):
        test_index_fraction_counts_the_eigenvalues_of_a_shifted_random_matrix(rng)


def test_count_of_complex_critical_points():
    assert [landscapes.complex_critical_points(3, n) for n in (1, 2, 10)] == [1, 3, 1023]
    assert landscapes.complex_critical_points(2, 7) == 7
    assert landscapes.complex_critical_points(12, 100) == (11**100 - 1) // 10


def test_the_count_falls_with_depth_only_at_a_fixed_number_of_parameters():
    sizes = [round(4096 ** (1 / depth)) for depth in (2, 3, 4, 6, 12)]  # Λ = (parameters)^(1/H)
    counts = [landscapes.complex_critical_points(h, n) for h, n in zip((2, 3, 4, 6, 12), sizes)]
    assert counts == [64, 65535, 3280, 156, 12]
    at_fixed_size = [landscapes.complex_critical_points(h, 8) for h in range(2, 12)]
    assert at_fixed_size == sorted(at_fixed_size)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: landscapes.threshold_energy(1), "p must be at least 2, got 1"),
        (lambda: landscapes.complexity_of_index(3, -1, 0), "cannot be negative, got -1"),
        (lambda: landscapes.complex_critical_points(3, 0), "n_spins must be at least 1, got 0"),
    ],
)
def test_errors_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
