"""One protocol of progress, which all long functions follow and one bar serves."""

import io
import sys

import numpy as np
import pytest

import dnnising as di
from dnnising.dynamics import GPTConfig, train_gpt
from dnnising.students import TeacherStudent, phase_diagram
from tests.conftest import random_chain

GLASS = random_chain(np.random.default_rng(0), (5, 6, 5))
STUDENTS = {"task": TeacherStudent(widths=(2, 4, 1), samples=20), "updates": 20, "snapshots": 2, "seeds": 2}
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
    "GPT": (
        lambda progress: list(
            train_gpt(
                TINY,
                "to be or not to be, " * 50,
                rng=np.random.default_rng(0),
                at=(0, 5, 9),
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
