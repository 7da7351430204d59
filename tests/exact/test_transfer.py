from itertools import pairwise

import numpy as np
import pytest

import dnnising as di
from dnnising.exact import transfer
from dnnising.exact.transfer import common_unit, transfer_cost


def integer_chain(rng, sizes, largest=2):
    matrices = [rng.integers(-largest, largest + 1, shape) for shape in pairwise(sizes)]
    return di.LayeredCouplings([matrix.astype(float) for matrix in matrices])


@pytest.mark.parametrize("sizes", [(3, 4), (1, 5, 2), (4, 3, 5, 4), (2, 2, 2, 2, 2, 2)])
def test_against_enumeration(rng, sizes):
    chain = integer_chain(rng, sizes)
    counted, enumerated = di.transfer_dos(chain), di.enumerate_dos(chain)
    assert counted.energies == pytest.approx(enumerated.energies)
    assert counted.log_g == pytest.approx(enumerated.log_g, abs=1e-12)


def test_48_spins(rng):
    """Too many to enumerate: total, symmetry and moments are known."""
    chain = integer_chain(rng, (8,) * 6)
    dos = di.transfer_dos(chain)
    assert dos.log_total == pytest.approx(48 * np.log(2), rel=1e-14)
    assert np.array_equal(dos.log_g, dos.log_g[::-1])
    variance, fourth = di.energy_cumulants(chain)
    mean, second = di.energy_moments(dos)
    assert (mean, second) == pytest.approx((0, variance), abs=1e-9)
    weights = np.exp(dos.log_g - dos.log_total)
    assert weights @ dos.energies**4 - 3 * second**2 == pytest.approx(fourth)


def test_couplings_in_another_unit(rng):
    chain = integer_chain(rng, (3, 4, 2))
    half = di.LayeredCouplings([0.5 * matrix for matrix in chain.couplings])
    assert np.array_equal(di.transfer_dos(half, unit=0.5).energies, 0.5 * di.transfer_dos(chain).energies)


def test_misuse_is_refused(rng):
    with pytest.raises(ValueError, match="at most 12 spins"):
        di.transfer_dos(integer_chain(rng, (13, 2)))
    with pytest.raises(ValueError, match=r"multiples of unit=1\.0"):
        di.transfer_dos(di.LayeredCouplings([rng.normal(size=(2, 3))]))


@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3, 1e-20, 7e12])
def test_the_unit_is_found(rng, unit):
    chain = di.LayeredCouplings([unit * rng.integers(-30, 31, shape) for shape in ((5, 6), (6, 4))])
    assert common_unit(chain) == pytest.approx(unit, rel=1e-12)


def test_numbers_without_a_unit_end_in_a_tiny_one(rng):
    assert common_unit(di.LayeredCouplings([rng.normal(size=(5, 6))])) < 1e-9
    assert common_unit(di.LayeredCouplings([np.array([[1.0, 1 + 1e-7]])])) < 1.1e-7  # nearly is not enough
    assert common_unit(di.LayeredCouplings([np.zeros((2, 3))])) == 1


def test_the_cost_is_what_the_count_does(rng, monkeypatch):
    """The additions that the kernel would make if every level were inside; and they bound what it keeps."""
    chain, made, kept = integer_chain(rng, (3, 5, 2, 4)), [], []
    right = transfer._onward

    def counting(counts, energies):
        made.append(energies.size * counts.shape[1])
        kept.append(counts.size)
        return right(counts, energies)

    monkeypatch.setattr(transfer, "_onward", counting)
    di.transfer_dos(chain)
    additions, numbers = transfer_cost(chain, 1.0)
    assert additions == sum(made)
    assert numbers >= max(kept)
