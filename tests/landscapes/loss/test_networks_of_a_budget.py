import numpy as np
import pytest
import torch
from hypothesis import given, strategies as st

from dnnising import NotConvergedError, landscapes
from dnnising.landscapes.loss import digits1d as mnist1d


@given(
    inputs=st.integers(1, 64),
    outputs=st.integers(1, 10),
    depth=st.integers(1, 10),
    budget=st.integers(1, 9999),
)
def test_widths_use_up_the_budget_and_no_more(inputs, outputs, depth, budget):
    try:
        sizes = landscapes.sizes_for_budget(inputs, outputs, depth=depth, parameters=budget)
    except ValueError:
        assert landscapes.parameter_count((inputs, *[1] * depth, outputs)) > budget
        return
    widths = sizes[1:-1]
    assert (sizes[0], sizes[-1], len(widths)) == (inputs, outputs, depth)
    assert max(widths) - min(widths) <= 1
    assert landscapes.parameter_count(sizes) <= budget
    narrow = widths.index(min(widths))
    wider = (inputs, *widths[:narrow], widths[narrow] + 1, *widths[narrow + 1 :], outputs)
    assert landscapes.parameter_count(wider) > budget


def test_counts_are_those_of_torch(rng):
    for depth in (1, 4, 10):
        sizes = landscapes.sizes_for_budget(40, 10, depth=depth, parameters=5000)
        model = landscapes.relu_network(sizes, rng=rng)
        assert len(landscapes.point_of(model)) == landscapes.parameter_count(sizes)
        assert 0.97 * 5000 < landscapes.parameter_count(sizes) <= 5000


def test_initial_weights_keep_the_size_of_signals(rng):
    model = landscapes.relu_network((50, *[400] * 6, 400), rng=rng)
    inputs = torch.as_tensor(rng.normal(size=(50, 50)), dtype=torch.float32)
    with torch.no_grad():
        power = float((model(inputs) ** 2).mean())
    assert power == pytest.approx(2, rel=0.3)  # each layer doubles a variance that each ReLU has halved
    assert isinstance(model[-1], torch.nn.Linear)


def test_networks_without_room_are_refused(rng):
    with pytest.raises(ValueError, match="3 hidden layers between 4 inputs and 2 outputs need at least 13"):
        landscapes.sizes_for_budget(4, 2, depth=3, parameters=12)
    with pytest.raises(ValueError, match="at least 1, got 0"):
        landscapes.sizes_for_budget(4, 2, depth=0, parameters=12)
    with pytest.raises(ValueError, match=r"got sizes \(3,\)"):
        landscapes.relu_network((3,), rng=rng)


def trained(rng):
    data = landscapes.mnist1d(300, rng=rng)
    inputs, labels = torch.as_tensor(data.inputs, dtype=torch.float32), torch.as_tensor(data.labels)
    model = landscapes.relu_network((40, 30, 10), rng=rng)
    return model, landscapes.train(model, inputs, labels, rng=rng, epochs=20)


@pytest.mark.slow
def test_training_lowers_the_loss_and_keeps_its_way():
    model, run = trained(np.random.default_rng(4))
    assert run.loss[-1] < 0.7 * run.loss[0]
    assert run.points.shape == (21, landscapes.parameter_count((40, 30, 10)))
    assert torch.equal(run.points[-1], landscapes.point_of(model))
    assert torch.equal(run.points, trained(np.random.default_rng(4))[1].points)


def test_training_that_diverges_says_so(rng):
    model = landscapes.relu_network((2, 5, 1), rng=rng)
    inputs = torch.as_tensor(rng.normal(size=(20, 2)), dtype=torch.float32)
    targets = inputs[:, :1]
    options = {"rng": rng, "criterion": torch.nn.functional.mse_loss}
    with pytest.raises(NotConvergedError, match=r"lower learning_rate, now 1e\+30") as caught:
        landscapes.train(model, inputs, targets, learning_rate=1e30, epochs=3, **options)
    assert len(caught.value.run.points) == 4
    with pytest.raises(ValueError, match="at least 1, got 0 and 64"):
        landscapes.train(model, inputs, targets, epochs=0, **options)


def test_mnist1d_is_balanced_normalised_and_repeatable():
    data = landscapes.mnist1d(200, rng=np.random.default_rng(0))
    assert data.inputs.shape == (200, 40)
    assert np.bincount(data.labels).tolist() == [20] * 10
    assert (data.inputs.mean(), data.inputs.std()) == pytest.approx((0, 1), abs=1e-12)
    np.testing.assert_array_equal(data.inputs, landscapes.mnist1d(200, rng=np.random.default_rng(0)).inputs)
    with pytest.raises(ValueError, match="multiple of 10, got 15"):
        landscapes.mnist1d(15, rng=np.random.default_rng(0))


def test_templates_start_and_end_at_zero():
    strokes = mnist1d.templates()
    np.testing.assert_allclose(strokes[:, [0, -1]], 0, atol=1e-12)
    np.testing.assert_allclose(strokes.std(axis=1), 1 / 6)
    assert strokes[0].argmax() in range(4, 8)  # of a zero, the middle bulges


def test_without_noise_a_digit_is_its_stroke_stretched_scaled_and_turned(rng, monkeypatch):
    for noise in ("_SMOOTH_NOISE", "_WHITE_NOISE", "_SHEAR"):
        monkeypatch.setattr(mnist1d, noise, 0.0)
    stroke = mnist1d.templates()[0]  # positive but for its ends
    signals = np.array([mnist1d._draw(stroke, rng) for _ in range(300)])
    heights, lengths = signals.max(1) / stroke.max(), (signals > 0).sum(1)
    assert (heights.min(), heights.max()) == pytest.approx((0.8, 1.2), abs=0.02)
    assert (lengths.min(), lengths.max()) == pytest.approx((12 / 72 * 40, 12 / 48 * 40), abs=1.2)
    starts = (signals > 0).argmax(1)
    assert len(set(starts.tolist())) > 20
    assert starts.max() <= 40 * 48 / 72 + 1
