import numpy as np
import pytest

from dnnising import landscapes
from dnnising.landscapes.pspin import kac_rice
from tests.mutants import put_mutant


def test_two_spins_a_bond_give_two_points_of_each_index(rng):
    counts = landscapes.expected_critical_points(2, 5, rng=rng, samples=10)
    np.testing.assert_allclose(counts.by_index, 2)
    assert counts.total == pytest.approx(10)


@pytest.mark.parametrize("p", [3, 4, 7])
def test_on_the_circle_it_is_rices_count_of_zeros(p, rng):
    """With covariance N cos^p θ, H'(θ) has 2 √(3p - 2) zeros a turn."""
    counts = landscapes.expected_critical_points(p, 2, rng=rng)
    assert abs(counts.total - 2 * (3 * p - 2) ** 0.5) < 4 * counts.total.error
    assert counts.total.error < 0.02 * counts.total
    assert abs(counts.by_index[0] - counts.by_index[1]) < 4 * counts.by_index_error.sum()


def test_half_of_all_points_lie_below_the_middle(rng):
    half = landscapes.expected_critical_points(3, 4, rng=rng, below=0)
    whole = landscapes.expected_critical_points(3, 4, rng=rng)
    assert abs(2 * half.total - whole.total) < 4 * np.hypot(2 * half.total.error, whole.total.error)
    assert half.by_index[0] > 0.9 * whole.by_index[0]  # minima lie deep


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("(2 * p)", "p"), ("(n_spins / 2)", "((n_spins - 1) / 2)"), ("math.sqrt(2 / p)", "math.sqrt(p / 2)")],
)
def test_wrong_formulas_are_seen(right, wrong, rng, monkeypatch):
    put_mutant(monkeypatch, kac_rice, "expected_critical_points", right, wrong)
    monkeypatch.setattr(landscapes, "expected_critical_points", kac_rice.expected_critical_points)
    with pytest.raises(AssertionError):
        test_on_the_circle_it_is_rices_count_of_zeros(4, rng)


def test_errors_name_the_value(rng):
    with pytest.raises(ValueError, match="at least 2, got 1, 4 and"):
        landscapes.expected_critical_points(1, 4, rng=rng)
