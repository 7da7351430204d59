import numpy as np
import pytest

import dnnising as di
from dnnising.models import dense
from tests.mutants import put_mutant
from tests.naive import dense_energy


def test_energy_equals_a_double_loop_and_enumeration(rng):
    glass = di.sherrington_kirkpatrick(6, rng=rng)
    energies = di.exact.enumerate_energies(glass)
    for k in (0, 5, 63):
        spins = 2.0 * (k >> np.arange(6) & 1) - 1
        assert glass.energy(spins) == pytest.approx(dense_energy(glass.coupling_matrix(), spins))
        assert glass.energy(spins) == pytest.approx(energies[k])


def test_gaussian_couplings_have_variance_one_over_n(rng):
    bonds = di.sherrington_kirkpatrick(200, rng=rng).matrix[np.triu_indices(200, 1)]
    assert 200 * bonds.var() == pytest.approx(1, abs=4 * (2 / len(bonds)) ** 0.5)


def tail_z_scores(rng, n=200, mu=1.2):
    """Of the share of couplings beyond t n^{-1/μ} against t^{-μ}, and of the share that is positive."""
    bonds = di.levy_glass(n, mu, rng=rng).matrix[np.triu_indices(n, 1)]
    sizes = np.abs(bonds) * n ** (1 / mu)
    expected = np.array([2.0**-mu, 10.0**-mu, 0.5])
    shares = np.array([(sizes > 2).mean(), (sizes > 10).mean(), (bonds > 0).mean()])
    assert sizes.min() >= 1 - 1e-12
    return (shares - expected) / np.sqrt(expected * (1 - expected) / len(bonds))


def test_levy_couplings_have_their_tail(rng):
    assert np.abs(tail_z_scores(rng)).max() < 4


@pytest.mark.parametrize(("right", "wrong"), [("(-1 / mu)", "(-mu)"), ("[-1.0, 1.0]", "[1.0, 1.0]")])
def test_wrong_tails_are_seen(right, wrong, rng, monkeypatch):
    put_mutant(monkeypatch, dense, "levy_glass", right, wrong)
    monkeypatch.setattr(di, "levy_glass", dense.levy_glass)
    with pytest.raises(AssertionError):
        test_levy_couplings_have_their_tail(rng)


def test_fingerprints_tell_glasses_apart_and_couplings_are_kept(rng):
    matrix = np.array([[0.0, 1.0], [1.0, 0.0]])
    glass = di.DenseCouplings(matrix)
    before = glass.fingerprint()
    matrix[0, 1] = 2
    assert glass.fingerprint() == before != di.DenseCouplings(-glass.matrix).fingerprint()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: di.DenseCouplings(np.ones((2, 3))), r"got shape \(2, 3\)"),
        (lambda rng: di.DenseCouplings(np.eye(2)), "zero diagonal"),
        (lambda rng: di.DenseCouplings(np.array([[0, 1], [2, 0]])), "symmetric"),
        (lambda rng: di.DenseCouplings(np.array([[0, np.nan], [np.nan, 0]])), "finite, got nan"),
        (lambda rng: di.levy_glass(4, 2.0, rng=rng), "got 2.0; with a finite variance"),
        (lambda rng: di.sherrington_kirkpatrick(1, rng=rng), "at least 2, got 1"),
        (lambda rng: di.sherrington_kirkpatrick(3, rng=rng).energy([1, 0, 1]), "must be ±1"),
    ],
)
def test_errors_say_what_to_do(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)
