"""Directions that were planted in noise are found, and what is left is the noise."""

import numpy as np
import pytest

import dnnising as di
from dnnising.exact import signal_and_noise
from dnnising.exact.mean_field import directions
from tests.mutants import put_mutant


def check_planted(n=300, m=500):
    """θ = 2, 1.5 and 1 edges of the noise: s² = (θ² + n)(θ² + m)/θ² (Benaych-Georges and Nadakuditi 2012)."""
    rng = np.random.default_rng(3)
    theta = (np.sqrt(n) + np.sqrt(m)) * np.array([2.0, 1.5, 1.0])
    u, v = (np.linalg.qr(rng.normal(size=(size, 3)))[0] for size in (n, m))
    network = di.LayeredCouplings([(u * theta) @ v.T + rng.normal(size=(n, m))])
    found = directions.signal_and_noise(network, rank=3)
    inflated = np.sqrt((theta**2 + n) * (theta**2 + m)) / theta
    assert found.strengths[0] == pytest.approx(inflated, abs=3)  # uᵀ(noise)v has s.d. 1
    assert found.noise[0] == pytest.approx(1.0, rel=0.01)
    assert np.diag(found.left[0].T @ found.left[0]) == pytest.approx(1.0)
    projected = np.sum((found.left[0].T @ network.couplings[0]).T * found.right[0], axis=0)
    assert projected == pytest.approx(found.strengths[0])


def test_planted_directions_and_their_noise():
    check_planted()
    check_planted(500, 300)


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        ("_split", "(n - k) * (m - k)", "n * m"),  # the noise that the directions took with them is missing
        ("_split", "squares - float(values @ values)", "squares"),  # the signal counts as noise
        ("_leading", "(matrix.T @ u) / values", "(matrix.T @ u[:, ::-1]) / values"),
        ("_leading", "np.sqrt(np.maximum(squares[::-1], 0.0))", "np.maximum(squares[::-1], 0.0)"),
    ],
)
def test_wrong_versions_are_seen(function, right, wrong, monkeypatch):
    put_mutant(monkeypatch, directions, function, right, wrong)
    with pytest.raises(AssertionError):
        check_planted(120, 200)


def test_all_of_a_matrix_of_low_rank_is_signal():
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 60))
    found = signal_and_noise(di.LayeredCouplings([matrix]), rank=5)
    assert found.noise == (0.0,)
    assert (found.left[0] * found.strengths[0]) @ found.right[0].T == pytest.approx(matrix, abs=1e-9)


def test_rank_says_how_many():
    rng = np.random.default_rng(2)
    network = di.LayeredCouplings([rng.normal(size=(6, 4))])
    assert [signal_and_noise(network, rank=k).strengths[0].size for k in range(6)] == [0, 1, 2, 3, 4, 4]
    assert signal_and_noise(network, rank=0).noise[0] == pytest.approx(np.mean(network.couplings[0] ** 2))
    assert signal_and_noise(network, rank=4).noise == (0.0,)
    with pytest.raises(ValueError, match="rank must be 0 or more, got -1"):
        signal_and_noise(network, rank=-1)


def test_matrices_of_zeros_and_of_one_entry():
    found = signal_and_noise(di.LayeredCouplings([np.zeros((3, 2)), np.full((2, 1), 2.0), np.ones((1, 1))]))
    assert [s.size for s in found.strengths] == [0, 1, 1]
    assert found.noise == (0.0, 0.0, 0.0)
    assert found.layer_sizes == (3, 2, 1, 1)
