"""Directions that were planted in noise are found again, and noise alone has none."""

import numpy as np
import pytest

import dnnising as di
from dnnising.exact import directions, signal_and_noise
from tests.mutants import put_mutant


def planted(rng, n, m, strengths, sigma=1.0):
    """Noise plus strengths along random directions, and these."""
    u, v = (np.linalg.qr(rng.normal(size=(size, len(strengths))))[0] for size in (n, m))
    return (u * strengths) @ v.T + sigma * rng.normal(size=(n, m)), u, v


def check_strengths(n=300, m=500):
    rng = np.random.default_rng(3)
    edge = np.sqrt(n) + np.sqrt(m)
    theta = edge * np.array([4.0, 2.0, 1.5])
    matrix, u, v = planted(rng, n, m, theta)
    found = directions.signal_and_noise(di.LayeredCouplings([matrix]))
    assert found.strengths[0] == pytest.approx(theta, rel=0.03)
    assert found.noise[0] == pytest.approx(1.0, rel=0.02)
    assert abs(np.sum(found.left[0] * u, axis=0)).min() > 0.8
    assert abs(np.sum(found.right[0] * v, axis=0)).min() > 0.8


def test_planted_strengths_come_back_without_what_noise_added():
    check_strengths()
    check_strengths(500, 300)


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        ("_without_noise", "- noise * (n + m)", "- 0 * noise"),  # strengths as noise has inflated them
        ("_without_noise", "/ 2)", "/ 1)"),
        ("_split", "squares - float(theta @ theta)", "squares"),  # the signal counts as noise, too
        ("_leading", "(matrix.T @ u) / values", "(matrix.T @ u[:, ::-1]) / values"),
    ],
)
def test_wrong_versions_are_seen(function, right, wrong, monkeypatch):
    put_mutant(monkeypatch, directions, function, right, wrong)
    with pytest.raises(AssertionError):
        check_strengths()


def test_noise_alone_has_no_directions():
    rng = np.random.default_rng(0)
    shapes = [(20, 30), (200, 200), (300, 100)] * 30
    found = signal_and_noise(di.LayeredCouplings([rng.normal(size=(30, 30))]))
    ranks = [
        signal_and_noise(di.LayeredCouplings([rng.normal(size=shape)])).strengths[0].size for shape in shapes
    ]
    assert found.noise[0] == pytest.approx(1.0, rel=0.2)
    assert sum(ranks) <= 2  # one in a thousand of the Tracy-Widom law, ninety times


def test_all_of_a_matrix_of_low_rank_is_signal():
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 60))
    found = signal_and_noise(di.LayeredCouplings([matrix]))
    assert found.noise == (0.0,)
    rebuilt = (found.left[0] * found.strengths[0]) @ found.right[0].T
    assert rebuilt == pytest.approx(matrix, abs=1e-9)


def test_max_rank_leaves_the_rest_to_the_noise():
    rng = np.random.default_rng(2)
    matrix, *_ = planted(rng, 100, 100, 20 * np.array([4.0, 3.0, 2.0]))
    network = di.LayeredCouplings([matrix])
    assert [signal_and_noise(network, max_rank=k).strengths[0].size for k in range(5)] == [0, 1, 2, 3, 3]
    assert signal_and_noise(network, max_rank=0).noise[0] == pytest.approx(np.mean(matrix**2))
    with pytest.raises(ValueError, match="max_rank must be 0 or more, got -1"):
        signal_and_noise(network, max_rank=-1)


def test_matrices_of_zeros_and_of_one_entry():
    found = signal_and_noise(di.LayeredCouplings([np.zeros((3, 2)), np.full((2, 1), 2.0), np.ones((1, 1))]))
    assert [theta.size for theta in found.strengths] == [0, 1, 1]
    assert found.noise == (0.0, 0.0, 0.0)
    assert found.layer_sizes == (3, 2, 1, 1)
