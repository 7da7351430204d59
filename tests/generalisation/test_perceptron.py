"""Perceptrons: the theory against geometry, the literature's numbers, and every student counted."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import log_ndtr
from scipy.stats import norm

from dnnising.generalisation import (
    annealed_curve,
    annealed_drop,
    consistent_bound,
    entropy_bound,
    enumerate_students,
    generalisation_error,
    gibbs_curve,
    gibbs_drop,
    gibbs_spinodal,
    log_dichotomies,
    overlap_entropy,
    perceptron_bound,
    uniform_gap,
)


def seeded(seed=0):
    return np.random.default_rng(seed)


# --- geometry ------------------------------------------------------------------------------------------


def test_disagreement_is_the_angle_over_pi():
    rng = seeded()
    teacher, student = rng.standard_normal((2, 30))
    R = teacher @ student / np.linalg.norm(teacher) / np.linalg.norm(student)
    x = rng.standard_normal((100_000, 30))
    found = np.mean(np.sign(x @ teacher) != np.sign(x @ student))
    assert abs(found - generalisation_error(R)) < 4 * np.sqrt(0.25 / 1e5)
    assert abs(found - np.arccos(R)) > 100 * np.sqrt(0.25 / 1e5)  # as the source has it, without 1/π


def test_the_sphere_has_the_volume_of_its_overlap():
    """The density of R is ∝ (1 - R²)^((N-3)/2): its logarithm over N tends to ½ ln(1 - R²)."""
    n = 2001
    points = np.random.default_rng(1).standard_normal((20_000, 21))
    overlaps = points[:, 0] / np.linalg.norm(points, axis=1)
    assert np.mean(overlaps**2) == pytest.approx(1 / 21, rel=0.04)
    exact = (n - 3) / 2 * np.log(1 - 0.6**2) / n
    assert overlap_entropy(0.6) == pytest.approx(exact, abs=1e-3)
    assert overlap_entropy(1.0) == -np.inf


def test_ising_students_mix():
    n, differing = 2000, 400
    exact = np.sum(np.log(np.arange(n - differing + 1, n + 1))) - np.sum(np.log(np.arange(1, differing + 1)))
    assert overlap_entropy(1 - 2 * differing / n, ising=True) == pytest.approx(exact / n, abs=3e-3)
    assert overlap_entropy([0.0, 1.0, -1.0], ising=True) == pytest.approx([np.log(2), 0, 0])


# --- curves --------------------------------------------------------------------------------------------


def slow_gibbs_entropy(R, alpha):
    """On the sphere, by adaptive quadrature."""
    gamma = np.sqrt(R / (1 - R))

    def integrand(t):
        return norm.pdf(t) * np.exp(log_ndtr(-gamma * t)) * log_ndtr(-gamma * t)

    return 0.5 * np.log(1 - R) + R / 2 + 2 * alpha * quad(integrand, -10, 10, limit=200)[0]


@pytest.mark.parametrize("alpha", [0.3, 1.0, 5.0])
def test_gibbs_students_on_the_sphere_sit_where_the_entropy_is_stationary(alpha):
    curve = gibbs_curve([alpha])
    R = curve.overlaps[0]
    assert curve.entropies[0] == pytest.approx(slow_gibbs_entropy(R, alpha), abs=1e-8)
    step = 1e-4
    slope = (slow_gibbs_entropy(R + step, alpha) - slow_gibbs_entropy(R - step, alpha)) / (2 * step)
    assert abs(slope) < 1e-4
    wrong = 1.02 * R
    assert abs(slow_gibbs_entropy(wrong + step, alpha) - slow_gibbs_entropy(wrong, alpha)) / step > 1e-3


@pytest.mark.slow
def test_gibbs_students_drawn_by_rejection():
    """Points on the sphere that agree with the teacher on all of m examples.

    Corrections are of order 1/N, here 0.005; the mean over 500 sets has an error of 0.0015.
    """
    rng, n, m = seeded(2), 24, 12
    found = []
    for k in range(500):
        if k % 10 == 0:
            students = rng.standard_normal((20_000, n), dtype=np.float32)
            errors = generalisation_error(students[:, 0] / np.linalg.norm(students, axis=1))
        x = rng.standard_normal((m, n), dtype=np.float32)
        x *= np.sign(x[:, :1])  # the teacher is the first axis
        agree = np.arange(len(students))
        for example in x:
            agree = agree[students[agree] @ example > 0]
        if len(agree):
            found.append(errors[agree].mean())
    right, wrong = gibbs_curve([m / n, 1.3 * m / n]).generalisation_error
    assert abs(np.mean(found) - right) < 0.0125 < abs(np.mean(found) - wrong)


def test_errors_of_many_examples():
    """0.625/α for Gibbs learning on the sphere, 1/α in the annealed average (Seung et al. 1992)."""
    assert gibbs_curve([300.0]).generalisation_error[0] * 300 == pytest.approx(0.625, abs=0.003)
    assert annealed_curve([300.0]).generalisation_error[0] * 300 == pytest.approx(1.0, abs=0.01)


def test_the_ising_perceptron_drops():
    assert gibbs_drop() == pytest.approx(1.245, abs=0.001)
    assert annealed_drop() == pytest.approx(1.448, abs=0.001)
    assert gibbs_spinodal() == pytest.approx(1.493, abs=0.002)
    before, after = gibbs_curve([gibbs_drop() - 1e-6, gibbs_drop() + 1e-6], ising=True).generalisation_error
    assert before == pytest.approx(0.26, abs=0.01)
    assert after == 0
    entropies = gibbs_curve([0.0, gibbs_drop() - 1e-9], ising=True).entropies
    assert entropies == pytest.approx([np.log(2), 0], abs=1e-6)
    curve = annealed_curve([1.44, 1.45], ising=True)
    assert curve.overlaps[0] < 0.9
    assert curve.overlaps[1] == 1


@pytest.mark.parametrize("ising", [False, True])
@pytest.mark.parametrize("beta", [0.7, np.inf])
def test_the_annealed_overlap_is_the_maximum(ising, beta):
    cost = 1 - np.exp(-beta)
    R = np.linspace(0, 0.98, 20_001)
    for alpha in (0.4, 0.9):
        value = overlap_entropy(R, ising=ising) + alpha * np.log(1 - cost * np.arccos(R) / np.pi)
        curve = annealed_curve([alpha], ising=ising, beta=beta)
        assert curve.overlaps[0] == pytest.approx(R[np.argmax(value)], abs=1e-4)
        assert curve.entropies[0] == pytest.approx(value.max(), abs=1e-8)
        assert curve.entropies[0] >= gibbs_curve([alpha], ising=ising).entropies[0]  # Jensen


def test_no_examples_teach_nothing():
    for ising in (False, True):
        for curve in (gibbs_curve([0.0], ising=ising), annealed_curve([0.0], ising=ising)):
            assert curve.generalisation_error[0] == pytest.approx(0.5)
    for wrong in ([-1.0], [np.nan]):
        with pytest.raises(ValueError, match="at least 0"):
            gibbs_curve(wrong)
    with pytest.raises(ValueError, match="beta must be positive"):
        annealed_curve([1.0], beta=0.0)
    with pytest.raises(ValueError, match=r"\[-1, 1\]"):
        generalisation_error(1.1)


# --- every Ising student -------------------------------------------------------------------------------


def slow_counts(n, examples, x):
    """Students in a plain loop; x on the teacher's side."""
    counts = np.zeros((len(examples), n + 1, examples[-1] + 1), dtype=int)
    for student in itertools.product([-1, 1], repeat=n):
        errors = x @ np.array(student) < 0
        for k, m in enumerate(examples):
            counts[k, student.count(-1), errors[:m].sum()] += 1
    return counts


def test_students_are_counted():
    found = enumerate_students(6, [0, 3, 8], samples=2, rng=seeded())
    for counts, own in zip(found.counts, seeded().spawn(2)):
        x = own.standard_normal((8, 6))
        x *= np.sign(x.sum(axis=1, keepdims=True))
        assert np.array_equal(counts, slow_counts(6, [0, 3, 8], x))
    assert (found.counts.sum(axis=(2, 3)) == 2**6).all()
    assert (found.counts[:, :, 0, 0] == 1).all()  # the teacher errs never
    assert found.loads.tolist() == [0, 0.5, 8 / 6]


def test_gibbs_errors_of_the_counted():
    found = enumerate_students(5, [0, 4], samples=3, rng=seeded(1))
    errors = generalisation_error(found.overlaps)
    for beta in (0.0, 0.8):
        for s, k in itertools.product(range(3), range(2)):
            weights = found.counts[s, k] * np.exp(-beta * np.arange(5))
            expected = (weights.sum(axis=1) * errors).sum() / weights.sum()
            assert found.gibbs_errors(beta)[s, k] == pytest.approx(expected)
    consistent = found.counts[:, 1, :, 0]
    assert found.gibbs_errors()[:, 1] == pytest.approx(consistent @ errors / consistent.sum(axis=1))
    assert found.gibbs_errors(50.0) == pytest.approx(found.gibbs_errors(), abs=1e-9)
    assert found.gibbs_errors()[:, 0] == pytest.approx(0.5)


@pytest.fixture(scope="module")
def counted():
    """N = 13 and all loads up to 2.3."""
    return enumerate_students(13, np.arange(0, 31), samples=60, rng=seeded(3))


def test_before_the_drop_the_counted_follow_the_replicas(counted):
    """Up to half of the drop's load, with corrections of order 1/N; the annealed curve lies elsewhere."""
    few = (counted.loads > 0) & (counted.loads < 0.65)
    errors = counted.gibbs_errors()[:, few]
    theory = gibbs_curve(counted.loads[few], ising=True)
    assert errors.mean(axis=0) == pytest.approx(theory.generalisation_error, abs=0.03)
    assert counted.entropies()[:, few].mean(axis=0) == pytest.approx(theory.entropies, abs=0.03)
    bound = annealed_curve(counted.loads[few], ising=True).entropies
    error = counted.entropies()[:, few].std(axis=0) / np.sqrt(60)
    assert np.all(counted.entropies()[:, few].mean(axis=0) < bound + 4 * error)


def test_the_counted_drop_where_the_replicas_say_rather_than_at_the_start_or_later(counted):
    """The load at which half of the sets have their teacher left alone; smeared at N = 13."""
    alone = np.mean(counted.counts[..., 0].sum(axis=2) == 1, axis=0)
    half = counted.loads[np.argmax(alone > 0.5)]
    assert gibbs_drop() < half < gibbs_drop() + 1  # from above: finite systems leave a few
    assert counted.gibbs_errors()[:, -1].mean() < 0.05 < 0.25 < counted.gibbs_errors()[:, 10].mean()


def test_twenty_one_weights_are_counted():
    found = enumerate_students(21, [21, 42], rng=seeded(4))
    assert (found.counts.sum(axis=(2, 3)) == 2**21).all()
    assert found.gibbs_errors()[0, 1] < found.gibbs_errors()[0, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((25, [1]), "1 to 24, got 25"),
        ((5, [2, 1]), "ascending"),
        ((5, [-1]), "ascending"),
        ((5, []), "ascending"),
    ],
)
def test_impossible_counts_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        enumerate_students(*arguments, rng=seeded())
    with pytest.raises(ValueError, match="samples must be"):
        enumerate_students(5, [1], samples=0, rng=seeded())


# --- bounds --------------------------------------------------------------------------------------------


def test_no_counted_student_breaks_its_bound_more_often_than_allowed(counted):
    errors = generalisation_error(counted.overlaps)
    m = counted.examples[1:]
    consistent = counted.counts[:, 1:, :, 0] > 0  # (samples, k, N + 1)
    worst = np.where(consistent, errors, 0).max(axis=2)
    bound = consistent_bound(13 * np.log(2), m, risk=0.2)
    assert np.mean(worst > bound, axis=0).max() < 0.2 + 4 * np.sqrt(0.16 / 60)
    assert np.mean(worst > bound / 4, axis=0).max() > 0.5  # it is a bound, and not infinitely loose

    gaps = uniform_gap(13 * np.log(2), m, risk=0.2)
    share = np.arange(31)[None, :] / m[:, None]
    exists = counted.counts[:, 1:] > 0
    gap = np.abs(share[:, None, :] - errors[None, :, None])
    largest = np.where(exists, gap, 0).max(axis=(2, 3))
    assert np.mean(largest > gaps, axis=0).max() < 0.2 + 4 * np.sqrt(0.16 / 60)


def test_the_typical_lies_below_what_is_probably_correct():
    loads = np.linspace(0.2, 4, 20)
    typical = gibbs_curve(loads, ising=True).generalisation_error
    scaled = entropy_bound(loads)
    simple = 1 - np.exp(-np.log(2) / loads)  # `consistent_bound` at N → ∞
    assert np.all(typical < scaled + 1e-9)
    assert np.all(scaled < simple + 1e-5)  # equal where R = 0 decides, at α = 1
    assert np.sum(scaled < simple - 0.01) > 15
    assert entropy_bound([annealed_drop() - 1e-3])[0] > 0.1
    assert entropy_bound([annealed_drop() + 1e-3])[0] == 0
    n = 10**7
    assert consistent_bound(n * np.log(2), loads * n) == pytest.approx(simple, abs=1e-6)


def test_dichotomies_are_those_of_lines_through_the_origin():
    """In the plane m points have 2m; in space as many as random planes find."""
    assert np.exp(log_dichotomies(2, 5)) == pytest.approx(10)
    assert np.exp(log_dichotomies(7, 4)) == pytest.approx(2**4)
    rng = seeded(5)
    signs = rng.standard_normal((200_000, 3)) @ rng.standard_normal((3, 6)) > 0
    assert len(np.unique(signs @ 2 ** np.arange(6))) == round(np.exp(log_dichotomies(3, 6)))


def test_the_bound_of_real_weights_is_far_above_the_typical():
    loads = np.array([5.0, 20.0, 100.0, 1000.0])
    bound = perceptron_bound(200, loads * 200)
    assert np.all(bound > 3 * gibbs_curve(loads).generalisation_error)
    assert bound[0] == 1
    assert bound[-1] < 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: uniform_gap(1.0, 0), "examples must be at least 1"),
        (lambda: consistent_bound(1.0, 5, risk=1.0), "risk must lie between"),
        (lambda: consistent_bound(-1.0, 5), "ln"),
        (lambda: perceptron_bound(0, 5), "n_weights must be at least 1"),
    ],
)
def test_impossible_bounds_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
