"""The sweep: phases, files, a kill in the middle, and independence of who computes what."""

import os
import signal
import subprocess
import sys
import time

import joblib
import numpy as np
import pytest

from dnnising import store
from dnnising.errors import DataFormatError
from dnnising.students import (
    LearningPhase,
    TeacherStudent,
    assign_learning_phase,
    collect,
    phase_diagram,
    phase_point,
    train_students,
)
from dnnising.students.point import AT_THE_END, median_over_seeds

TASK = TeacherStudent(widths=(2, 4, 3, 1), samples=40)
SMALL = {"task": TASK, "updates": 40, "snapshots": 2, "seeds": 3}
PLANE = ([0.1, 1.0], [0.5, 2.0, 8.0])


def sweep(path=None, seed=0, **options):
    return phase_diagram(*PLANE, **SMALL | options, path=path, rng=np.random.default_rng(seed))


def same(one, other):
    return one.observables.keys() == other.observables.keys() and all(
        np.array_equal(one.observables[name], other.observables[name], equal_nan=True)
        for name in one.observables
    )


def test_a_point_is_a_run_of_students():
    options = {"temperature": 1.0, "weight_scale": 0.5, "batch": 4, **SMALL}
    point = phase_point(np.random.default_rng(1), **options)
    task = options.pop("task")
    run = train_students(task, **options, rng=np.random.default_rng(1))
    assert np.array_equal(point["mean_squared_error"], 2 * run.loss)
    assert np.array_equal(point["scaled_loss"], run.loss / run.null_losses)
    assert np.array_equal(point["largest_eigenvalue"], run.singular_values[:, -1, 0] ** 2)
    assert np.array_equal(point["correlation"], run.correlation)
    assert np.array_equal(point["singular_values"], np.median(run.singular_values, axis=0))
    assert point["correlations"].shape == (run.updates.size,) * 2


def test_every_point_has_its_place_and_its_own_seed():
    plane = sweep()
    for k, own in enumerate(np.random.default_rng(0).spawn(6)):
        i, j = divmod(k, 3)
        point = phase_point(own, temperature=PLANE[0][i], weight_scale=PLANE[1][j], batch=4, **SMALL)
        assert np.array_equal(plane.observables["alignment"][i, j], point["alignment"])
    assert plane.median("alignment")[1, 2] == np.median(plane.observables["alignment"][1, 2])
    assert plane.phases().shape == (2, 3)
    for name in ("magnetisation", "scaled_losses"):  # the latter is a median already
        with pytest.raises(KeyError, match=f"no observable '{name}' at the end"):
            plane.median(name)
    assert all(plane.observables[name].shape == (2, 3, 3) for name in AT_THE_END)


def test_threads_do_not_matter_and_seeds_do():
    with joblib.parallel_config(backend="threading", n_jobs=2):
        threaded = sweep()
    assert same(sweep(), threaded)
    assert not same(sweep(), sweep(seed=1))


def test_files_are_the_sweep(tmp_path):
    reports = []

    def report(done, total, shown):
        reports.append((done, total))

    whole = sweep(tmp_path, progress=report)
    assert reports == [(done, 6) for done in range(7)]
    assert len(list(tmp_path.iterdir())) == 6
    (tmp_path / "001-001.npz").unlink()
    stamps = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    reports.clear()
    assert same(whole, sweep(tmp_path, progress=report))
    assert reports == [(5, 6), (6, 6)]
    assert all(file.stat().st_mtime_ns == stamp for file, stamp in stamps.items())


def test_another_sweep_or_a_damaged_file_is_refused(tmp_path):
    sweep(tmp_path)
    for options, what in (({"seed": 1}, "seed"), ({"updates": 41}, "updates"), ({"batch": 3}, "batch")):
        with pytest.raises(ValueError, match=f"of another sweep, which differs in {what}"):
            sweep(tmp_path, **options)
    (tmp_path / "000-000.npz").write_bytes(b"half a file")
    with pytest.raises(DataFormatError, match="000-000"):
        sweep(tmp_path)


class Killed(BaseException):
    """Nothing in between can catch it."""


def test_a_sweep_cut_off_while_it_writes_resumes_to_the_same_bits(tmp_path, monkeypatch):
    """Two points are finished and the third is half written, as after a kill."""
    write = np.savez_compressed

    def cut_off(file, **arrays):
        if len(list(tmp_path.glob("[0-9]*.npz"))) == 2:
            file.write(b"half a file")
            raise Killed
        write(file, **arrays)

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez_compressed", cut_off)
        with pytest.raises(Killed):
            sweep(tmp_path)
    (tmp_path / ".001-000.npz.1.partial").write_bytes(b"half a file")  # what nobody was left to remove
    kept = {file.name: file.read_bytes() for file in tmp_path.glob("[0-9]*.npz")}
    assert len(kept) == 2
    reports = []
    assert same(sweep(tmp_path, progress=lambda *report: reports.append(report)), sweep())
    assert reports == [(done, 6, {}) for done in range(2, 7)]
    assert all((tmp_path / name).read_bytes() == content for name, content in kept.items())


KILLED = """
import sys
import numpy as np
from dnnising.dynamics import TeacherStudent, phase_diagram
phase_diagram(
    [0.05, 0.1, 0.2, 0.4], [0.5, 1.0, 2.0, 4.0], task=TeacherStudent(widths=(2, 4, 3, 1), samples=40),
    updates=20_000, snapshots=2, seeds=20, path=sys.argv[1], rng=np.random.default_rng(3),
)
"""


@pytest.mark.soak
def test_a_sweep_killed_in_the_middle_resumes_to_the_same_bits(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "killed")])
    deadline = time.monotonic() + 600
    finished = []
    while process.poll() is None and len(finished) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
        finished = list((tmp_path / "killed").glob("[0-9]*.npz"))
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL  # it had not come to its end
    kept = {file.name: file.read_bytes() for file in (tmp_path / "killed").glob("[0-9]*.npz")}
    assert 2 <= len(kept) < 16
    options = {"task": TASK, "updates": 20_000, "snapshots": 2, "seeds": 20}
    axes = [0.05, 0.1, 0.2, 0.4], [0.5, 1.0, 2.0, 4.0]
    resumed, unbroken = (
        phase_diagram(*axes, **options, path=path, rng=np.random.default_rng(3))
        for path in (tmp_path / "killed", None)
    )
    assert same(resumed, unbroken)
    for name, content in kept.items():
        assert (tmp_path / "killed" / name).read_bytes() == content


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster, which is not under test
def test_a_dask_cluster_serves(tmp_path):
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        joblib.parallel_config(backend="dask", client=client),
    ):
        there = sweep(tmp_path)
    assert same(sweep(), there)


def test_overflow_is_recorded_as_such(tmp_path):
    task = TeacherStudent(widths=(2, 4, 1), trained=(0, 1), activation="identity", samples=20)
    options = {"task": task, "updates": 300, "snapshots": 3, "seeds": 3, "path": tmp_path}
    plane = phase_diagram([0.01, 50.0], [1.0], **options, rng=np.random.default_rng(0))
    assert plane.observables["diverged"].tolist() == [[[False] * 3], [[True] * 3]]
    assert not np.isfinite(plane.median("scaled_loss")[1, 0])
    assert plane.phases()[1, 0] is LearningPhase.NO_CONVERGENCE
    stored, _ = store.load(tmp_path / "001-000.npz")
    assert not np.isfinite(stored["scaled_loss"]).any()
    again = phase_diagram([0.01, 50.0], [1.0], **options, rng=np.random.default_rng(0))
    assert same(plane, again)


def test_the_rule_and_its_boundary():
    loss, displacement = np.meshgrid([0.0099, 0.0101], [0.99, 1.01])
    L, J, N = LearningPhase.LEARNING, LearningPhase.JAMMED, LearningPhase.NO_CONVERGENCE
    assert assign_learning_phase(loss, displacement).tolist() == [[L, J], [L, N]]
    assert assign_learning_phase(loss, displacement, learnt=0.02, moved=0.5).tolist() == [[L, L], [L, L]]
    assert assign_learning_phase(0.5, 0.7, moved=0.5) == N
    assert assign_learning_phase([np.nan, np.inf], [0.1, 0.1]).tolist() == [N, N]
    assert assign_learning_phase(0.5, np.nan) == N
    with pytest.raises(ValueError, match="must be positive"):
        assign_learning_phase(0.5, 0.5, learnt=0.0)


def test_medians_count_nan_as_large():
    values = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 0.0], [np.inf, 1.0]])
    assert median_over_seeds(values[:2])[0] == 1.5
    assert median_over_seeds(values[:3])[0] == 2.0
    assert not np.isfinite(median_over_seeds(values)).any()


def test_a_diagram_is_collected_from_points_in_order():
    points = [{"updates": np.array([0, 1]), "alignment": np.array([k, k + 0.5])} for k in range(6)]
    plane = collect(np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0]), points)
    assert plane.observables["alignment"][1, 0].tolist() == [3, 3.5]
    assert plane.median("alignment")[0].tolist() == [0.25, 1.25, 2.25]


@pytest.mark.parametrize("axis", [[], [0.0, 1.0], [[1.0]], [np.nan]])
def test_impossible_axes_are_refused(axis):
    with pytest.raises(ValueError, match="weight_scales must be a list of positive numbers"):
        phase_diagram([1.0], axis, rng=np.random.default_rng(0))
