"""The sweep: phases, its file, and independence of who computes what."""

import joblib
import numpy as np
import pytest

from dnnising import resuming, store
from dnnising.students import (
    LearningPhase,
    PhaseDiagram,
    TeacherStudent,
    assign_learning_phase,
    phase_diagram,
    summarise,
    train_students,
)
from dnnising.students.summary import WITH_QUANTILES, quantiles

TASK = TeacherStudent(widths=(2, 4, 3, 1), examples=40)
SMALL = {"task": TASK, "updates": 40, "snapshots": 2, "runs": 3}
PLANE = ([0.1, 1.0], [0.5, 2.0, 8.0])


def sweep(path=None, seed=0, **options):
    return phase_diagram(*PLANE, **SMALL | options, path=path, rng=np.random.default_rng(seed))


def same(one, other):
    return one.observables.keys() == other.observables.keys() and all(
        np.array_equal(one.observables[name], other.observables[name], equal_nan=True)
        for name in one.observables
    )


def test_a_summary_holds_the_quantiles_of_a_run():
    run = train_students(TASK, temperature=0.1, weight_scale=1.0, updates=30, snapshots=3, runs=7, rng=0)
    found = summarise(run)
    assert found["scaled_loss"][2] == pytest.approx(np.median(run.losses / run.null_losses[:, None], axis=0))
    assert found["mean_squared_error"][2] == pytest.approx(2 * np.median(run.losses, axis=0))
    assert found["alignment"][:, -1] == pytest.approx(np.sort(run.alignment)[[0, 1, 3, 5, 6]])
    assert found["correlation"][2, -1] == pytest.approx(np.median(run.correlation))
    assert found["singular_values"] == pytest.approx(np.median(run.singular_values, axis=0))
    assert found["shares"].sum(axis=1) == pytest.approx(1)
    assert found["correlations"].shape == (run.updates.size,) * 2
    assert all(found[name].shape == (5, run.updates.size) for name in WITH_QUANTILES)


def test_quantiles_count_nan_as_large():
    values = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 0.0], [np.inf, 1.0]])
    assert quantiles(values, (0.25, 0.5)).tolist()[0] == [1.0, 0.0]
    assert quantiles(values, (0.25, 0.5)).tolist()[1] == [2.0, 1.0]
    assert not np.isfinite(quantiles(values, (0.75, 0.95))).any()
    assert quantiles(np.array([1.0, np.nan, 3.0, 2.0]), (0.25, 0.5, 0.75)).tolist() == [1, 2, 3]


def test_every_point_has_its_place_and_its_own_seed():
    plane = sweep()
    for k, own in enumerate(np.random.default_rng(0).spawn(6)):
        i, j = divmod(k, 3)
        place = {"temperature": PLANE[0][i], "weight_scale": PLANE[1][j]}
        point = summarise(train_students(**place, batch=4, **SMALL, rng=own))
        assert np.array_equal(plane.observables["alignment"][i, j], point["alignment"])
        assert np.array_equal(plane.median("alignment", 1)[i, j], point["alignment"][2, 1])
    assert plane.phases().shape == (2, 3)
    for name in ("magnetisation", "singular_values"):  # the latter is a median already
        with pytest.raises(KeyError, match=f"no quantiles of '{name}'"):
            plane.median(name)


def diagram(**observables):
    """2×2 points, two looks and four students, whose five quantiles are all the same."""
    wide = {
        name: np.broadcast_to(np.array(values)[:, :, None, None], (2, 2, 5, 2))
        for name, values in observables.items()
    }
    return PhaseDiagram(np.array([0.1, 10.0]), np.array([1.0, 100.0]), np.array([0, 1000]), 4, wide)


def test_phases_shares_and_errors_of_a_diagram():
    found = diagram(scaled_loss=[[0.001, 0.5], [0.5, np.inf]], displacement=[[0.5, 0.5], [5.0, 0.5]])
    assert found.phases().tolist() == [
        [LearningPhase.LEARNING, LearningPhase.JAMMED],
        [LearningPhase.NO_CONVERGENCE, LearningPhase.NO_CONVERGENCE],
    ]
    assert found.share(LearningPhase.LEARNING) == 0.25
    found.observables["alignment"] = np.arange(5.0)[None, None, :, None] * np.ones((2, 2, 5, 2))
    assert found.error("alignment") == pytest.approx(0.93 * 2 / np.sqrt(4))
    assert found.median("alignment").tolist() == [[2, 2], [2, 2]]
    assert found.at(7.0, 1.0) == (1, 0)
    assert found.look(900) == 1


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
    task = TeacherStudent(widths=(2, 4, 1), trained=(0, 1), activation="identity", examples=20)
    options = {"task": task, "updates": 300, "snapshots": 3, "runs": 3, "path": tmp_path / "sweep.npz"}
    plane = phase_diagram([0.01, 50.0], [1.0], **options, rng=np.random.default_rng(0))
    assert plane.observables["overflowed"][:, 0, -1].tolist() == [0, 1]
    assert not np.isfinite(plane.median("scaled_loss")[1, 0])
    assert plane.phases()[1, 0] is LearningPhase.NO_CONVERGENCE
    stored, _ = store.load(tmp_path / "sweep.npz")
    assert not np.isfinite(stored["scaled_loss"][1, :, -1]).any()
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


@pytest.mark.parametrize("axis", [[], [0.0, 1.0], [[1.0]], [np.nan]])
def test_impossible_axes_are_refused(axis):
    with pytest.raises(ValueError, match="weight_scales must be a list of positive numbers"):
        phase_diagram([1.0], axis, rng=np.random.default_rng(0))
