import numpy as np
import pytest
import torch

import dnnising as di
from dnnising import landscapes
from tests.landscapes.networks import small_network


def test_dense_hessian_is_torchs_own(rng):
    _, loss, point = small_network(rng)
    expected = torch.autograd.functional.hessian(loss, point)
    torch.testing.assert_close(landscapes.dense_hessian(loss, point), expected)


def test_extreme_eigenvalues_are_the_dense_ones(rng):
    _, loss, point = small_network(rng)
    dense = torch.linalg.eigvalsh(landscapes.dense_hessian(loss, point))
    ends = landscapes.extreme_eigenvalues(loss, point, rng=rng)
    assert ends.largest == pytest.approx(float(dense[-1]), rel=1e-4)
    assert ends.smallest == pytest.approx(float(dense[0]), rel=1e-4)
    assert ends.smallest < 0 < ends.largest
    assert ends.residuals.max() < 1e-4 * ends.largest


@pytest.mark.slow
def test_trace_is_the_dense_one_and_its_error_is_known(rng):
    _, loss, point = small_network(rng)
    dense = landscapes.dense_hessian(loss, point)
    found = landscapes.hessian_trace(loss, point, rng=rng, probes=300)
    off_diagonal = dense - torch.diag(dense.diagonal())
    expected_error = float((2 * (off_diagonal**2).sum() / 300) ** 0.5)
    assert abs(found - float(dense.trace())) < 4 * expected_error
    assert found.error == pytest.approx(expected_error, rel=0.3)


def test_the_trace_of_a_diagonal_hessian_needs_no_luck(rng):
    def bowl(point):
        return (torch.arange(1.0, 5.0) * point**2).sum() / 2

    assert landscapes.hessian_trace(bowl, torch.ones(4), rng=rng, probes=2) == pytest.approx(10)


def test_a_linear_loss_has_no_curvature():
    product = landscapes.hessian_product(lambda point: point.sum(), torch.ones(3))
    assert product(torch.ones(3)).tolist() == [0, 0, 0]


def test_limits_name_the_way_round(rng):
    with pytest.raises(ValueError, match=r"at most 5000 parameters, got 5001; use extreme_eigenvalues"):
        landscapes.dense_hessian(lambda point: (point**2).sum(), torch.ones(5001))
    with pytest.raises(ValueError, match=r"at least 4 parameters, got 3; use dense_hessian"):
        landscapes.extreme_eigenvalues(lambda point: (point**2).sum(), torch.ones(3), rng=rng)
    with pytest.raises(ValueError, match=r"at least 2 values in one row, got shape \(1,\)"):
        landscapes.hessian_trace(lambda point: (point**2).sum(), torch.ones(3), rng=rng, probes=1)


def test_lanczos_that_is_cut_short_says_so(rng):
    scale = torch.as_tensor(np.linspace(1, 1.1, 400))
    with pytest.raises(di.NotConvergedError, match="of 2 eigenvalues in 1 restarts"):
        landscapes.extreme_eigenvalues(
            lambda point: (scale * point**2).sum(),
            torch.zeros(400, dtype=torch.float64),
            rng=rng,
            restarts=1,
            tolerance=1e-12,
        )
