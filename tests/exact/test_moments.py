from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st

import dnnising as di
from dnnising.exact import enumerate_energies
from dnnising.exact.moments import energy_cumulants
from tests.conftest import random_chain


@pytest.fixture(scope="module")
def minilm():
    return di.load_network("minilm")


def naive_cycles(A):
    """Σ over unordered 4-cycles of the product of their couplings: three ways round any four spins."""
    total = 0.0
    for a, b, c, d in combinations(range(len(A)), 4):
        for i, j, k, l in ((a, b, c, d), (a, b, d, c), (a, c, b, d)):
            total += A[i, j] * A[j, k] * A[k, l] * A[l, i]
    return total


@pytest.mark.slow
@given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=5),
    seed=st.integers(0, 2**32),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_against_enumeration_and_a_count_of_cycles(sizes, seed, dtype):
    chain = random_chain(np.random.default_rng(seed), sizes, dtype)
    variance, fourth = energy_cumulants(chain)
    A = chain.coupling_matrix()
    assert fourth == pytest.approx(24 * naive_cycles(A) - np.sum(A**4), rel=1e-9, abs=1e-10 * variance**2)
    if chain.n_spins <= 12:
        energies = enumerate_energies(chain)
        assert variance == pytest.approx(energies.var(), rel=1e-10)
        expected = np.mean(energies**4) - 3 * energies.var() ** 2
        assert fourth == pytest.approx(expected, rel=1e-9, abs=1e-9 * variance**2)


def test_every_term_of_the_count_is_needed(rng):
    """What enumeration says lies far from the count without cycles across layers, or with half of them."""
    chain = random_chain(rng, (3, 4, 3, 4))
    energies = enumerate_energies(chain)
    expected = np.mean(energies**4) - 3 * energies.var() ** 2
    assert energy_cumulants(chain).fourth == pytest.approx(expected, rel=1e-9)
    across = sum(np.sum((J @ K) ** 2) for J, K in zip(chain.couplings, chain.couplings[1:]))
    for wrong in (4 * across, 2 * across):  # of the 4 Σ |J_l J_{l+1}|² in tr A⁴
        assert expected - 24 * wrong / 8 != pytest.approx(expected, rel=0.1)
    one_by_one = sum(energy_cumulants(di.LayeredCouplings([J])).fourth for J in chain.couplings)
    assert one_by_one != pytest.approx(expected, rel=0.1)


def test_trees_have_no_cycles():
    star = di.LayeredCouplings([[[1.0, 2.0, 3.0]]])
    assert energy_cumulants(star) == pytest.approx((14, -2 * (1 + 16 + 81)))


def test_what_each_null_model_keeps(rng):
    chain = random_chain(rng, (20, 30, 20))
    ordered = di.LayeredCouplings([np.outer(J[:, 0], J[0]) for J in chain.couplings])  # of rank one
    kept = energy_cumulants(ordered)
    assert kept.fourth > kept.variance**2 / 20
    for within in (False, True):
        mixed = energy_cumulants(di.shuffle(ordered, within=within, rng=rng))
        assert mixed.variance == pytest.approx(kept.variance, rel=1e-12)
        assert mixed.fourth < 0.8 * kept.fourth


@pytest.mark.slow
def test_structure_of_the_embedded_model_is_in_its_cycles(minilm):
    trained = energy_cumulants(minilm)
    mixed = energy_cumulants(di.shuffle(minilm, rng=np.random.default_rng(1)))
    bonds = np.concatenate([matrix.ravel() for matrix in minilm.couplings]).astype(float)
    assert trained.variance == pytest.approx(np.sum(bonds**2), rel=1e-10)
    assert mixed.variance == pytest.approx(trained.variance, rel=1e-10)
    assert trained.fourth == pytest.approx(2.77592e6, rel=1e-5)
    assert mixed.fourth == pytest.approx(-2 * np.sum(bonds**4), rel=0.2)
