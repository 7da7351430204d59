"""A chain of layers of equal couplings: the Curie-Weiss model, layer by layer, at any size exactly.

With J_l = θ_l/√(n_l n_{l+1}) on every bond the energy knows of layer l its magnetisation M_l = Σ_i S_i alone,

    E = - Σ_l θ_l M_l M_{l+1} / √(n_l n_{l+1}) ,

so that sums over 2^N states become sums over n_l + 1 values a layer, and those follow one another as in a
transfer matrix. The singular value of J_l is θ_l, between uniform vectors. A planted direction without noise
is this model after a change of signs, which makes it the exact case of every study of order.
"""

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gamma, gammaln, logsumexp

from dnnising.thermo import checked_temperatures

CRITICAL_BINDER = float(1 - gamma(1 / 4) * gamma(5 / 4) / (3 * gamma(3 / 4) ** 2))
"""1 - ⟨m⁴⟩/3⟨m²⟩² of p(m) ∝ e^(-c m⁴), 0.2705: what every mean-field ferromagnet has at its transition."""


def curie_weiss_moments(
    layer_sizes: Sequence[int], strengths: Sequence[float], weights: Sequence[float], temperatures: ArrayLike
) -> NDArray[np.float64]:
    """⟨m²⟩ and ⟨m⁴⟩ of the overlap m = Σ_l a_l M_l/√n_l in a chain of layers of equal couplings, exactly.

    The distribution of M_l given M_{l+1} follows layer by layer, and with it the moments of that part of m
    which lies in the layers up to l: those of a sum, by the binomial theorem.

    Args:
        layer_sizes: (n_layers,) spins in each layer.
        strengths: (n_layers - 1,) θ, the singular value of each matrix: J = θ/√(n n') on every bond.
        weights: (n_layers,) a, the share of each layer in the direction; it is a unit vector if Σ a² = 1.
        temperatures: (n_temperatures,) positive and ascending, in units of the coupling.

    Returns:
        (n_temperatures, 2), ⟨m²⟩ and ⟨m⁴⟩.

    Raises:
        ValueError: numbers of layers, strengths and weights that disagree, or temperatures that are not
            positive, finite and ascending.

    One bond, J = 2: the sum of two spins is 2 or -2 if they agree, and otherwise 0.

    >>> agree = np.exp(2.0) / (np.exp(2.0) + np.exp(-2.0))
    >>> found = curie_weiss_moments([1, 1], [2.0], [1.0, 1.0], [1.0])
    >>> bool(np.allclose(found, [[4 * agree, 16 * agree]]))
    True
    """
    T = checked_temperatures(temperatures)
    if not len(layer_sizes) == len(weights) == len(strengths) + 1:
        raise ValueError(
            f"{len(layer_sizes)} layers need as many weights and one strength fewer, got {len(weights)} "
            f"weights and {len(strengths)} strengths"
        )
    layers = [np.arange(-n, n + 1, 2) / np.sqrt(n) for n in layer_sizes]  # M_l/√n_l
    states = [_log_binomials(n) for n in layer_sizes]
    return np.array([_moments(layers, states, strengths, weights, 1 / t) for t in T])


def _moments(
    layers: Sequence[NDArray],
    states: Sequence[NDArray],
    strengths: Sequence[float],
    weights: Sequence[float],
    beta: float,
) -> NDArray[np.float64]:
    """⟨m²⟩ and ⟨m⁴⟩ at one temperature."""
    log_z, part = states[0], _shifted(_nothing(layers[0].size), weights[0] * layers[0])
    for l, strength in enumerate(strengths):
        log_weights = log_z[:, None] + beta * strength * np.outer(layers[l], layers[l + 1])
        total = logsumexp(log_weights, axis=0)
        given_next = np.exp(log_weights - total).T  # (n' + 1, n + 1), rows sum to 1
        log_z = total + states[l + 1]
        part = _shifted(given_next @ part, weights[l + 1] * layers[l + 1])
    moments = np.exp(log_z - logsumexp(log_z)) @ part
    return moments[[2, 4]]


def _nothing(states: int) -> NDArray[np.float64]:
    """Moments of 0 in each state: 1, 0, 0, 0, 0."""
    return np.eye(1, 5).repeat(states, axis=0)


def _shifted(part: NDArray[np.float64], by: NDArray[np.float64]) -> NDArray[np.float64]:
    """Moments 0 to 4 of x + by from those of x, (states, 5): Σ_j (k over j) ⟨x^j⟩ by^(k-j)."""
    columns = [sum(comb(k, j) * part[:, j] * by ** (k - j) for j in range(k + 1)) for k in range(5)]
    return np.stack(columns, axis=1)


def _log_binomials(n: int) -> NDArray[np.float64]:
    """ln of the number of states of n spins with 0, 1, …, n of them up."""
    up = np.arange(n + 1)
    return np.asarray(gammaln(n + 1) - gammaln(up + 1) - gammaln(n - up + 1))
