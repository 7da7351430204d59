"""Dense couplings: energies, Hopfield's memory, the glass of Sherrington and Kirkpatrick, and Lévy's."""

import numpy as np
import pytest

import dnnising as di
from dnnising.models import DenseCouplings, dense, hopfield, sherrington_kirkpatrick
from tests.mutants import put_mutant
from tests.naive import dense_energy


def test_energy(rng):
    model = sherrington_kirkpatrick(9, rng=rng)
    for _ in range(5):
        spins = rng.choice([-1, 1], 9)
        assert model.energy(spins) == pytest.approx(dense_energy(model.couplings, spins))
    assert model.n_bonds == 36
    assert not model.bipartite


def test_enumeration_takes_them(rng):
    model = sherrington_kirkpatrick(8, rng=rng)
    energies = di.exact.enumerate_energies(model)
    states = di.exact.all_configurations(8)
    assert energies == pytest.approx([model.energy(state) for state in states])
    assert np.sum(energies) == pytest.approx(0, abs=1e-9)
    assert np.mean(energies**2) == pytest.approx(np.sum(np.triu(model.couplings) ** 2))


@pytest.mark.slow
def test_couplings_of_the_glass_have_variance_1_over_n():
    model = sherrington_kirkpatrick(400, rng=np.random.default_rng(0))
    J = model.couplings[np.triu_indices(400, 1)]
    assert J.var() * 400 == pytest.approx(1, abs=4 * np.sqrt(2 / J.size))
    edge = np.linalg.eigvalsh(model.couplings)[-1]
    assert edge == pytest.approx(2, abs=0.1)  # the semicircle's


def tail_z_scores(rng, n=200, mu=1.2):
    """Of the share of couplings beyond t n^(-1/μ) against t^(-μ), and of the share that is positive."""
    bonds = dense.levy_glass(n, mu, rng=rng).couplings[np.triu_indices(n, 1)]
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
    with pytest.raises(AssertionError):
        test_levy_couplings_have_their_tail(rng)


def test_the_memory_is_hebbs(rng):
    patterns = rng.choice([-1, 1], (3, 7))
    J = hopfield(patterns).couplings
    for i in range(7):
        for j in range(7):
            assert J[i, j] == pytest.approx(0 if i == j else sum(p[i] * p[j] for p in patterns) / 7)
    spins = rng.choice([-1, 1], 7)
    overlaps = patterns @ spins / 7
    assert hopfield(patterns).energy(spins) == pytest.approx(-7 / 2 * np.sum(overlaps**2) + 3 / 2)


def test_a_model_is_told_by_its_couplings(rng):
    one, other = (sherrington_kirkpatrick(5, rng=rng) for _ in range(2))
    assert one.fingerprint() == DenseCouplings(one.couplings).fingerprint() != other.fingerprint()
    spins = rng.choice([-1, 1], 5)
    assert one.unflatten(spins) is spins
    with pytest.raises(ValueError, match="read-only"):
        one.couplings[0, 1] = 3.0


@pytest.mark.parametrize(
    ("couplings", "message"),
    [
        (np.zeros((2, 3)), r"shape \(2, 3\), expected \(N, N\)"),
        ([[0.0, 1.0], [2.0, 0.0]], "must be symmetric"),
        ([[1.0, 0.0], [0.0, 0.0]], "no bond with itself"),
        ([[0.0, np.nan], [np.nan, 0.0]], r"couplings\[0, 1\] is nan"),
    ],
)
def test_bad_couplings_are_refused(couplings, message):
    with pytest.raises(ValueError, match=message):
        DenseCouplings(couplings)


def test_bad_spins_patterns_and_sizes_are_refused(rng):
    with pytest.raises(ValueError, match=r"±1 of shape \(3,\)"):
        sherrington_kirkpatrick(3, rng=rng).energy([1, 0, 1])
    with pytest.raises(ValueError, match="at least 2, got 1"):
        sherrington_kirkpatrick(1, rng=rng)
    with pytest.raises(ValueError, match=r"got 2\.0; with a finite variance"):
        dense.levy_glass(4, 2.0, rng=rng)
    with pytest.raises(ValueError, match="at least 2, got 1"):
        dense.levy_glass(1, 0.5, rng=rng)
    with pytest.raises(ValueError, match=r"±1 of shape \(P, N\)"):
        hopfield([[1, 0]])
