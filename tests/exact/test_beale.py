import math

import numpy as np
import pytest

import dnnising as di


@pytest.mark.parametrize("length", [3, 4])
def test_integers_equal_enumeration(length):
    dos = di.enumerate_dos(di.square_lattice(length))
    counted = dict(zip(np.round(dos.energies).astype(int).tolist(), np.round(np.exp(dos.log_g)).tolist()))
    assert di.beale_counts(length) == counted


@pytest.mark.slow
@pytest.mark.parametrize("length", [5, 8, 9, 16, 32])
def test_every_configuration_is_counted(length):
    counts = di.beale_counts(length)
    assert sum(counts.values()) == 2 ** (length**2)
    symmetric = all(counts[energy] == counts.get(-energy) for energy in counts)
    assert symmetric == (length % 2 == 0)


def test_lowest_levels_of_the_8x8_lattice():
    """All up or down; one spin turned; two neighbours; two apart, or rows; from Beale's table."""
    counts = di.beale_counts(8)
    assert [counts.get(-128 + 4 * j, 0) for j in range(6)] == [2, 0, 128, 256, 4672, 17920]
    assert max(counts) == 128


def test_logarithms_are_those_of_the_integers():
    dos, counts = di.beale_dos(16), di.beale_counts(16)
    assert dos.log_g.tolist() == [math.log(counts[int(energy)]) for energy in dos.energies]
    assert dos.log_total == pytest.approx(256 * math.log(2), rel=1e-13)


def test_small_lattices_are_refused():
    with pytest.raises(ValueError, match="at least 3, got 2"):
        di.beale_dos(2)
