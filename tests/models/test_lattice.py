import numpy as np
import pytest

import dnnising as di
from tests.naive import dense_energy, lattice_energy


@pytest.mark.parametrize("length", [3, 4, 7])
def test_energy(rng, length):
    lattice = di.square_lattice(length)
    spins = rng.choice([-1, 1], (length, length))
    expected = lattice_energy(length, spins.tolist())
    assert lattice.energy(spins) == expected
    assert dense_energy(lattice.coupling_matrix(), spins.ravel()) == expected
    assert lattice.energy(np.ones((length, length))) == -lattice.n_bonds


def test_every_site_has_four_neighbours():
    lattice = di.square_lattice(5)
    A = lattice.coupling_matrix()
    assert (A.sum(axis=1) == 4).all()
    assert (A == A.T).all()
    assert A.sum() / 2 == lattice.n_bonds == 50


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least 3, got 2"):
        di.square_lattice(2)
    for spins in (np.ones((3, 4)), np.zeros((3, 3)), np.full((3, 3), np.nan)):
        with pytest.raises(ValueError, match=r"±1 of shape \(3, 3\)"):
            di.square_lattice(3).energy(spins)
