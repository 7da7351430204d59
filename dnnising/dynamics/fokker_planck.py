"""Does a density solve the Fokker-Planck equation of a stochastic one? A check without any simulation."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Field = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_STEP = 1e-4  # of the differences, in units of x


def fokker_planck_residual(
    log_density: Field, drift: Field, noise: ArrayLike, points: ArrayLike
) -> NDArray[np.float64]:
    """R = (1/P) Σ_i ∂_i [g_i² ∂_i P - K_i P] at each point: ∂_t ln P for dx_i = K_i dt + √2 g_i dW_i.

    Zero where P is stationary. Central differences of ln P and K, so right to about 1e-6 where P varies over
    distances of order 1.

    Args:
        log_density: ln P, (m, n) -> (m,), up to a constant.
        drift: K, (m, n) -> (m, n).
        noise: g_i, a number or (n,); it must not depend on x.
        points: (m, n).

    Returns:
        (m,), per unit of time.

    >>> gaussian = lambda x: -(x**2).sum(axis=1) / 2
    >>> points = np.array([[0.3, -1.0], [2.0, 0.5]])
    >>> bool(np.allclose(fokker_planck_residual(gaussian, lambda x: -x, 1.0, points), 0, atol=1e-6))
    True
    """
    x = np.asarray(points, dtype=np.float64)
    g2 = np.broadcast_to(np.square(np.asarray(noise, dtype=np.float64)), x.shape[1:])
    here, residual = log_density(x), np.zeros(len(x))
    K = drift(x)
    for i in range(x.shape[1]):
        shift = np.zeros(x.shape[1])
        shift[i] = _STEP
        above, below = log_density(x + shift), log_density(x - shift)
        slope = (above - below) / (2 * _STEP)
        curvature = (above - 2 * here + below) / _STEP**2
        divergence = (drift(x + shift)[:, i] - drift(x - shift)[:, i]) / (2 * _STEP)
        residual += g2[i] * (curvature + slope**2) - divergence - K[:, i] * slope
    return residual


def dyson_drift(beta: int = 1, sigma: float = 1.0) -> Field:
    """K_i(x) = -x_i + βσ² Σ_{j≠i} 1/(x_i - x_j), the drift of `simulate_dyson`; its noise is g = σ."""

    def drift(x: NDArray[np.float64]) -> NDArray[np.float64]:
        distance = x[:, :, None] - x[:, None, :]  # (m, n, n)
        inverse = np.divide(1.0, distance, out=np.zeros_like(distance), where=distance != 0)
        return -x + beta * sigma**2 * inverse.sum(axis=2)

    return drift
