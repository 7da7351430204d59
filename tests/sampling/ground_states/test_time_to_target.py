import numpy as np
import pytest

from dnnising.sampling.ground_states.time_to_target import time_to_target

SECONDS = np.array([1.0, 2.0, 4.0, 8.0])


def test_a_line_in_the_logarithm_of_time_is_met_exactly():
    error = 1.0 - 0.2 * np.log2(SECONDS)
    for target in (0.9, 0.7, 0.45):
        assert time_to_target(SECONDS, error, target) == pytest.approx(2 ** ((1.0 - target) / 0.2))


def test_the_first_crossing_counts_and_not_a_later_one():
    assert time_to_target(SECONDS, [3.0, 1.0, 2.0, 0.5], 1.0) == pytest.approx(2.0)


def test_good_at_once_never_and_out_of_nothing():
    assert time_to_target(SECONDS, [0.1, 0.0, 0.0, 0.0], 0.2) == 1.0
    assert time_to_target(SECONDS, [0.5, 0.4, 0.3, 0.3], 0.2) == np.inf
    assert time_to_target(SECONDS, [np.inf, np.inf, 0.1, 0.1], 0.2) == 4.0


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="one of each a run"):
        time_to_target(SECONDS, [1.0], 0.5)
