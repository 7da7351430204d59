"""The width and the first shape of g(E), in closed form from the couplings."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dnnising.models.layered import LayeredCouplings


class EnergyCumulants(NamedTuple):
    """Cumulants of the energy over all 2^N states; the odd ones vanish, since g(E) = g(-E).

    Args:
        variance: κ₂ = Σ J², in units of the coupling squared.
        fourth: κ₄ = ⟨E⁴⟩ - 3⟨E²⟩² = 24 C₄ - 2 Σ J⁴, in units of the coupling to the fourth power.

    >>> energy_cumulants(LayeredCouplings([[[3.0]]]))  # one bond: E = ±3, ⟨E²⟩ = 9 and ⟨E⁴⟩ - 3⟨E²⟩² = -2·81
    EnergyCumulants(variance=9.0, fourth=-162.0)
    """

    variance: float
    fourth: float


def energy_cumulants(network: LayeredCouplings) -> EnergyCumulants:
    """Variance and fourth cumulant of g(E), the first terms of ln Z = N ln 2 + κ₂ β²/2 + κ₄ β⁴/24 + O(β⁶).

    Averaged over free spins, a product of bonds survives where it uses every spin an even number of times:
    a pair of equal bonds gives κ₂ = Σ J², while equal fours and 4-cycles give κ₄ = 24 C₄ - 2 Σ J⁴, both
    sums over bonds and C₄ that over unordered 4-cycles of the product of their couplings. With A the
    symmetric coupling matrix and r_i = Σ_j A_ij², closed walks of four steps that are no cycle retrace a
    bond, so

        8 C₄ = tr A⁴ - 2 Σ_i r_i² + Σ_ij A_ij⁴ ,
        tr A⁴ = 2 Σ_l |J_l J_lᵀ|² + 4 Σ_l |J_l J_{l+1}|² ,

    with |·| the Frobenius norm. A itself is never built. A shuffle keeps the variance and Σ J⁴; the cycles
    are where the arrangement of the weights enters first.

    Args:
        network: a chain of layers of any size.

    Returns:
        κ₂ and κ₄, computed in float64 from products of neighbouring matrices.

    >>> energy_cumulants(LayeredCouplings([[[1.0, 1.0], [1.0, 1.0]]]))  # one cycle: g(±4) = 2, g(0) = 12
    EnergyCumulants(variance=4.0, fourth=16.0)
    """
    matrices = [matrix.astype(np.float64) for matrix in network.couplings]
    squares = [matrix**2 for matrix in matrices]
    from_right = [square.sum(axis=1) for square in squares] + [np.zeros(network.layer_sizes[-1])]
    from_left = [np.zeros(network.layer_sizes[0])] + [square.sum(axis=0) for square in squares]
    retraced = sum(_norm_squared(right + left) for right, left in zip(from_right, from_left))  # Σ r_i²
    fourths = sum(_norm_squared(square) for square in squares)  # Σ J⁴ over bonds
    inside = sum(_norm_squared(_smaller_gram(matrix)) for matrix in matrices)
    across = sum(_norm_squared(left @ right) for left, right in pairwise(matrices))
    cycles = (2 * inside + 4 * across - 2 * retraced + 2 * fourths) / 8
    return EnergyCumulants(network.energy_variance, float(24 * cycles - 2 * fourths))


def _smaller_gram(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """J Jᵀ or JᵀJ; their Frobenius norms are the same."""
    return matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix


def _norm_squared(array: NDArray[np.float64]) -> float:
    return float(np.sum(array**2))
