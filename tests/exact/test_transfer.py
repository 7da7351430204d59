from itertools import pairwise

import numpy as np
import pytest

import dnnising as di


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
