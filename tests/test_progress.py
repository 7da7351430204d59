"""One protocol of progress, which all long functions follow and one bar serves."""

import io
import sys
from types import SimpleNamespace

import joblib
import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient

import dnnising as di
from dnnising import progress as module
from dnnising.dynamics import GPTConfig, train_gpt, train_rbm
from dnnising.students import TeacherStudent, phase_diagram, vsdl_plane
from tests.conftest import random_chain

GLASS = random_chain(np.random.default_rng(0), (5, 6, 5))
SPHERE = di.spherical_pspin(2, 3, rng=0)
SK = di.models.sherrington_kirkpatrick(8, rng=0)
STUDENTS = {"task": TeacherStudent(widths=(2, 4, 1), examples=20), "updates": 20, "snapshots": 2, "runs": 2}
TINY = GPTConfig(blocks=1, heads=2, width=8, context=8)


def walked(function, schedule):
    """By a walk; where the schedule ends it, before its max_flips."""
    return lambda progress: function(
        di.square_lattice(4),
        rng=np.random.default_rng(0),
        max_flips=10**6 + 1,
        schedule=schedule,
        progress=progress,
    )


LONG = {  # with what each of them shows in the end
    "walk": (walked(di.wang_landau, di.OneOverT()), {"ln f"}),
    "walk that ends": (walked(di.wang_landau, di.FixedStages()), {"ln f"}),
    "walkers": (walked(di.replica_exchange_wang_landau, di.Halving()), {"ln f"}),
    "walkers that end": (walked(di.replica_exchange_wang_landau, di.FixedStages(sweeps=5.0)), {"ln f"}),
    "tempering": (
        lambda progress: di.parallel_tempering(
            GLASS, rng=np.random.default_rng(0), sweeps=20, progress=progress
        ),
        {"third-law residual"},
    ),
    "overlaps": (
        lambda progress: di.sampling.sample_overlaps(
            GLASS, np.ones((1, 16)), [0.5, 1.0], rng=0, sweeps=20, progress=progress
        ),
        set(),
    ),
    "density": (
        lambda progress: di.density_of_states(
            random_chain(np.random.default_rng(0), (13, 13)),
            rng=np.random.default_rng(0),
            sweeps=300,
            progress=progress,
        ),
        {"third-law residual"},
    ),
    "students": (
        lambda progress: phase_diagram(
            [0.1, 1.0], [0.5, 2.0], **STUDENTS, rng=np.random.default_rng(0), progress=progress
        ),
        set(),
    ),
    "annealing": (
        lambda progress: di.anneal(GLASS, rng=0, sweeps=9, runs=2, progress=progress),
        set(),
    ),
    "glass": (
        lambda progress: di.sampling.anneal_dense(SK, rng=0, runs=3, sweeps=2, progress=progress),
        set(),
    ),
    "glasses": (
        lambda progress: di.sampling.sk_ground_energies(
            [8, 9], samples=2, rng=0, runs=1, sweeps=2, progress=progress
        ),
        set(),
    ),
    "analyze": (
        lambda progress: di.spectra.analyze(
            {f"{n}": np.random.default_rng(n).normal(size=(30, 20)) for n in range(3)}, progress=progress
        ),
        set(),
    ),
    "single students": (
        lambda progress: di.students.train_students(
            temperature=0.1, weight_scale=1.0, rng=0, progress=progress, **STUDENTS | {"runs": 3}
        ),
        set(),
    ),
    "training": (
        lambda progress: di.landscapes.train(
            torch.nn.Linear(2, 2), torch.eye(2), torch.arange(2), rng=0, epochs=4, progress=progress
        ),
        set(),
    ),
    "path": (
        lambda progress: di.landscapes.connect(
            torch.sum, torch.zeros(2), torch.ones(2), rng=0, steps=4, progress=progress
        ),
        set(),
    ),
    "Langevin walks": (
        lambda progress: di.landscapes.langevin(
            SPHERE, temperature=1.0, duration=0.2, snapshots=4, runs=2, rng=0, progress=progress
        ),
        set(),
    ),
    "descent": (
        lambda progress: di.landscapes.descend(SPHERE, runs=2, rng=0, progress=progress),
        {"|gradient|/√N"},
    ),
    "critical points": (
        lambda progress: di.landscapes.critical_points(SPHERE, min_hits=600, rng=0, progress=progress),
        {"points"},
    ),
    "expected points": (
        lambda progress: di.landscapes.expected_critical_points(
            3, 3, samples=20_000, rng=0, progress=progress
        ),
        set(),
    ),
    "RBM": (
        lambda progress: train_rbm(updates=4, snapshots=2, runs=2, rng=0, progress=progress),
        set(),
    ),
    "VSDL": (
        lambda progress: vsdl_plane([0.1], [5], examples=9, new_examples=9, runs=3, rng=0, progress=progress),
        set(),
    ),
    "GPT": (
        lambda progress: list(
            train_gpt(
                TINY,
                "to be or not to be, " * 50,
                rng=np.random.default_rng(0),
                iterations=(0, 5, 9),
                progress=progress,
            )
        ),
        set(),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("run", "shows"), LONG.values(), ids=LONG)
def test_reports_rise_from_nothing_done_to_all_done(run, shows):
    told = []
    run(lambda done, total, shown: told.append((done, total, dict(shown))))
    done, totals = [report[0] for report in told], [report[1] for report in told]
    assert len(told) > 3
    assert done[0] == 0
    assert done == sorted(done)
    assert all(d < total for d, total in zip(done[:-2], totals))
    assert done[-1] == totals[-1]
    assert set(told[-1][2]) == shows
    assert all(isinstance(value, float) for _, _, shown in told for value in shown.values())


@pytest.mark.slow
@pytest.mark.parametrize(("run", "shows"), LONG.values(), ids=LONG)
def test_the_bar_serves_them_all(run, shows, monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    run(di.progress_bar("long"))
    last = written.getvalue().strip().rsplit("\r", 1)[-1]
    assert last.startswith("long: 100%")
    assert last.endswith("]")
    for name in shows:
        assert f"{name} = " in last


def test_a_resumed_run_starts_with_what_it_has_behind_it(tmp_path):
    told = []

    def report(done, total, shown):
        told.append(done)

    path = tmp_path / "run.npz"
    part = di.wang_landau(di.square_lattice(4), rng=0, max_flips=50_000, path=path)
    di.wang_landau(di.square_lattice(4), rng=0, max_flips=100_000, path=path, progress=report)
    assert told[0] == part.progress.flips > 0
    told.clear()
    for _ in range(2):
        di.parallel_tempering(GLASS, rng=0, sweeps=20, path=tmp_path / "tempering.npz", progress=report)
    assert told == [*range(221), 220]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    """Standard error, as a terminal in which bars do not wait."""
    written = Terminal()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    return written


def short_walk(**options):
    di.wang_landau(di.square_lattice(4), rng=0, max_flips=50_000, **options)


def test_a_terminal_has_a_bar_which_leaves_nothing_behind(monkeypatch):
    written = terminal(monkeypatch)
    short_walk()
    frames = written.getvalue().split("\r")
    assert any(frame.startswith("wang_landau: ") for frame in frames)
    assert [frame.strip() for frame in frames[-2:]] == ["", ""]


def test_short_runs_and_silenced_ones_have_none(monkeypatch):
    written = terminal(monkeypatch)
    short_walk(progress=False)
    monkeypatch.setattr(module, "_PATIENCE", 60.0)
    short_walk()
    assert written.getvalue().strip() == ""


def test_neither_pipes_nor_workers_have_bars(monkeypatch):
    terminal(monkeypatch)
    assert module._watched()
    for backend in ("threading", "loky"):
        parallel = joblib.Parallel(n_jobs=2, backend=backend)
        assert parallel([joblib.delayed(module._watched)()] * 2) == [False, False]
    for stream in (io.StringIO(), None):  # None where a program has no console
        monkeypatch.setattr(sys, "stderr", stream)
        short_walk()
        assert stream is None or stream.getvalue() == ""


@pytest.mark.parametrize("asked", [True, False])
def test_a_notebook_has_a_bar_if_a_person_runs_it(monkeypatch, asked):
    """Frontends let a cell ask its reader; programs that run notebooks do not."""
    kernel = SimpleNamespace(get_parent=lambda channel: {"content": {"allow_stdin": asked}})
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    assert module._watched() is asked


@pytest.mark.slow
def test_a_notebook_that_a_program_runs_keeps_no_bar():
    code = "import dnnising as di\nfrom dnnising import progress\nprogress._PATIENCE = 0.0\n"
    code += "di.wang_landau(di.square_lattice(4), rng=0, max_flips=10**6).finished"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.data["text/plain"] == "False"


def test_what_is_no_report_is_refused():
    with pytest.raises(TypeError, match=r"progress must be a function of .* False or None, got True"):
        short_walk(progress=True)
