"""What chapter 6 rests on outside the package: the training of its networks, and its claims."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from book.claims import heavy_tails
from book.experiments import digits, numpy_network
from book.readings.random_matrices import edge_slope
from book.readings.trained import kendall
from dnnising.results import Cells


def test_gradients_are_those_of_differences(rng):
    layers = [(W.astype(float), b.astype(float)) for W, b in numpy_network.initial((5, 7, 6, 3), rng)]
    images, labels = rng.standard_normal((4, 5)), np.array([0, 1, 2, 1])

    class Data:
        train_images, train_labels, test_images, test_labels = images, labels, images, labels

    found = numpy_network.gradients(layers, images, labels)
    for layer, gradient in zip(layers, found):
        for weights, slope in zip(layer, gradient):
            place = (1,) * weights.ndim
            losses = []
            for step in (1e-6, -2e-6):
                weights[place] += step
                losses.append(numpy_network.report(layers, Data)["loss"])
            weights[place] += 1e-6
            assert slope[place] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-7)


@pytest.mark.slow
def test_training_learns_the_digits_and_spoilt_labels_hurt():
    def test_error(noise):
        rng = np.random.default_rng(0)
        data = digits.split(rng, 500, noise)
        layers = numpy_network.initial((64, 32, 10), rng)
        numpy_network.fit(layers, data, rng, batch=10, steps=1000, rate=0.01)
        return numpy_network.report(layers, data)["test_error"]

    assert test_error(0.0) < 0.12
    assert test_error(0.6) > test_error(0.0) + 0.1


def test_a_split_keeps_the_test_apart_and_right():
    split = digits.split
    clean, spoilt = (split(np.random.default_rng(1), 1000, noise) for noise in (0.0, 0.5))
    assert len(clean.train_labels) + len(clean.test_labels) == 1797
    assert np.array_equal(clean.test_labels, spoilt.test_labels)
    assert np.mean(clean.train_labels != spoilt.train_labels) == pytest.approx(
        0.45, abs=0.04
    )  # 1 in 10 stays


def test_every_epoch_uses_every_image():
    picked = np.concatenate(list(digits.batches(np.random.default_rng(2), 12, 4, 6)))
    assert np.bincount(picked, minlength=12).tolist() == [2] * 12


def test_the_slope_of_the_edge_is_measured_with_its_error():
    rng = np.random.default_rng(3)
    for planted in (-2 / 3, -0.5):
        parameters = {f"edge/{M}": {"part": "edge", "M": M} for M in (25, 100, 400)}
        draws = {
            cell: {"largest": p["M"] ** planted * rng.standard_normal(400)} for cell, p in parameters.items()
        }
        found = edge_slope(Cells("random_matrices", "quick", {}, parameters, draws))
        assert abs(found.sigmas_above(planted)) < 4
        assert found.error < 0.03


def test_kendall_brackets_its_estimate():
    rng = np.random.default_rng(4)
    x = rng.standard_normal(60)
    tau, low, high = kendall(x, x + rng.standard_normal(60), n_resamples=200)
    assert 0 < low < tau < high < 1
    assert kendall(x, -x, n_resamples=20)[0] == -1


def test_kendall_is_that_of_scipy_one_resample_at_a_time(rng):
    """With ties, of which every resample is full."""
    y = rng.integers(0, 8, 25)
    x, against = (y + rng.integers(0, spread, 25) for spread in (5, 9))
    draws = np.random.default_rng(0).integers(0, 25, (50, 25))
    naive = [
        kendalltau(x[draw], y[draw]).statistic - kendalltau(against[draw], y[draw]).statistic
        for draw in [np.arange(25), *draws]
    ]
    found = kendall(x, y, against=against, n_resamples=50)
    assert found == pytest.approx([naive[0], *np.quantile(naive[1:], [0.025, 0.975])])


@pytest.mark.slow
def test_every_claim_has_a_number():
    rows = heavy_tails.rows()
    assert len({row.claim for row in rows}) == len(rows) >= 12
    assert not [row for row in rows if "nan" in row.ours]
