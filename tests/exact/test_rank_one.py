"""The exact ground state of chains of rank-one matrices, against counting."""

from itertools import pairwise

import numpy as np
import pytest

import dnnising as di
from dnnising.exact import rank_one
from tests.mutants import put_mutant


def rank_one_chain(rng, sizes, draw=None):
    draw = draw or (lambda n: rng.normal(size=n))
    return di.LayeredCouplings([np.outer(draw(a), draw(b)) for a, b in pairwise(sizes)])


def check_against_enumeration(draws):
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(1, 6, size=rng.integers(2, 5))
        network = rank_one_chain(rng, sizes)
        found = rank_one.rank_one_ground_state(network)
        assert found.energy == pytest.approx(di.exact.enumerate_energies(network).min())
        assert network.energy(found.spins) == pytest.approx(found.energy)


def test_it_is_the_lowest_of_all_states():
    check_against_enumeration(100)


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        ("ground_state_of", "_largest(best[l],", "_largest(0 * best[l],"),  # forgets the layers before
        ("_corners", "% np.pi", "% (np.pi / 2)"),  # spins flip in another order
        ("_corners", "steps * part[order]", "steps * part"),
    ],
)
def test_wrong_versions_are_seen(function, right, wrong, monkeypatch):
    put_mutant(monkeypatch, rank_one, function, right, wrong)
    with pytest.raises(AssertionError):
        check_against_enumeration(20)


def test_vectors_with_equal_entries_and_zeros_are_no_exception():
    rng = np.random.default_rng(1)
    for _ in range(50):
        network = rank_one_chain(
            rng, rng.integers(2, 5, size=4), lambda n: rng.integers(0, 3, n) + 1.0 * np.eye(n)[0]
        )
        found = rank_one.rank_one_ground_state(network)
        assert found.energy == pytest.approx(di.exact.enumerate_energies(network).min())


def test_large_layers_that_keep_all_bonds():
    ones = di.LayeredCouplings([np.ones((40, 50)), np.ones((50, 33))])
    found = rank_one.rank_one_ground_state(ones)
    assert found.energy == pytest.approx(-(40 * 50 + 50 * 33))
    assert abs(sum(int(layer.sum()) for layer in found.spins)) == ones.n_spins


def test_no_search_is_lower(rng):
    network = rank_one_chain(rng, (70, 90, 60, 80))
    found = rank_one.rank_one_ground_state(network)
    assert network.energy(found.spins) == pytest.approx(found.energy)
    assert min(di.quench(network, rng=rng).energy for _ in range(20)) >= found.energy * (1 + 1e-12)


def test_small_pieces_in_memory_change_nothing(rng, monkeypatch):
    network = rank_one_chain(rng, (20, 30, 25))
    whole = rank_one.rank_one_ground_state(network)
    monkeypatch.setattr(rank_one, "_AT_ONCE", 64)
    assert rank_one.rank_one_ground_state(network).energy == whole.energy


def test_names_and_signs_of_spins_do_not_matter(rng):
    network = rank_one_chain(rng, (6, 9, 7))
    lowest = rank_one.rank_one_ground_state(network).energy
    order, signs = rng.permutation(9), rng.choice([-1, 1], 9)
    first, second = network.couplings
    other = di.LayeredCouplings([(first * signs)[:, order], (signs[:, None] * second)[order]])
    assert rank_one.rank_one_ground_state(other).energy == pytest.approx(lowest)


def test_what_is_left_out_is_the_rest_of_the_network(rng):
    """A strong direction and weak noise: the state carries nearly its energy into the whole network."""
    planted = rank_one_chain(rng, (60, 80, 60))
    noisy = di.LayeredCouplings([J + 0.01 * rng.normal(size=J.shape) for J in planted.couplings])
    found = rank_one.rank_one_ground_state(noisy)
    assert noisy.energy(found.spins) == pytest.approx(found.energy, rel=0.01)


def test_a_matrix_of_zeros_has_no_direction():
    with pytest.raises(ValueError, match="couplings 1 are all zero"):
        rank_one.rank_one_ground_state(di.LayeredCouplings([np.ones((2, 2)), np.zeros((2, 2))]))
