"""What chapter 7 and its ledger rows compute from stored students."""

from pathlib import Path

import numpy as np
import pytest

from book.claims import generalisation, phases_of_learning
from book.claims.claim import Verdict
from book.readings.plane import power_of_time, read_plane
from dnnising import results
from dnnising.results import Cells, stored

BOOK = Path(__file__).parents[2] / "book"


def plane_cells(losses, displacements, updates=(0, 1000)):
    """Cells of a plane: temperatures 10 and 0.1, in this order, and weight scales 1 and 100."""
    parameters, fields = {}, {}
    for T, loss, displacement in zip((10.0, 0.1), losses[::-1], displacements[::-1]):
        for scale, *values in zip((1.0, 100.0), loss, displacement):
            cell = f"{T:g}/{scale:g}"
            parameters[cell] = {"temperature": T, "weight_scale": scale, "runs": 4}
            fields[cell] = {
                name: np.full((5, 2), value) for name, value in zip(("scaled_loss", "displacement"), values)
            }
            fields[cell]["updates"] = np.array(updates)
    return Cells("phase_plane", "quick", {}, parameters, fields)


def test_a_plane_is_read_in_the_order_of_its_axes():
    found = read_plane(plane_cells([[1.0, 2.0], [3.0, 4.0]], np.ones((2, 2))))
    assert found.temperatures.tolist() == [0.1, 10]
    assert found.weight_scales.tolist() == [1, 100]
    assert found.median("scaled_loss").tolist() == [[1, 2], [3, 4]]
    assert set(found.observables) == {"scaled_loss", "displacement"}
    assert found.runs == 4


@pytest.mark.parametrize(
    ("file", "part", "seeds"),
    [
        ("phase_plane-quick", {}, 4),
        ("phase_plane-full", {}, 100),
        ("all_layers-quick", {"layers": "middle"}, 3),
        ("all_layers-full", {"layers": "all"}, 9),
    ],
)
def test_errors_go_by_the_students_of_that_plane(file, part, seeds):
    found = read_plane(results.read(results.FOLDER / f"{file}.npz").select(**part))
    assert found.runs == seeds
    lower, upper = (found.observables["alignment"][:, :, k, -1] for k in (1, 3))
    assert found.error("alignment") == pytest.approx(0.93 * (upper - lower) / np.sqrt(seeds), nan_ok=True)


def test_a_power_of_time_is_found_and_extrapolated():
    t = np.geomspace(1e3, 1e5, 5)
    trend = power_of_time(t, 3.0 * t**-0.7)
    assert trend.exponent == pytest.approx(0.7)
    assert trend.exponent.error == pytest.approx(0, abs=1e-12)
    assert trend.at(1e8)[0] == pytest.approx(3.0 * 1e8**-0.7)
    rng = np.random.default_rng(0)
    pulls = []
    for _ in range(400):
        noisy = power_of_time(t, 3.0 * t**-0.7 * np.exp(0.1 * rng.standard_normal(5)))
        expected, factor = noisy.at(1e7)
        pulls.append(np.log(expected / (3.0 * 1e7**-0.7)) / np.log(factor))
    assert (
        0.45 < np.median(np.abs(pulls)) < 0.85
    )  # 0.77 for Student's t of three degrees, less for one's own noise


def test_another_plane_gets_another_verdict():
    assert phases_of_learning.three_phases()[0].verdict is Verdict.REPRODUCED
    jammed = plane_cells(np.full((2, 2), 0.5), np.full((2, 2), 0.1))
    assert phases_of_learning.three_phases(jammed)[0].verdict is Verdict.DIFFERS
    assert phases_of_learning.time_dependence(jammed)[0].verdict is Verdict.REPRODUCED


def test_the_path_of_the_knobs():
    path = generalisation.knob_path(stored("vsdl"))
    plane = generalisation.stored_plane(stored("vsdl"))
    assert np.array_equal(path["A"], plane.generalisation_errors[:, 0, -1])
    assert plane.noises[4] == pytest.approx(0.4)
    assert path["C"].mean() == plane.generalisation_errors[:, 4].astype(float).mean(axis=0).min()
    assert len(path["D"]) == len(path["B"])
    assert (
        stored("vsdl").select(part="fewer", examples=180).one["generalisation_errors"][0, 0, -1]
        == path["D"][0]
    )
