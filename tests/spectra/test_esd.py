import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy.stats import ortho_group

from dnnising.spectra import hard_rank, spectrum


def by_hand(W):
    W = W if W.shape[0] >= W.shape[1] else W.T
    return np.linalg.svd(W, compute_uv=False)[::-1] ** 2 / W.shape[0]


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(2, 30), st.integers(2, 30)),
    scale=st.floats(1e-6, 1e6),
    seed=st.integers(0, 2**32),
)
def test_invariances(shape, scale, seed):
    """W → QW and W → WQ keep the spectrum, W → Wᵀ too, and W → cW multiplies it by c²."""
    rng = np.random.default_rng(seed)
    W = rng.standard_normal(shape)
    values = spectrum(W).eigenvalues
    tolerance = {"rel": 1e-7, "abs": 1e-11 * values[-1]}
    assert values == pytest.approx(by_hand(W), **tolerance)
    left, right = (ortho_group.rvs(n, random_state=rng) for n in shape)
    assert spectrum(left @ W @ right).eigenvalues == pytest.approx(values, **tolerance)
    assert spectrum(W.T).eigenvalues == pytest.approx(values, **tolerance)
    assert spectrum(scale * W).eigenvalues / scale**2 == pytest.approx(values, **tolerance)


def test_it_is_normalised_and_ascends(rng):
    W = 0.3 * rng.standard_normal((60, 200))
    found = spectrum(W)
    assert (found.N, found.M, found.Q) == (200, 60, 200 / 60)
    assert found.eigenvalues.sum() == pytest.approx(np.sum(W**2) / 200)
    assert np.all(np.diff(found.eigenvalues) >= 0)
    assert found.largest == found.eigenvalues[-1]
    with pytest.raises(ValueError, match="read-only"):
        found.eigenvalues[0] = 1


def test_a_long_matrix_is_read_in_blocks(rng):
    """More rows than a block has, and not a multiple of it; float32 is squared in float64."""
    W = rng.standard_normal((9001, 4)).astype(np.float32)
    found = spectrum(W)
    assert found.method == "gram"
    assert found.eigenvalues == pytest.approx(by_hand(W.astype(float)), rel=1e-12)


def test_the_small_end_is_taken_from_singular_values(rng):
    """Eigenvalues from 1 to 1e-20 of λ_max: the Gram matrix loses all below 1e-14 and is not asked."""
    left, _ = np.linalg.qr(rng.standard_normal((50, 21)))
    right, _ = np.linalg.qr(rng.standard_normal((30, 21)))
    values = np.logspace(-20, 0, 21)
    W = (left * np.sqrt(50 * values)) @ right.T
    found = spectrum(W)
    assert found.method == "svd"
    assert found.positive == pytest.approx(values, rel=1e-3)
    gram = spectrum(W, method="gram")
    assert gram.method == "gram"
    assert gram.positive.size < 18
    assert spectrum(rng.standard_normal((60, 30))).method == "gram"


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_the_hard_rank_knows_its_type(rng, dtype):
    product = torch.tensor(rng.standard_normal((120, 30)) @ rng.standard_normal((30, 80)))
    stored = product.to(dtype)
    assert hard_rank(spectrum(stored)) == 30
    assert hard_rank(spectrum(stored.double(), stored_as=dtype)) == 30
    if dtype != torch.float64:
        assert hard_rank(spectrum(stored.double())) == 80  # all that is not known is taken for signal


def test_the_hard_rank_of_noise_is_full(rng):
    for n in (50, 300):
        assert hard_rank(spectrum(rng.standard_normal((n, n)).astype(np.float32))) == n


def test_a_torch_parameter_is_read_and_left_alone(rng):
    weight = torch.nn.Parameter(torch.tensor(rng.standard_normal((20, 10)), dtype=torch.float32))
    before = weight.detach().clone()
    found = spectrum(weight)
    assert found.eigenvalues == pytest.approx(by_hand(before.double().numpy()), rel=1e-6)
    assert torch.equal(weight.detach(), before)
    assert weight.requires_grad
    assert weight.grad is None


def nan_at(where):
    W = np.ones((4, 4))
    W[where] = np.nan
    return W


@pytest.mark.parametrize(
    ("W", "error", "message"),
    [
        (np.zeros((0, 3)), ValueError, "at least two rows"),
        ([[1.0]], ValueError, r"shape \(1, 1\)"),
        (np.ones(5), ValueError, r"shape \(5,\)"),
        (np.ones((2, 3, 3)), ValueError, r"shape \(2, 3, 3\)"),
        (np.full((5, 4), 0.25), ValueError, "every entry of W is 0.25"),
        (np.zeros((5, 4)), ValueError, "every entry of W is 0"),
        (nan_at((1, 2)), ValueError, r"W\[1, 2\] is nan"),
        (np.diag([1.0, np.inf]), ValueError, r"W\[1, 1\] is inf"),
        (np.eye(3) * 1j, TypeError, "complex"),
        (np.eye(3, dtype=np.int8), TypeError, "int8.*Dequantise"),
        (np.eye(3, dtype=bool), TypeError, "bool"),
        (torch.eye(3, dtype=torch.int8), TypeError, "int8"),
        (torch.eye(3, device="meta"), TypeError, "meta"),
        (torch.eye(3).to_sparse(), TypeError, "sparse"),
        ("weights", TypeError, "real floating"),
    ],
)
def test_bad_matrices(W, error, message):
    with pytest.raises(error, match=message):
        spectrum(W)


def test_bad_options(rng):
    with pytest.raises(ValueError, match="'auto', 'gram' or 'svd'"):
        spectrum(np.eye(3), method="qr")
    with pytest.raises(ValueError, match="floating type"):
        spectrum(np.eye(3), stored_as=torch.int8)
