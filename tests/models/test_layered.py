import numpy as np
import pytest
from hypothesis import given, strategies as st

import dnnising as di
from tests.conftest import random_chain, random_spins
from tests.naive import dense_energy, layered_energy

sizes_strategy = st.lists(st.integers(1, 6), min_size=2, max_size=5)


@given(sizes=sizes_strategy, seed=st.integers(0, 2**32), dtype=st.sampled_from([np.float32, np.float64]))
def test_energy_equals_a_triple_loop(sizes, seed, dtype):
    rng = np.random.default_rng(seed)
    chain, spins = random_chain(rng, sizes, dtype), random_spins(rng, sizes)
    expected = layered_energy(chain.couplings, spins)
    scale = sum(np.abs(matrix).sum(dtype=float) for matrix in chain.couplings)
    assert chain.energy(spins) == pytest.approx(expected, rel=1e-10, abs=1e-13 * scale)
    assert dense_energy(chain.coupling_matrix(), np.concatenate(spins)) == pytest.approx(
        expected, rel=1e-10, abs=1e-13 * scale
    )


@given(sizes=sizes_strategy, seed=st.integers(0, 2**32))
def test_flipping_every_second_layer_turns_the_energy_over(sizes, seed):
    rng = np.random.default_rng(seed)
    chain, spins = random_chain(rng, sizes), random_spins(rng, sizes)
    flipped = [layer * (-1) ** l for l, layer in enumerate(spins)]
    assert chain.energy(flipped) == pytest.approx(-chain.energy(spins), rel=1e-12)


def test_counts():
    chain = di.LayeredCouplings([np.ones((2, 3)), np.ones((3, 5))])
    assert (chain.layer_sizes, chain.n_spins, chain.n_bonds) == ((2, 3, 5), 10, 21)


def test_unflatten_cuts_where_the_layers_end(rng):
    chain = random_chain(rng, (2, 3, 4))
    assert [layer.tolist() for layer in chain.unflatten(np.arange(9))] == [[0, 1], [2, 3, 4], [5, 6, 7, 8]]


def test_bound_holds_and_is_tight_for_one_rank_one_matrix(rng):
    chain = random_chain(rng, (4, 5, 3))
    assert np.abs(di.exact.enumerate_energies(chain)).max() <= di.energy_bound(chain)
    ferromagnet = di.LayeredCouplings([np.ones((3, 4))])
    assert di.energy_bound(ferromagnet) == pytest.approx(12)


def test_couplings_cannot_be_changed_behind_its_back(rng):
    given_matrix = rng.normal(size=(2, 3))
    chain = di.LayeredCouplings([given_matrix])
    with pytest.raises(ValueError, match="read-only"):
        chain.couplings[0][0, 0] = 1.0
    before = chain.fingerprint()
    given_matrix[0, 0] += 1
    assert chain.fingerprint() == before


def test_fingerprints_tell_networks_apart(rng):
    matrix = rng.normal(size=(2, 2))
    chains = [[matrix], [matrix.T], [matrix.astype(np.float32)], [matrix.reshape(1, 4)]]
    assert len({di.LayeredCouplings(chain).fingerprint() for chain in chains}) == 4


@pytest.mark.parametrize(
    ("couplings", "message"),
    [
        ([], "empty"),
        ([np.ones(3)], r"couplings\[0\] has shape \(3,\)"),
        ([np.ones((0, 3))], r"couplings\[0\] has shape \(0, 3\)"),
        ([np.ones((2, 3)), np.ones((2, 3))], r"has 3 spins for one and 2 for the other.*transposed"),
        ([np.ones((1, 2)), [[0.0], [np.nan]]], r"couplings\[1\]\[1, 0\] is nan"),
        ([[[np.inf]]], r"couplings\[0\]\[0, 0\] is inf"),
    ],
)
def test_malformed_couplings_are_refused(couplings, message):
    with pytest.raises(ValueError, match=message):
        di.LayeredCouplings(couplings)


@pytest.mark.parametrize(
    ("spins", "message"),
    [
        ([[1, 1]], "expected one flat array for each"),
        ([[1, 1], [1]], "expected one flat array for each"),
        ([[1, 0], [1, 1, 1]], r"layer 0 are not all ±1 \(found 0"),
        ([[1, 1], [1, 1, np.nan]], r"layer 1 are not all ±1 \(found nan"),
    ],
)
def test_malformed_spins_are_refused(spins, message):
    with pytest.raises(ValueError, match=message):
        di.LayeredCouplings([np.ones((2, 3))]).energy(spins)
