import numpy as np
import pytest

import dnnising as di
from tests.conftest import random_chain


@pytest.mark.parametrize("sizes", [(1, 1), (30, 20, 40), (5, 5, 5, 5, 5)])
def test_no_single_flip_improves_the_end(rng, sizes):
    chain = random_chain(rng, sizes)
    found = di.quench(chain, rng=rng)
    flat = np.concatenate(found.spins)
    fields = chain.coupling_matrix() @ flat
    assert (flat * fields >= 0).all()
    assert found.energy == pytest.approx(-0.5 * flat @ fields)
    assert found.energy >= -di.energy_bound(chain)


def test_the_best_of_many_quenches_is_the_ground_state(rng):
    chain = random_chain(rng, (5, 6, 5))
    exact = di.exact.enumerate_energies(chain).min()
    assert min(di.quench(chain, rng=rng).energy for _ in range(60)) == pytest.approx(exact)


def test_the_lattice_ends_in_domains_without_a_gain(rng):
    lattice = di.square_lattice(16)
    found = di.quench(lattice, rng=rng)
    assert found.spins.shape == (16, 16)
    fields = lattice.coupling_matrix() @ found.spins.ravel()
    assert (found.spins.ravel() * fields >= 0).all()


def test_the_seed_decides(rng):
    chain = random_chain(rng, (20, 20))
    first, again = (di.quench(chain, rng=np.random.default_rng(3)) for _ in range(2))
    assert (first.energy, first.sweeps) == (again.energy, again.sweeps)
    assert np.array_equal(np.concatenate(first.spins), np.concatenate(again.spins))


def test_cost_is_counted_in_sweeps(rng):
    """A ferromagnet's last sweep finds nothing to do, and is counted."""
    assert di.quench(di.LayeredCouplings([np.ones((1, 1))]), rng=rng).sweeps in (1, 2)
