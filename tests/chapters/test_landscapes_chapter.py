"""What chapter 8 rests on outside the package: what its experiments measure, and its claims."""

import math

import numpy as np
import pytest
import torch

from book.claims import funnels, landscapes as landscapes_claims, pspin, surfaces
from book.experiments import depth, levy, linnerud
from dnnising import Estimate, landscapes, models
from dnnising.results import Cells


def test_local_minima_are_those_that_a_loop_finds(rng):
    glass = models.levy_glass(6, 1.0, rng=rng)
    states = 2.0 * (np.arange(64)[:, None] >> np.arange(6) & 1) - 1
    energies = np.array([glass.energy(state) for state in states])
    lowest = []
    for state, energy in zip(states, energies):
        flipped = [np.where(np.arange(6) == i, -state, state) for i in range(6)]
        if all(glass.energy(other) >= energy for other in flipped):
            lowest.append(energy)
    assert levy.local_minima(energies, 6) == pytest.approx(lowest)


def test_slices_of_a_glass_stay_on_its_sphere(rng):
    energy, point, draw = linnerud.pspin_surface(rng, descended=False)
    direction = draw(1)[0]
    assert float(energy(3 * point)) == pytest.approx(float(energy(point)))
    assert float(direction.norm()) == pytest.approx(float(point.norm()))


@pytest.mark.slow
def test_surroundings_are_those_of_the_point(rng):
    inputs, labels = torch.randn(30, 4), torch.arange(30) % 3
    network = landscapes.relu_network((4, 10, 3), rng=rng)
    loss, start = landscapes.loss_function(network, inputs, labels), landscapes.point_of(network)
    run = landscapes.train(network, inputs, labels, rng=rng, epochs=20, batch=10)
    found = depth.surroundings(np.random.default_rng(0), network, loss, start)
    assert found["line"][20] == pytest.approx(run.loss[0], rel=1e-5)
    assert torch.equal(landscapes.point_of(network), start)
    assert set(depth.nowhere()) == set(found)


def test_both_limits_of_descent_are_found_with_their_errors():
    rng, times = np.random.default_rng(0), np.geomspace(0.1, 100, 31)
    parameters = {f"3/{n}/{k}": {"p": 3, "n": n, "glass": k} for n in pspin.SIZES[3] for k in range(20)}
    fields = {
        cell: {
            "energy": -1.7 + 0.9 * its["n"] ** -0.5 + 0.01 * rng.standard_normal(8),
            "times": times,
            "history": -1.7 + 0.4 * times ** (-2 / 3) + 0.01 * rng.standard_normal(),
        }
        for cell, its in parameters.items()
    }
    descents = Cells("pspin_descent", "quick", {}, parameters, fields)
    fit, errors = pspin.limit_of_ends(descents, 3)
    assert np.all(np.abs(fit - [-1.7, 0.9, 0.5]) < 4 * errors)
    limit = pspin.limit_in_time(descents)
    assert abs(limit + 1.7) < 4 * limit.error < 0.02


def test_the_count_at_a_budget_is_that_of_the_nearest_whole_size():
    hidden, counts = pspin.count_at_budget(4000, deepest=6)
    for h, count in zip(hidden.tolist(), counts):
        sizes = landscapes.sizes_for_budget(64, 10, depth=h, parameters=4000)
        size = np.prod(np.array(sizes, dtype=float)) ** (1 / (h + 1))
        below, above = (landscapes.complex_critical_points(h + 1, int(size) + more) for more in (0, 1))
        assert math.log(below) - 1e-9 <= count <= math.log(above)


def test_a_trend_must_show_in_every_task():
    trend = surfaces.trend
    up, flat = ([Estimate(mean, 0.1) for mean in means] for means in ((1.0, 1.5, 2.0), (1.0, 1.0, 1.1)))
    assert trend({"one": up, "two": up}) == 1
    assert trend({"one": up[::-1], "two": up[::-1]}) == -1
    assert trend({"one": up, "two": flat}) == trend({"one": up, "two": up[::-1]}) == 0


def test_a_funnel_is_told_from_a_glass(rng):
    funnel = funnels.funnel
    energy = np.sort(rng.normal(size=40))
    towards = np.exp(-(energy - energy[0]))
    assert funnel(energy, np.tile(towards, (40, 1))) == pytest.approx(-1)
    glass = [funnel(energy, np.abs(rng.normal(size=(40, 40)))) for _ in range(50)]
    assert abs(np.mean(glass)) < 4 / np.sqrt(39 * 50)


@pytest.mark.parametrize(("source", "number"), [(landscapes_claims, 20), (funnels, 3)])
def test_every_claim_has_a_number(source, number):
    rows = source.rows()
    assert len({(row.claim, row.where) for row in rows}) == len(rows) >= number
    assert not [row for row in rows if "nan" in row.ours]
