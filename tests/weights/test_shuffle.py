import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dnnising as di
from tests.conftest import random_chain


def flat(network):
    return np.concatenate([matrix.ravel() for matrix in network.couplings])


@given(
    sizes=st.lists(st.integers(1, 7), min_size=2, max_size=5),
    fraction=st.floats(0, 1),
    seed=st.integers(0, 2**32),
)
def test_the_multiset_and_the_positions_left_alone_are_kept(sizes, fraction, seed):
    rng = np.random.default_rng(seed)
    before = random_chain(rng, sizes)
    after = di.shuffle(before, fraction, rng=rng)
    assert after.layer_sizes == before.layer_sizes
    assert np.array_equal(np.sort(flat(after)), np.sort(flat(before)))
    assert np.sum(flat(after) != flat(before)) <= round(fraction * before.n_bonds)


def test_every_arrangement_is_equally_likely():
    """All 24 orders of four weights, 24,000 times: χ² with 23 degrees of freedom."""
    network = di.LayeredCouplings([[[0.0, 1.0]], [[2.0], [3.0]]])
    rng = np.random.default_rng(1)
    orders = [tuple(flat(di.shuffle(network, rng=rng))) for _ in range(24_000)]
    counts = np.unique(orders, axis=0, return_counts=True)[1]
    assert counts.size == 24
    assert np.sum((counts - 1000) ** 2 / 1000) < 49.7  # p = 0.001


def test_weights_cross_layers():
    network = di.LayeredCouplings([np.zeros((20, 20)), np.ones((20, 20))])
    mixed = di.shuffle(network, rng=np.random.default_rng(0))
    assert 0.4 < mixed.couplings[0].mean() < 0.6


def test_a_fraction_moves_that_many():
    network = di.LayeredCouplings([np.arange(10_000.0).reshape(100, 100)])
    moved = flat(di.shuffle(network, 0.2, rng=np.random.default_rng(0))) != flat(network)
    assert 1990 <= moved.sum() <= 2000  # a permutation of 2000 leaves one in place on average


def test_the_seed_decides():
    network = di.LayeredCouplings([np.arange(9.0).reshape(3, 3)])
    first, again, other = (flat(di.shuffle(network, rng=np.random.default_rng(seed))) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_bad_fractions_are_refused(fraction, rng):
    with pytest.raises(ValueError, match="fraction must lie between 0 and 1"):
        di.shuffle(random_chain(rng, (2, 2)), fraction, rng=rng)
