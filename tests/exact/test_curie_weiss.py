"""Chains of equal couplings, against counting and against the limit of many spins."""

import numpy as np
import pytest

import dnnising as di
from dnnising.exact import CRITICAL_BINDER, all_configurations, curie_weiss, curie_weiss_moments
from tests.mutants import put_mutant

SIZES, STRENGTHS, WEIGHTS, T = (3, 4, 2), (1.3, 0.7), (0.5, -1.0, 2.0), (0.4, 1.0, 3.0)


def equal_couplings(sizes, strengths):
    pairs = zip(sizes, sizes[1:], strengths)
    return di.LayeredCouplings([np.full((n, m), theta / np.sqrt(n * m)) for n, m, theta in pairs])


def check_against_enumeration():
    network = equal_couplings(SIZES, STRENGTHS)
    states = all_configurations(network.n_spins)
    direction = np.concatenate([np.full(n, a / np.sqrt(n)) for n, a in zip(SIZES, WEIGHTS)])
    m = states @ direction
    energies = np.array([network.energy(network.unflatten(state)) for state in states])
    for t, found in zip(T, curie_weiss_moments(SIZES, STRENGTHS, WEIGHTS, T)):
        p = np.exp(-energies / t)
        assert found == pytest.approx([np.average(m**k, weights=p) for k in (2, 4)])


def test_every_state_is_counted():
    check_against_enumeration()


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        ("_log_binomials", "- gammaln(n - up + 1)", ""),
        ("_shifted", "by ** (k - j)", "by**k"),
        ("_moments", "log_z = total + states[l + 1]", "log_z = total"),
        ("_moments", "weights[l + 1]", "weights[l]"),
    ],
)
def test_wrong_versions_are_seen(function, right, wrong, monkeypatch):
    put_mutant(monkeypatch, curie_weiss, function, right, wrong)
    with pytest.raises(AssertionError):
        check_against_enumeration()


def cumulant(sizes, temperature):
    (square, fourth), *_ = curie_weiss_moments(sizes, [1.0], np.sqrt([0.5, 0.5]), [temperature])
    return 1 - fourth / (3 * square**2)


def test_the_cumulant_at_the_transition_tends_to_that_of_mean_field():
    """With corrections of order 1/√N, which two sizes remove."""
    small, large = (cumulant([n, n], 1.0) for n in (500, 2000))
    assert 2 * large - small == pytest.approx(CRITICAL_BINDER, abs=5e-4)
    assert abs(large - CRITICAL_BINDER) < 0.6 * abs(small - CRITICAL_BINDER)
    x = 6e-5 * (np.arange(100_000) + 0.5)
    square, fourth = (np.average(x**k, weights=np.exp(-(x**4))) for k in (2, 4))
    assert 1 - fourth / (3 * square**2) == pytest.approx(CRITICAL_BINDER, abs=1e-6)


def test_the_cumulant_tells_order_from_a_paramagnet():
    assert cumulant([800, 800], 0.7) == pytest.approx(2 / 3, abs=0.01)
    assert cumulant([800, 800], 1.5) == pytest.approx(0, abs=0.01)


def test_the_spectrum_gives_the_transition_of_many_spins():
    for n in (50, 200):
        found = di.transition_temperature(equal_couplings((n, n), (1.0,)))
        assert found == pytest.approx(1 - 1 / n, rel=2 / n**2)


@pytest.mark.parametrize("wrong", [((3, 4), (1.0,), (1.0,)), ((3, 4), (1.0, 1.0), (1.0, 1.0))])
def test_numbers_that_disagree_are_refused(wrong):
    with pytest.raises(ValueError, match="as many weights and one strength fewer"):
        curie_weiss_moments(*wrong, [1.0])
