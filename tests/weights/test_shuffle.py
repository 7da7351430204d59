import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import chi2

import dnnising as di
from dnnising.weights import shuffling as module
from tests.conftest import random_chain
from tests.mutants import put_mutant


def flat(network):
    return np.concatenate([matrix.ravel() for matrix in network.couplings])


chains = {
    "sizes": st.lists(st.integers(1, 7), min_size=2, max_size=5),
    "fraction": st.floats(0, 1),
    "seed": st.integers(0, 2**32),
}


@given(**chains)
def test_the_multiset_and_the_positions_left_alone_are_kept(sizes, fraction, seed):
    rng = np.random.default_rng(seed)
    before = random_chain(rng, sizes)
    after = di.shuffle(before, fraction, rng=rng)
    assert after.layer_sizes == before.layer_sizes
    assert np.array_equal(np.sort(flat(after)), np.sort(flat(before)))
    assert np.sum(flat(after) != flat(before)) <= round(fraction * before.n_bonds)


@given(**chains)
def test_within_each_matrix_keeps_its_own_multiset(sizes, fraction, seed):
    rng = np.random.default_rng(seed)
    before = random_chain(rng, sizes)
    after = di.shuffle(before, fraction, within=True, rng=rng)
    assert after.layer_sizes == before.layer_sizes
    for new, old in zip(after.couplings, before.couplings):
        assert np.array_equal(np.sort(new, axis=None), np.sort(old, axis=None))
        assert np.sum(new != old) <= round(fraction * old.size)


def chi_squared(within):
    """Of the orders of the weights, 500 times as many shuffles as orders, and degrees of freedom.

    All 24 orders of four weights; the 3! × 2! of three weights and two that keep to their matrices.
    """
    matrices = [[[0.0], [1.0], [2.0]], [[3.0, 4.0]]] if within else [[[0.0, 1.0]], [[2.0], [3.0]]]
    network, orders = di.LayeredCouplings(matrices), 12 if within else 24
    rng = np.random.default_rng(1)
    seen = [tuple(flat(di.shuffle(network, within=within, rng=rng))) for _ in range(500 * orders)]
    counts = np.unique(seen, axis=0, return_counts=True)[1]
    return np.sum((counts - 500) ** 2 / 500) + 500 * (orders - counts.size), orders - 1


@pytest.mark.slow
@pytest.mark.parametrize("within", [False, True])
def test_every_arrangement_is_equally_likely(within):
    found, freedom = chi_squared(within)
    assert chi2.sf(found, freedom) > 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("within", [False, True])
def test_the_same_test_rejects_an_order_that_is_not_random(monkeypatch, within):
    """Places are drawn at random, but numpy need not return them in random order."""
    put_mutant(monkeypatch, module, "permuted", "replace=False", "replace=False, shuffle=False")
    found, freedom = chi_squared(within)
    assert chi2.sf(found, freedom) < 1e-5


def test_weights_cross_layers_unless_told_not_to():
    network = di.LayeredCouplings([np.zeros((20, 20)), np.ones((20, 20))])
    mixed = di.shuffle(network, rng=np.random.default_rng(0))
    assert 0.4 < mixed.couplings[0].mean() < 0.6
    kept = di.shuffle(network, within=True, rng=np.random.default_rng(0))
    assert [matrix.mean() for matrix in kept.couplings] == [0, 1]


def test_a_fraction_moves_that_many():
    network = di.LayeredCouplings([np.arange(10_000.0).reshape(100, 100)])
    moved = flat(di.shuffle(network, 0.2, rng=np.random.default_rng(0))) != flat(network)
    assert 1990 <= moved.sum() <= 2000  # a permutation of 2000 leaves one in place on average


def test_within_a_fraction_moves_that_many_of_each_matrix():
    network = di.LayeredCouplings(
        [np.arange(10_000.0).reshape(100, 100), np.arange(2_000.0).reshape(100, 20)]
    )
    mixed = di.shuffle(network, 0.2, within=True, rng=np.random.default_rng(0))
    moved = [np.sum(new != old) for new, old in zip(mixed.couplings, network.couplings)]
    assert 1990 <= moved[0] <= 2000
    assert 390 <= moved[1] <= 400


def check_repeats(shuffles=20_000):
    """How often a weight of four stands where it was after r shuffles of half of them: a Markov chain."""
    rng = np.random.default_rng(2)
    network = di.LayeredCouplings([np.arange(4.0).reshape(2, 2)])
    for repeats in (1, 2, 5):
        stayed = [
            flat(module.shuffle(network, 0.5, repeats=repeats, rng=rng))[0] == 0 for _ in range(shuffles)
        ]
        expected = 1 / 4 + 3 / 4 * (0.5 * 4 / 3) ** repeats  # the formula of `shuffle`
        assert np.mean(stayed) == pytest.approx(expected, abs=5 * (0.25 / shuffles) ** 0.5)


def test_repeats_move_more_and_more_weights():
    check_repeats()
    once = di.shuffle(di.LayeredCouplings([np.arange(9.0).reshape(3, 3)]), 0.5, rng=0)
    same = di.shuffle(di.LayeredCouplings([np.arange(9.0).reshape(3, 3)]), 0.5, repeats=1, rng=0)
    assert np.array_equal(flat(once), flat(same))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("for _ in range(repeats)", "for _ in range(1)"),
        ("= permuted[chosen]", "= weights[chosen]"),  # brings back what earlier repeats have moved
    ],
)
def test_wrong_repeats_are_seen(monkeypatch, right, wrong):
    put_mutant(monkeypatch, module, "permuted", right, wrong)
    with pytest.raises(AssertionError):
        check_repeats(4000)


def test_no_repeats_is_no_shuffle():
    with pytest.raises(ValueError, match="repeats must be at least 1, got 0"):
        di.shuffle(di.LayeredCouplings([np.ones((2, 2))]), 0.5, repeats=0, rng=0)


@pytest.mark.parametrize("within", [False, True])
def test_the_seed_decides(within):
    network = di.LayeredCouplings([np.arange(9.0).reshape(3, 3)])
    first, again, other = (
        flat(di.shuffle(network, within=within, rng=np.random.default_rng(seed))) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_stored_results_can_be_made_again():
    """The default's arrangement for one seed, as released in version 0.1."""
    network = di.LayeredCouplings([np.arange(6.0).reshape(2, 3), np.arange(6.0, 12.0).reshape(3, 2)])
    assert flat(di.shuffle(network, rng=np.random.default_rng(5))).tolist() == [
        2,
        8,
        9,
        3,
        5,
        10,
        7,
        0,
        1,
        11,
        6,
        4,
    ]
    assert flat(di.shuffle(network, 0.5, rng=np.random.default_rng(5))).tolist() == [
        5,
        1,
        2,
        3,
        0,
        4,
        11,
        7,
        6,
        9,
        10,
        8,
    ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("within", [False, True])
def test_precision_is_kept(rng, dtype, within):
    mixed = di.shuffle(random_chain(rng, (3, 4, 2), dtype), within=within, rng=rng)
    assert {matrix.dtype for matrix in mixed.couplings} == {np.dtype(dtype)}


@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_bad_fractions_are_refused(fraction, within, rng):
    with pytest.raises(ValueError, match="fraction must lie between 0 and 1"):
        di.shuffle(random_chain(rng, (2, 2)), fraction, within=within, rng=rng)
