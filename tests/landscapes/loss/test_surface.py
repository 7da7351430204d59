import copy

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from dnnising import landscapes
from dnnising.landscapes.loss import directions
from tests.landscapes.networks import small_network
from tests.mutants import put_mutant

AT = np.linspace(-1, 1, 7)


def test_loss_at_the_models_own_point_is_the_models(rng):
    model = landscapes.relu_network((3, 4, 2), rng=rng)
    inputs, targets = torch.ones(5, 3), torch.zeros(5, 2)
    loss = landscapes.loss_function(model, inputs, targets, F.mse_loss)
    before = landscapes.point_of(model)
    assert float(loss(before)) == pytest.approx(F.mse_loss(model(inputs), targets).item())
    assert float(loss(0 * before)) == 0
    assert torch.equal(landscapes.point_of(model), before)
    with pytest.raises(ValueError, match=r"point has shape \(3,\), the model has 26 parameters"):
        loss(torch.ones(3))


def rescaled(model, factor):
    """The same function: a layer multiplied, bias and all, and the weights after it divided."""
    other = copy.deepcopy(model)
    with torch.no_grad():
        other[0].weight *= factor
        other[0].bias *= factor
        other[2].weight /= factor
    return other


def slices_of(model, data, seed=3):
    loss = landscapes.loss_function(model, *data)
    point = landscapes.point_of(model)
    pair = landscapes.filter_directions(model, 2, rng=np.random.default_rng(seed))
    line = landscapes.loss_line(loss, point, pair[0], AT).loss
    return line, landscapes.loss_plane(loss, point, pair, AT, AT[:3]).loss


def check_invariance(rng):
    model, _, _ = small_network(rng)
    data = torch.as_tensor(rng.normal(size=(30, 4))), torch.as_tensor(rng.integers(3, size=30))
    line, plane = slices_of(model, data)
    for factor in (0.01, 7.0):
        again_line, again_plane = slices_of(rescaled(model, factor), data)
        np.testing.assert_allclose(again_line, line, rtol=1e-5)
        np.testing.assert_allclose(again_plane, plane, rtol=1e-5)
    assert np.ptp(line) > 0.01


def test_filter_normalised_slices_do_not_see_the_scale_of_layers(rng):
    check_invariance(rng)


@pytest.mark.parametrize(
    ("right", "wrong"), [("own / drawn", "1 / drawn"), ("parameter.ndim > 1", "parameter.ndim > 0")]
)
def test_other_normalisations_do_see_it(right, wrong, rng, monkeypatch):
    put_mutant(monkeypatch, directions, "_direction", right, wrong)
    with pytest.raises((AssertionError, IndexError)):
        check_invariance(rng)


def test_directions_have_the_norms_of_their_filters(rng):
    model, _, _ = small_network(rng)
    drawn = landscapes.filter_directions(model, 2, rng=rng)[1]
    sizes = [parameter.numel() for parameter in model.parameters()]
    for parameter, piece in zip(model.parameters(), drawn.split(sizes)):
        if parameter.ndim == 1:
            assert not piece.any()
        else:
            torch.testing.assert_close(piece.view_as(parameter).norm(dim=1), parameter.detach().norm(dim=1))


def test_slices_of_a_quadratic_are_parabolas():
    stiffness = torch.tensor([1.0, 4.0, 9.0], dtype=torch.float64)

    def bowl(point):
        return (stiffness * point**2).sum()

    pair = torch.eye(3, dtype=torch.float64)[:2]
    plane = landscapes.loss_plane(bowl, torch.zeros(3, dtype=torch.float64), pair, AT, AT[:4])
    np.testing.assert_allclose(plane.loss, AT[:, None] ** 2 + 4 * AT[None, :4] ** 2)
    with pytest.raises(ValueError, match="2 directions, got 1"):
        landscapes.loss_plane(bowl, pair[0], pair[:1], AT, AT)


def test_trajectory_plane_finds_a_planted_plane(rng):
    frame = np.linalg.qr(rng.normal(size=(20, 3)))[0].T
    t = np.linspace(1, 0, 30)
    coordinates = np.stack([3 * t, np.sin(np.pi * t), 1e-3 * rng.normal(size=30)], axis=1)
    points = torch.as_tensor(coordinates @ frame + rng.normal(size=20))
    plane = landscapes.trajectory_plane(points)
    inside = plane.directions.numpy() @ frame.T[:, :2]
    np.testing.assert_allclose(np.linalg.svd(inside)[1], 1, atol=1e-5)
    assert plane.explained.sum() == pytest.approx(1, abs=1e-5)
    assert plane.explained[0] > plane.explained[1]
    assert not plane.coordinates[-1].any()
    assert (plane.coordinates[0] >= 0).all()
    rebuilt = plane.coordinates @ plane.directions.numpy() + points[-1].numpy()
    np.testing.assert_allclose(rebuilt, points, atol=0.01)


def test_a_straight_or_short_trajectory_has_no_plane():
    line = torch.arange(5.0)[:, None] * torch.ones(4)
    with pytest.raises(ValueError, match="one line through the last"):
        landscapes.trajectory_plane(line)
    with pytest.raises(ValueError, match=r"T >= 3, got shape \(2, 4\)"):
        landscapes.trajectory_plane(line[:2])


def ring(point):
    """Zero on the unit circle, 1 at its middle."""
    return (point.norm() - 1) ** 2


def test_a_curve_goes_round_a_barrier(rng):
    start, end = (torch.tensor(x, dtype=torch.float64) for x in ([1.0, 0.0], [-1.0, 0.0]))
    straight = landscapes.straight_path(ring, start, end)
    assert straight.barrier == pytest.approx(1)
    raised = landscapes.straight_path(lambda point: ring(point) + 5, start, end)
    assert raised.barrier == pytest.approx(1)
    curve = landscapes.connect(ring, start, end, rng=rng, learning_rate=0.05)
    assert curve.barrier < 0.1
    assert abs(float(curve.bend[1])) > 1
    assert curve.loss[[0, -1]] == pytest.approx([0, 0], abs=1e-12)


def test_a_slope_is_not_a_barrier():
    start, end = torch.zeros(2), torch.tensor([2.0, 0.0])
    assert landscapes.straight_path(lambda point: point[0], start, end).barrier == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="at least 3 points, got 2"):
        landscapes.straight_path(ring, start, end, points=2)


STIFFNESS = torch.tensor([2.0, 8.0, 18.0], dtype=torch.float64)


def bowl(point):
    return (STIFFNESS * point**2).sum() / 2


def test_sharpness_and_width_of_a_quadratic_are_exact():
    bottom, units = torch.zeros(3, dtype=torch.float64), torch.eye(3, dtype=torch.float64)
    sharp = landscapes.sharpness(bowl, bottom, units, radius=0.3)
    assert sharp.value == pytest.approx(0.3**2 / 2 * (2 + 8 + 18) / 3)
    assert sharp.error == pytest.approx(0.3**2 / 2 * np.std([2, 8, 18], ddof=1) / 3**0.5)
    width = landscapes.basin_width(bowl, bottom, units, rise=0.25)
    np.testing.assert_allclose(width.widths, np.sqrt(0.5 / np.array([2, 8, 18])), rtol=1e-6)
    assert width.mean.value == pytest.approx(width.widths.mean())


def test_width_ends_at_the_first_crossing():
    def ripples(point):
        return torch.sin(point[0]) ** 2

    units = torch.ones(2, 1, dtype=torch.float64)
    width = landscapes.basin_width(ripples, torch.zeros(1, dtype=torch.float64), units, rise=0.5, reach=9)
    assert width.mean.value == pytest.approx(np.pi / 4)


def test_a_basin_wider_than_the_search_says_so():
    units, bottom = torch.eye(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"stays below 100 up to 2\.0.*lower rise or raise reach"):
        landscapes.basin_width(bowl, bottom, units, rise=100)
    with pytest.raises(ValueError, match="rise must be positive, got 0"):
        landscapes.basin_width(bowl, bottom, units, rise=0)
    with pytest.raises(ValueError, match="radius must be positive, got -1"):
        landscapes.sharpness(bowl, bottom, units, radius=-1)


def test_minima_of_a_slice_are_counted():
    x = np.linspace(0, 4 * np.pi, 101)
    assert landscapes.count_minima(np.cos(x)) == 2
    assert landscapes.count_minima(np.cos(x)[:, None] + np.cos(x)) == 4
    assert landscapes.count_minima(x) == 0
    assert landscapes.count_minima(np.ones((4, 4))) == 0
    with pytest.raises(ValueError, match=r"got shape \(2, 5\)"):
        landscapes.count_minima(np.ones((2, 5)))


def test_roughness_is_found_at_its_wave_number():
    t = np.linspace(0, 1, 101)
    smooth, rough = np.sin(2 * np.pi * t), np.sin(20 * np.pi * t)
    spectrum = landscapes.roughness_spectrum(5 * t + 2 * smooth + rough)
    assert spectrum[0] == pytest.approx(0.8)
    assert spectrum[9] == pytest.approx(0.2)
    assert spectrum.sum() == pytest.approx(1)
    assert len(spectrum) == 50
    with pytest.raises(ValueError, match="straight"):
        landscapes.roughness_spectrum(3 * t)
    with pytest.raises(ValueError, match=r"at least 5 points, got shape \(4,\)"):
        landscapes.roughness_spectrum(t[:4])
