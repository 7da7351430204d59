import matplotlib as mpl

mpl.use("Agg")

import json
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import numpy as np
import pytest

import dnnising as di
from dnnising import figures
from tests.conftest import random_chain


@pytest.fixture
def ax():
    with mpl.rc_context():
        figures.use_style()
        figure, axes = plt.subplots()
        yield axes
        plt.close(figure)


def test_density_is_drawn_per_spin_with_its_band(ax):
    dos = di.DensityOfStates(np.array([-4.0, 0.0, 4.0]), np.array([1.0, 2.0, 1.0]), 2, np.full(3, 0.5))
    assert figures.draw_density(ax, dos, label="a") is ax
    assert ax.lines[0].get_xydata().tolist() == [[-2, 0.5], [0, 1], [2, 0.5]]
    (band,) = ax.collections
    assert band.get_paths()[0].get_extents().y1 == pytest.approx(1.25)


def test_errors_of_other_levels_are_refused(ax):
    exact = di.beale_dos(4)
    figures.draw_log_g_error(ax, exact, exact)
    assert not ax.lines[-1].get_ydata().any()
    with pytest.raises(ValueError, match="other levels"):
        figures.draw_log_g_error(ax, di.beale_dos(3), exact)


def test_heat_capacity_and_energy_distribution(ax):
    dos = di.beale_dos(4)
    heat = di.thermodynamics(dos, [1.0, 2.0, 3.0])
    figures.draw_heat_capacity(ax, heat)
    assert ax.lines[0].get_ydata() == pytest.approx(heat.heat_capacity / 16)
    figures.draw_energy_distribution(ax, dos, 2.0)
    assert ax.lines[1].get_ydata().sum() == pytest.approx(1)


def test_a_plane_has_a_cell_a_point_and_lines_between_phases(ax):
    values = [[1.0, 2.0, np.nan], [4.0, 5.0, 6.0]]
    mesh = figures.draw_plane(
        ax, [0.5, 1.0, 2.0], [1.0, 4.0], values, phases=[["a", "a", "b"], ["a", "b", "b"]]
    )
    assert mesh.get_array().mask.tolist() == [[False, False, True], [False] * 3]
    assert mesh.get_array().compressed().tolist() == [1, 2, 4, 5, 6]
    borders = [np.log2(path).round(9).tolist() for path in ax.collections[1].get_segments()]
    assert borders == [[[0.5, -1], [0.5, 1]], [[-0.5, 1], [-0.5, 3]], [[-0.5, 1], [0.5, 1]]]
    for wrong in ({"values": [[1.0]]}, {"values": values, "phases": [["a"]]}):
        with pytest.raises(ValueError, match=r"must have shape \(2, 3\)"):
            figures.draw_plane(ax, [0.5, 1.0, 2.0], [1.0, 4.0], **wrong)


def test_a_life_shows_one_student():
    run = di.students.train_students(
        temperature=0.1, weight_scale=1.0, updates=30, snapshots=3, runs=2, rng=np.random.default_rng(0)
    )
    figure, axes = plt.subplots(1, 3)
    figures.draw_life(axes, run, seed=1)
    assert axes[0].lines[0].get_ydata() == pytest.approx(run.losses[1] / run.null_losses[1])
    assert axes[0].lines[0].get_xdata().tolist() == [0.5, *run.updates[1:]]
    assert [line.get_ydata()[-1] for line in axes[1].lines] == pytest.approx(run.singular_values[1, -1])
    assert np.array_equal(axes[2].images[0].get_array(), run.normalised_correlations[1])
    plt.close(figure)
    with pytest.raises(ValueError, match="three axes, got 2"):
        figures.draw_life(axes[:2], run)


def test_a_chain_shows_its_layers_and_signs(ax, rng):
    chain = random_chain(rng, (4, 8, 4))
    figures.draw_chain(ax, chain, layer_names=["a", "b", "c"], matrix_names=["J", "K"], shown=4)
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c", "J", "K"]
    assert len(ax.lines) == chain.n_bonds
    positive = sum(line.get_color() == figures.TRAINED for line in ax.lines)
    assert positive == sum((matrix > 0).sum() for matrix in chain.couplings)


def slider(**changes):
    options = {
        "x": np.linspace(0, 1, 50),
        "curves": np.outer([1, 2, 3], np.linspace(0, 1, 50)),
        "values": [0.1, 0.2, 0.3],
        "parameter": "T",
        "xlabel": "a < b",
        "ylabel": "y",
        "description": 'three "lines"',
    } | changes
    return figures.svg_slider(options.pop("x"), options.pop("curves"), options.pop("values"), **options)


def test_a_slider_holds_every_curve_and_starts_in_the_middle():
    page = slider()
    data = json.loads(re.search(r"const data = (.*);", page)[1])
    assert data["labels"] == ["0.10", "0.20", "0.30"]
    assert len(data["y"]) == 3
    root = ET.fromstring(re.sub(r"<script>.*</script>", "", page, flags=re.DOTALL))
    (svg,) = root.iter("svg")
    assert svg.get("aria-label") == 'three "lines"'
    (curve,) = (path for path in svg.iter("path") if path.get("class") == "curve")
    points = np.array(re.findall(r"([\d.]+),([\d.]+)", curve.get("d")), dtype=float)
    assert points == pytest.approx(np.cumsum([data["x"], data["y"][1]], axis=1).T / 10)
    assert np.ptp(points[:, 1]) == pytest.approx(300 * 2 / 3, abs=0.1)  # as the second of three lines rises
    assert points.min() >= 0
    assert (points <= [640, 360]).all()


def test_sliders_are_small_self_contained_and_named_by_content():
    page = slider(
        x=np.linspace(0, 1, 100), curves=np.random.default_rng(0).random((20, 100)), values=range(20)
    )
    assert len(page) < 15_000
    assert "http" not in page
    assert slider() == slider()
    assert re.search(r'id="([^"]+)"', slider())[1] != re.search(r'id="([^"]+)"', slider(description="x"))[1]


def test_slider_input_is_checked():
    with pytest.raises(ValueError, match=r"curves must have shape \(3, 50\), got \(2, 50\)"):
        slider(curves=np.zeros((2, 50)))
    with pytest.raises(ValueError, match="must be finite"):
        slider(curves=np.full((3, 50), np.nan))


def test_a_spectrum_with_its_laws(ax, rng):
    found = di.spectra.spectrum(di.spectra.planted("Bulk-decay", 300, 200, rng=rng))
    bulk, tail = di.spectra.fit_bulk(found), di.spectra.fit_power_law(found.eigenvalues)
    assert figures.draw_spectrum(ax, found, bulk, tail) is ax
    heights, edges, _ = ax.patches[0].get_data()
    assert np.sum(heights * np.diff(edges)) == pytest.approx(1)
    law, power = ax.lines
    x, density = law.get_xydata().T
    assert np.trapezoid(density, x) == pytest.approx(1 - bulk.spikes.size / 200, abs=0.02)
    x, density = power.get_xydata().T
    assert x.tolist() == [tail.xmin, found.largest]
    assert -np.diff(np.log(density)) / np.diff(np.log(x)) == pytest.approx(tail.alpha)
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_heat_capacity_has_a_band_where_errors_are_known(ax):
    blocks = np.log([[1.0, 2.0, 1.0], [1.0, 2.2, 1.0]])
    dos = di.DensityOfStates(np.array([-4.0, 0.0, 4.0]), blocks.mean(axis=0), 2, leave_one_out=blocks)
    heat = di.thermodynamics(dos, [1.0, 2.0])
    figures.draw_heat_capacity(ax, heat)
    (band,) = ax.collections
    height = band.get_paths()[0].get_extents().y1
    assert height == pytest.approx(np.max(heat.heat_capacity + heat.errors.heat_capacity) / 2)


@pytest.mark.slow
def test_a_tempering_run_is_drawn_and_what_is_not_in_equilibrium_is_shaded(ax, monkeypatch):
    chain = random_chain(np.random.default_rng(0), (6, 7, 6))
    run = di.parallel_tempering(chain, rng=np.random.default_rng(0), sweeps=500)
    for draw in (figures.draw_exchange, figures.draw_entropy):
        draw(ax, run)
        assert not ax.patches
    assert ax.lines[0].get_ydata() == pytest.approx(run.signs.exchange[1:])
    monkeypatch.setattr("dnnising.sampling.tempering.signs.LEAST_ENTROPY", 0.3)
    figures.draw_entropy(ax, run)
    (shade,) = ax.patches
    assert shade.get_x() == pytest.approx(1 / run.betas[-1])
