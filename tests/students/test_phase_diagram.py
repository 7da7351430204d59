"""The sweep: phases, its file, and independence of who computes what."""

import joblib
import numpy as np
import pytest

from dnnising import resuming, store
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


def test_points_that_are_there_are_not_computed_again(tmp_path):
    path, reports = tmp_path / "sweep.npz", []

    def report(done, total, shown):
        reports.append((done, total))
        if len(reports) == 4:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resuming, "SAVE_SECONDS", -1.0)  # after every point
        with pytest.raises(KeyboardInterrupt):
            sweep(path, progress=report)
    assert store.load(path)[0]["places"].tolist() == [0, 1, 2]
    assert same(sweep(path, progress=report), sweep())
    assert reports == [(done, 6) for done in (0, 1, 2, 3, 3, 4, 5, 6)]


def test_another_plane_is_refused(tmp_path):
    sweep(tmp_path / "sweep.npz")
    options = SMALL | {"path": tmp_path / "sweep.npz", "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match="differs in temperatures"):
        phase_diagram([0.1, 2.0], PLANE[1], **options)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster, which is not under test
def test_a_dask_cluster_serves(tmp_path):
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        joblib.parallel_config(backend="dask", client=client),
    ):
        there = sweep(tmp_path / "sweep.npz")
    assert same(sweep(), there)


def test_overflow_is_recorded_as_such(tmp_path):
    task = TeacherStudent(widths=(2, 4, 1), trained=(0, 1), activation="identity", samples=20)
    options = {"task": task, "updates": 300, "snapshots": 3, "seeds": 3, "path": tmp_path / "sweep.npz"}
    plane = phase_diagram([0.01, 50.0], [1.0], **options, rng=np.random.default_rng(0))
    assert plane.observables["diverged"].tolist() == [[[False] * 3], [[True] * 3]]
    assert not np.isfinite(plane.median("scaled_loss")[1, 0])
    assert plane.phases()[1, 0] is LearningPhase.NO_CONVERGENCE
    stored, _ = store.load(tmp_path / "sweep.npz")
    assert not np.isfinite(stored["scaled_loss"][1]).any()
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
