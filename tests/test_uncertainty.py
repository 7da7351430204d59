import copy
import pickle

import numpy as np
import pytest

from dnnising import Bound, Estimate


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (-2.70263, 0.00031, "−2.70263(31)"),
        (2.0, 0.5774, "2.00(58)"),
        (10.1, 3.21, "10.1(3.2)"),
        (1234.5, 123.4, "1234(123)"),
        (0.5, 0.0998, "0.500(100)"),
        (1.23456e-100, 1.2e-101, "1.23(12)e-100"),
        (-4.2e9, 3e8, "−4.20(30)e9"),
        (8.0, 0.0, "8(0)"),
        (1.5, np.nan, "1.5(nan)"),
        (np.nan, 0.1, "nan(0.1)"),
        (0.0, 0.02, "0.000(20)"),
    ],
)
def test_an_estimate_prints_the_two_leading_digits_of_its_error(value, error, text):
    assert str(Estimate(value, error)) == repr(Estimate(value, error)) == f"{Estimate(value, error)}" == text


def test_the_mean_of_independent_values(rng):
    values = rng.normal(size=(2000, 16))
    means = [Estimate.mean(row) for row in values]
    assert np.std(means) == pytest.approx(0.25, rel=0.1)  # 1/√16
    assert np.sqrt(np.mean([mean.error**2 for mean in means])) == pytest.approx(0.25, rel=0.05)
    for wrong in ([1.0], [], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="at least 2 values in one row"):
            Estimate.mean(wrong)


def test_a_distance_is_counted_in_standard_errors_of_both():
    one, other = Estimate(1.0, 0.3), Estimate(0.0, 0.4)
    assert one.sigmas_above(other) == pytest.approx(2)
    assert other.sigmas_above(one) == pytest.approx(-2)
    assert one.sigmas_above(0.4) == pytest.approx(2)
    assert Estimate(1.0, 0.0).sigmas_above(0.0) == np.inf
    assert np.isnan(Estimate(1.0, 0.0).sigmas_above(1.0))


@pytest.mark.parametrize(
    ("found", "sign", "text"),
    [
        ([-2.70268, -2.70231, -2.70259], "≤", "≤ −2.70268 (best of 3 runs; spread 0.00037)"),
        ([-1.2345, -1.1], "≤", "≤ −1.23 (best of 2 runs; spread 0.13)"),  # not −1.24, nor to the nearest
        ([3.2558, 3.2399], "≥", "≥ 3.255 (best of 2 runs; spread 0.016)"),
        ([-4.0], "≤", "≤ −4.0000 (one search, so no spread is known)"),
    ],
)
def test_a_bound_is_rounded_to_the_safe_side_and_never_has_an_error(found, sign, text):
    bound = Bound(found, sign)
    assert str(bound) == text
    assert float(bound) == (min(found) if sign == "≤" else max(found))
    assert not hasattr(bound, "error")


def test_a_bound_is_never_rounded_to_what_was_not_found(rng):
    for found in rng.normal(scale=[[0.001], [1], [100]], size=(100, 3, 4)).reshape(-1, 4):
        written = {sign: float(str(Bound(found, sign)).split()[1].replace("−", "-")) for sign in ("≤", "≥")}
        assert written["≤"] >= found.min() - 1e-9
        assert written["≥"] <= found.max() + 1e-9
        assert written["≤"] - found.min() < 0.1 * np.ptp(found) + 1e-6
        assert found.max() - written["≥"] < 0.1 * np.ptp(found) + 1e-6


def test_nothing_found_bounds_nothing():
    with pytest.raises(ValueError, match="at least one search"):
        Bound([], "≤")


def test_they_compute_as_numbers_and_travel_whole():
    estimate, bound = Estimate(0.5, 0.1), Bound([1.0, 2.0], "≥", "shuffles")
    assert type(estimate + bound) is float
    assert np.array([estimate, bound]).tolist() == [0.5, 2.0]
    for same in (copy.deepcopy(estimate), pickle.loads(pickle.dumps(estimate))):
        assert (same, same.error) == (0.5, 0.1)
    again = pickle.loads(pickle.dumps(bound))
    assert str(again) == str(bound) == "≥ 2.0 (best of 2 shuffles; spread 1.0)"
