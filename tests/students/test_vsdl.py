"""A network that learns spoilt labels: what it has learnt of the rule, and what by heart."""

import numpy as np
import pytest

from dnnising.students import Regime, assign_regime, vsdl, vsdl_plane

UPDATES = [1, 100, 1000, 10_000]
SEEDS = 6


def plane(noises=(0.0, 0.4, 1.0), seed=0, **options):
    return vsdl_plane(noises, UPDATES, **{"runs": SEEDS} | options, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def learnt():
    return plane()


def final(learnt, noise):
    """Mean errors at the end, and the standard error of the second."""
    own, new = learnt.training_errors[:, noise, -1], learnt.generalisation_errors[:, noise, -1]
    return own.mean(), new.mean(), new.std(ddof=1) / np.sqrt(SEEDS)


def generalises(learnt):
    own, new, _ = final(learnt, 0)
    return own < 0.01 and new < 0.1


def memorises_coins(learnt):
    own, new, error = final(learnt, -1)
    return own < 0.01 and abs(new - 0.5) < 4 * error


@pytest.mark.slow
def test_rules_are_learnt_and_coins_are_memorised(learnt):
    assert generalises(learnt)
    assert memorises_coins(learnt)
    assert 0.2 < final(learnt, 1)[1] < 0.4
    G, M, U = Regime.GENERALISING, Regime.MEMORISING, Regime.UNTRAINED
    assert learnt.regimes()[:, [0, -1]].tolist() == [[U, G], [U, M], [U, M]]


@pytest.mark.slow
def test_stopping_early_generalises_better_from_spoilt_labels_and_worse_from_clean_ones(learnt):
    early, late = learnt.generalisation_errors[:, :, 2], learnt.generalisation_errors[:, :, 3]
    gain = late - early
    error = gain.std(axis=0, ddof=1) / np.sqrt(SEEDS)
    assert gain[:, 1].mean() > 3 * error[1]
    assert gain[:, 0].mean() < 0


@pytest.mark.slow
def test_labels_that_all_agree_or_errors_on_spoilt_tests_are_found_out(monkeypatch):
    """Two wrong versions: coins that always fall on one side, and no training at all."""
    sign = np.sign
    monkeypatch.setattr(vsdl.np, "sign", lambda x: np.abs(sign(x)))
    assert not memorises_coins(plane([1.0]))
    monkeypatch.undo()
    monkeypatch.setattr(vsdl, "train_compiled", lambda task, student, T, batch, times: [student.weights] * 5)
    untrained = plane([0.0, 1.0])
    assert not generalises(untrained)
    assert not memorises_coins(untrained)


def test_axes_and_shares(monkeypatch):
    seen = []
    train = vsdl.train_compiled

    def watch(task, student, *others):
        seen.append(student)
        return train(task, student, *others)

    monkeypatch.setattr(vsdl, "train_compiled", watch)
    found = plane([0.0, 0.3, 1.0], runs=1, examples=200, batch=2)
    clean, some, all_ = (student.targets[:, 0] for student in seen)
    assert found.loads == pytest.approx([10.0, 7.0, 0.0])
    assert found.temperatures == pytest.approx([100.0, 1.0, 0.1, 0.01])
    assert found.training_errors.shape == found.generalisation_errors.shape == (1, 3, 4)
    assert 10 < np.sum(clean != some) < 50  # half of the 60 redrawn
    assert np.array_equal(some[clean != some], all_[clean != some])
    assert abs(np.mean(clean != all_) - 0.5) < 0.15
    assert all(np.array_equal(student.inputs, seen[0].inputs) for student in seen)
    assert all(np.array_equal(student.weights, seen[0].weights) for student in seen)


def test_more_noises_do_not_change_a_network():
    one, more = plane([0.0], runs=2), plane([0.0, 0.5], runs=2)
    assert np.array_equal(one.training_errors[:, 0], more.training_errors[:, 0])
    assert not np.array_equal(one.training_errors, plane([0.0], runs=2, seed=1).training_errors)


def test_the_rule_of_regimes():
    own, new = np.meshgrid([0.24, 0.26], [0.24, 0.26])
    G, M, U = Regime.GENERALISING, Regime.MEMORISING, Regime.UNTRAINED
    assert assign_regime(own, new).tolist() == [[G, G], [M, U]]
    assert assign_regime(0.2, 0.3, small=0.35) == G


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.1], [1]), "noises must lie between 0 and 1"),
        (([0.0], [0, 1]), "updates must be ascending numbers from 1"),
        (([0.0], [3, 2]), "updates must be ascending"),
    ],
)
def test_impossible_axes_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        vsdl_plane(*arguments, rng=np.random.default_rng(0))


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match="hidden must be at least 1"):
        vsdl_plane([0.0], [1], hidden=0, rng=np.random.default_rng(0))
