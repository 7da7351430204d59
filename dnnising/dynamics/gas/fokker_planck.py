"""Does a density solve the Fokker-Planck equation of a stochastic one? A check without any simulation."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Field = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_STEP = 1e-4  # of the differences, in units of x


def fokker_planck_residual(
    log_density: Field, drift: Field, noise: ArrayLike, points: ArrayLike
) -> NDArray[np.float64]:
    """How fast a density changes under a stochastic equation: ∂_t ln P, zero where P is stationary.

        R = (1/P) Σ_i ∂_i [g_i² ∂_i P - K_i P]     for     dx_i = K_i dt + √2 g_i dW_i

    Derivatives are central differences of ln P and K over 1e-4, so R is right to about 1e-6 where P varies
    over distances of order 1. Shapes are not checked.

    Args:
        log_density: a function from m points (m, n) to ln P, (m,), in nats up to a constant.
        drift: a function from m points (m, n) to K, (m, n), in units of x per unit of time.
        noise: g_i, a number or (n,), in units of x per root of time; it must not depend on x.
        points: (m, n) where to look.

    Returns:
        R, (m,), per unit of time.

    In dx = -x dt + √2 dW a Gaussian of variance s² has R = (1 - 1/s²)(1 - x²/s²): that of variance 1 stays,
    and that of variance 2 gathers at its middle at the rate ½.

    >>> gaussian = lambda x: -(x**2).sum(axis=1) / 2
    >>> points = np.array([[0.3, -1.0], [2.0, 0.5]])
    >>> bool(np.allclose(fokker_planck_residual(gaussian, lambda x: -x, 1.0, points), 0, atol=1e-6))
    True
    >>> wide = lambda x: -(x**2).sum(axis=1) / 4
    >>> bool(np.allclose(fokker_planck_residual(wide, lambda x: -x, 1.0, [[0.0]]), 0.5, atol=1e-6))
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
    """The drift of `simulate_dyson` as a function of the levels: a harmonic pull and a logarithmic repulsion.

        K_i(x) = -x_i + βσ² Σ_{j≠i} 1/(x_i - x_j)

    The noise that belongs to it is g = σ (Dyson, J. Math. Phys. 3, 1191, 1962).

    Args:
        beta: 1, 2 or 4: how strongly levels repel.
        sigma: σ, the strength of the noise, in the units of the levels.

    Returns:
        A function from levels (m, n) to K, (m, n), in units of the levels per inverse rate. Levels that
        coincide do not repel each other in it.

    Two levels at ±σ√(β/2) are at rest but for the noise, and the Coulomb gas is stationary:

    >>> dyson_drift(beta=2)(np.array([[-1.0, 1.0]])).tolist()
    [[0.0, 0.0]]
    >>> from dnnising.dynamics import coulomb_gas_log_density
    >>> points = np.array([[-0.5, 1.0, 2.0], [-2.0, 0.5, 1.5]])
    >>> rate = fokker_planck_residual(coulomb_gas_log_density, dyson_drift(), 1.0, points)
    >>> bool(np.allclose(rate, 0, atol=1e-5))
    True
    """

    def drift(x: NDArray[np.float64]) -> NDArray[np.float64]:
        distance = x[:, :, None] - x[:, None, :]  # (m, n, n)
        inverse = np.divide(1.0, distance, out=np.zeros_like(distance), where=distance != 0)
        return -x + beta * sigma**2 * inverse.sum(axis=2)

    return drift
