import numpy as np
import pytest

import dnnising as di
from dnnising.exact import all_configurations, enumerate_energies
from tests.conftest import random_chain
from tests.naive import dense_energy


@pytest.mark.parametrize("sizes", [(1, 1), (2, 3), (3, 2, 4), (1, 5, 1, 3)])
def test_every_energy(rng, sizes):
    chain = random_chain(rng, sizes)
    energies = enumerate_energies(chain)
    states = all_configurations(chain.n_spins)
    assert energies.shape == (2**chain.n_spins,)
    expected = [dense_energy(chain.coupling_matrix(), state) for state in states]
    assert energies == pytest.approx(expected, abs=1e-12)


def test_configurations_follow_the_bits():
    assert all_configurations(2).tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]


@pytest.mark.parametrize("sizes", [(4, 5, 3), (2, 6, 2, 2), (7, 5)])
def test_identities_of_a_bipartite_glass(rng, sizes):
    """g(E) = g(-E); mean 0; variance Σ J²; fourth cumulant 24 C4 - 2 Σ J⁴ over 4-cycles."""
    chain = random_chain(rng, sizes)
    energies = enumerate_energies(chain)
    A = chain.coupling_matrix()
    assert np.sort(energies) == pytest.approx(np.sort(-energies), abs=1e-10)
    assert energies.mean() == pytest.approx(0, abs=1e-10)
    assert energies.var() == pytest.approx(np.sum(A**2) / 2, rel=1e-10)
    r = np.sum(A**2, axis=1)
    cycles = (np.trace(np.linalg.matrix_power(A, 4)) - 2 * np.sum(r**2) + np.sum(A**4)) / 8
    cumulant = np.mean(energies**4) - 3 * energies.var() ** 2
    assert cumulant == pytest.approx(24 * cycles - np.sum(A**4), rel=1e-9)  # Σ over both (i,j) and (j,i)


def test_binning_counts_every_configuration_once(rng):
    chain = random_chain(rng, (4, 4, 4))
    dos = di.enumerate_dos(chain, bin_width=0.7)
    assert np.exp(dos.log_g).sum() == pytest.approx(2**12)
    assert dos.energies / 0.7 == pytest.approx(np.round(dos.energies / 0.7), abs=1e-9)
    inside = np.abs(enumerate_energies(chain) - dos.energies[3]) < 0.35
    assert np.exp(dos.log_g[3]) == pytest.approx(inside.sum())


def test_too_many_spins_and_bad_bins_are_refused(rng):
    with pytest.raises(ValueError, match="at most 24 spins, got 25"):
        enumerate_energies(di.square_lattice(5))
    with pytest.raises(ValueError, match="bin_width must be positive, got -1"):
        di.enumerate_dos(random_chain(rng, (2, 2)), bin_width=-1)
