import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import logsumexp

import dnnising as di


def density(energies, log_g, n_spins=4, error=None):
    return di.DensityOfStates(np.array(energies, dtype=float), np.array(log_g, dtype=float), n_spins, error)


@pytest.mark.parametrize(
    ("energies", "log_g", "error", "message"),
    [
        ([0, 1], [0.0], None, "of one length"),
        ([], [], None, "not empty"),
        ([1, 0], [0, 0], None, "ascend"),
        ([0, 0], [0, 0], None, "ascend"),
        ([0, 1], [0, -np.inf], None, "finite"),
        ([0, np.nan], [0, 0], None, "finite"),
        ([0, 1], [0, 0], np.zeros(3), r"log_g_error has shape \(3,\)"),
    ],
)
def test_malformed_densities_are_refused(energies, log_g, error, message):
    with pytest.raises(ValueError, match=message):
        density(energies, log_g, error=error)


@given(
    log_g=hnp.arrays(float, st.integers(1, 30), elements=st.floats(-500, 500)),
    n_spins=st.integers(1, 2000),
)
def test_normalised_sums_to_two_to_the_n(log_g, n_spins):
    dos = di.normalise(density(np.arange(log_g.size), log_g, n_spins))
    assert logsumexp(dos.log_g) == pytest.approx(n_spins * np.log(2), rel=1e-12)
    assert np.diff(dos.log_g) == pytest.approx(np.diff(log_g), abs=1e-9)


def test_normalised_errors_are_those_of_the_normalised_parts():
    """What all levels of a part have in common is no error any more; without parts the error is kept."""
    parts = np.array([[0.0, 1.0, 2.0], [0.5, 1.5, 2.5], [0.1, 1.0, 2.1]])
    error = di.jackknife_error(parts)
    dos = di.normalise(di.DensityOfStates(np.arange(3.0), parts[0], 4, error, parts))
    assert logsumexp(dos.leave_one_out, axis=1) == pytest.approx([4 * np.log(2)] * 3)
    assert dos.log_g_error == pytest.approx(di.jackknife_error(dos.leave_one_out))
    assert (dos.log_g_error < 0.3 * error).all()
    assert np.array_equal(di.normalise(density(np.arange(3), parts[0], error=error)).log_g_error, error)


def test_mirror_completes_a_half_and_keeps_zero_once():
    whole = di.mirror(density([-4, -2, 0], [0.0, 1.0, 2.0], error=np.array([0.1, 0.2, 0.3])))
    assert whole.energies.tolist() == [-4, -2, 0, 2, 4]
    assert whole.log_g.tolist() == [0, 1, 2, 1, 0]
    assert whole.log_g_error.tolist() == [0.1, 0.2, 0.3, 0.2, 0.1]
    assert di.mirror(density([-4, -2], [0.0, 1.0])).energies.tolist() == [-4, -2, 2, 4]


def test_mirror_refuses_levels_above_zero():
    with pytest.raises(ValueError, match="highest level is at E = 2"):
        di.mirror(density([-2, 2], [0.0, 0.0]))


def test_moments_of_a_large_density_do_not_overflow():
    mean, variance = di.energy_moments(density([-3, 1], [5000.0, 5000.0 + np.log(3)]))
    assert mean == pytest.approx(0)
    assert variance == pytest.approx(3)
