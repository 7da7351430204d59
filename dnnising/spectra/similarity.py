"""How alike two representations are: what two layers, or two networks, make of the same examples."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_RANK = 1e-10  # of the largest singular value; directions below carry no signal


def linear_cka(X: ArrayLike, Y: ArrayLike) -> float:
    """Centred kernel alignment ‖YᵀX‖²_F/(‖XᵀX‖_F ‖YᵀY‖_F), in [0, 1], of columns with their means removed.

    1 if Y is X rotated or scaled; a linear map that is not a rotation changes it (Kornblith, Norouzi, Lee and
    Hinton, ICML 2019, "Similarity of neural network representations revisited").

    Args:
        X: (n_examples, p) activations.
        Y: (n_examples, q) activations of the same examples.

    Raises:
        ValueError: other shapes, fewer than two examples, a NaN or infinite entry, or an X or Y in which all
            examples are the same.

    >>> X = np.random.default_rng(0).normal(size=(50, 2))
    >>> turned = 3 * X @ [[0.0, 1.0], [-1.0, 0.0]]  # by a right angle, and scaled
    >>> round(linear_cka(X, turned), 9)
    1.0
    """
    x, y = _centred(X, Y)
    return float(np.sum((y.T @ x) ** 2) / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)))


def canonical_correlations(X: ArrayLike, Y: ArrayLike) -> NDArray[np.float64]:
    """Correlations ρ, descending, of the best-matching pairs of directions in X and in Y.

    min(rank X, rank Y) of them, each in [0, 1]; no invertible linear map of X or Y changes them (Hotelling,
    Biometrika 28, 321, 1936). With as many directions as examples all are 1 whatever the data: use several
    times more examples.

    Args:
        X: (n_examples, p) activations.
        Y: (n_examples, q) activations of the same examples.

    Returns:
        (min(rank X, rank Y),) ρ, from 1 down to 0.

    Raises:
        ValueError: other shapes, fewer than two examples, a NaN or infinite entry, or an X or Y in which all
            examples are the same.

    >>> x, y = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0])  # uncorrelated
    >>> canonical_correlations(np.stack([x, y], axis=1), np.stack([3 * x + y], axis=1)).round(9).tolist()
    [1.0]
    """
    x, y = _centred(X, Y)
    return np.clip(np.linalg.svd(_basis(x).T @ _basis(y), compute_uv=False), 0, 1)


def pwcca(X: ArrayLike, Y: ArrayLike) -> float:
    """Canonical correlations of X with Y, weighted by how much of X each direction h_i explains.

    Σ α_i ρ_i/Σ α_i with α_i = Σ_j |⟨h_i, x_j⟩| over the columns x_j of X; not symmetric (Morcos, Raghu and
    Bengio, NeurIPS 2018, "Insights on representational similarity").

    Args:
        X: (n_examples, p) activations, whose directions are weighted.
        Y: (n_examples, q) activations of the same examples.

    Returns:
        the weighted mean, in [0, 1].

    Raises:
        ValueError: as `canonical_correlations`.

    >>> x, y = np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0, -1.0, 1.0, -1.0])
    >>> X, Y = np.stack([3 * x, y], axis=1), np.stack([x, x * y], axis=1)  # what they share is most of X
    >>> round(pwcca(X, Y), 9)  # (3·1 + 1·0)/(3 + 1)
    0.75
    """
    x, y = _centred(X, Y)
    basis = _basis(x)
    left, correlations, _ = np.linalg.svd(basis.T @ _basis(y), full_matrices=False)
    weights = np.abs((basis @ left).T @ x).sum(axis=1)
    return float(weights @ np.clip(correlations, 0, 1) / weights.sum())


def _basis(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orthonormal columns that span those of x, (n_examples, rank)."""
    left, values, _ = np.linalg.svd(x, full_matrices=False)
    return left[:, values > _RANK * values[0]]


def _centred(X: ArrayLike, Y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = (np.asarray(values, dtype=np.float64) for values in (X, Y))
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or len(x) < 2 or not x.size or not y.size:
        raise ValueError(
            f"X {x.shape} and Y {y.shape} must be (n_examples, features) of the same two examples or more"
        )
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ValueError("X and Y must be finite")
    x, y = (values - values.mean(axis=0) for values in (x, y))
    if not (x.any() and y.any()):
        raise ValueError("all examples are the same in X or in Y: there is nothing to correlate")
    return x, y
