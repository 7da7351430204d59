"""Ground state, entropy and transition of a chain of layers without sampling: replica-symmetric theory.

Take every matrix for a few directions in noise (`SignalAndNoise`). The directions act on a spin by a field
that is the same in every state of low energy,

    h_l = V_{l-1} θ_{l-1} y_{l-1} + U_l θ_l x_{l+1} ,    y_l = U_lᵀ m_l ,    x_l = V_{l-1}ᵀ m_l ,

and the noise by a Gaussian field of variance Δ_l = σ²_{l-1} n_{l-1} q_{l-1} + σ²_l n_{l+1} q_{l+1}. With z a
standard normal number the layers' magnetisations and overlaps solve

    m_i = E_z tanh β(h_i + √Δ_l z) ,    q_l = Σ_i E_z tanh² β(h_i + √Δ_l z) / n_l ,

at the stationary point of the free energy

    -βF = Σ_i E_z ln 2cosh β(h_i + √Δ z) - β Σ_l y_lᵀ θ_l x_{l+1}
          + β²/2 Σ_l σ_l² n_l n_{l+1} (1 - q_l)(1 - q_{l+1})

(Sherrington and Kirkpatrick, Phys. Rev. Lett. 35, 1792, 1975, here for a chain). This is exact for large
layers, a finite number of directions and Gaussian noise, where the solution is stable (de Almeida and
Thouless, J. Phys. A 11, 983, 1978). Where it is not, in a glass, it is only close: in the SK model its ground
state is 5 % too deep, and its entropy at T = 0 is negative.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.sparse.linalg import LinearOperator, eigsh
from scipy.special import erf

from dnnising.density import LN_2
from dnnising.errors import NotConvergedError
from dnnising.exact.directions import SignalAndNoise
from dnnising.exact.rank_one import ground_state_of
from dnnising.printing import one_line

_TOLERANCE = 1e-8  # of magnetisations and overlaps
_STEPS = 5000
_NUDGE = 0.02  # leaves a solution that has lost its stability
_DENSE = 64  # spins up to which all eigenvalues are found at once


@one_line
class ReplicaSymmetric(NamedTuple):
    """The theory's answers at several temperatures, each of shape (n_temperatures,).

    Args:
        temperatures: T, in units of the couplings.
        energy: U, extensive, in units of the couplings.
        entropy: S, extensive, in nats.
        free_energy: F = U - T S, extensive.
        magnetisation: Σ m_i² / N, what the directions hold fast; 0 in the paramagnet and in the glass.
        overlap: Σ_l n_l q_l / N, of two states; 0 in the paramagnet.
        stable: whether the solution is stable against replica-symmetry breaking; where it is not, entropy is
            too low and energy somewhat too low.

    >>> bond = SignalAndNoise((np.ones(1),), (np.ones((1, 1)),), (np.ones((1, 1)),), (0.0,))
    >>> replica_symmetric(bond, [0.0]).energy.tolist()  # E = -S S'
    [-1.0]
    """

    temperatures: NDArray[np.float64]
    energy: NDArray[np.float64]
    entropy: NDArray[np.float64]
    free_energy: NDArray[np.float64]
    magnetisation: NDArray[np.float64]
    overlap: NDArray[np.float64]
    stable: NDArray[np.bool_]


class _State(NamedTuple):
    """Magnetisations (n_l,) and overlaps q_l, layer by layer."""

    m: list[NDArray[np.float64]]
    q: list[float]


def replica_symmetric(model: SignalAndNoise, temperatures: ArrayLike) -> ReplicaSymmetric:
    """Solve the replica-symmetric theory of directions in noise, without sampling.

    At each temperature two solutions are followed, one as it cools from the transition and one as it warms
    from T = 0, and the one of the lower free energy is taken.

    Args:
        model: directions and noise of every matrix, from `signal_and_noise`.
        temperatures: in any order, in units of the couplings; 0 is the ground state.

    Returns:
        energies, entropies and order parameters at the temperatures as given.

    Raises:
        ValueError: temperatures that are negative, not finite, or not in a list.
        NotConvergedError: the equations are not solved at some temperature; the change of the last step is
            attached.

    Three layers with one planted state and no noise, a chain of Curie-Weiss magnets of θ = 1 a spin. Its
    transition is at T = √2, and its two ground states keep all bonds:

    >>> up = np.ones((100, 1)) / 10
    >>> chain = SignalAndNoise((np.ones(1),) * 2, (up,) * 2, (up,) * 2, (0.0, 0.0))
    >>> found = replica_symmetric(chain, [0.0, 1.0, 2.0])
    >>> found.energy.round(2).tolist(), (found.entropy / 300).round(3).tolist()
    ([-200.0, -126.68, -0.0], [0.0, 0.346, 0.693])
    """
    asked = np.asarray(temperatures, dtype=np.float64)
    if asked.ndim != 1 or not (np.isfinite(asked).all() and (asked >= 0).all()):
        raise ValueError(f"temperatures must be a list of numbers, 0 or above, got {temperatures!r}")
    order = np.argsort(asked)
    sizes = model.layer_sizes
    mode = [np.sqrt(sum(sizes)) * _NUDGE * layer for layer in _along_directions(model)[1]]
    hottest = _State([np.zeros(n) for n in sizes], [0.0] * len(sizes))
    warming = _followed(model, asked[order], _coldest(model), [0.0 * layer for layer in mode])
    cooling = _followed(model, asked[order][::-1], hottest, mode)[::-1]
    rows = np.empty((asked.size, 6))
    for place, warm, cold in zip(order, warming, cooling):
        rows[place] = min(warm, cold, key=lambda row: row[2])
    energy, entropy, free, magnetisation, overlap, stable = rows.T
    return ReplicaSymmetric(asked, energy, entropy, free, magnetisation, overlap, stable.astype(bool))


def signal_temperature(model: SignalAndNoise) -> float:
    """Where the paramagnet of directions in noise ends as it cools, in units of the couplings.

    The paramagnet m = 0 loses stability towards the directions at the largest eigenvalue of the chain of
    Σ_a θ_a u_a v_aᵀ, and towards the glass at the square root of that of the matrix σ_l² n_{l+1} between
    layers. The higher of the two is where it ends.

    Args:
        model: directions and noise of every matrix, from `signal_and_noise`.

    Three layers with one planted state and no noise, as in `replica_symmetric`:

    >>> up = np.ones((100, 1)) / 10
    >>> chain = SignalAndNoise((np.ones(1),) * 2, (up,) * 2, (up,) * 2, (0.0, 0.0))
    >>> round(signal_temperature(chain) ** 2, 9)
    2.0
    """
    free = [1.0] * len(model.layer_sizes)
    return max(_along_directions(model)[0], float(np.sqrt(_between_copies(model, free))))


def _followed(
    model: SignalAndNoise, temperatures: NDArray[np.float64], state: _State, nudge: Sequence[NDArray]
) -> list[tuple[float, ...]]:
    """Answers at one temperature after the other, each solved from the solution before it, with a nudge."""
    answers = []
    for temperature in temperatures.tolist():
        m = [np.clip(layer + push, -1.0, 1.0) for layer, push in zip(state.m, nudge)]
        state = _solved(model, _State(m, [max(q, _NUDGE) for q in state.q]), temperature)
        answers.append(_answers(model, state, temperature))
    return answers


def _coldest(model: SignalAndNoise) -> _State:
    """Where to start from at T = 0: the exact ground state of the strongest direction of every matrix."""
    directions = [
        (u[:, 0], float(theta[0]), v[:, 0]) if theta.size else (np.zeros(len(u)), 0.0, np.zeros(len(v)))
        for theta, u, v in zip(model.strengths, model.left, model.right)
    ]
    spins = ground_state_of(directions).spins
    return _State([layer.astype(np.float64) for layer in spins], [1.0] * len(spins))


def _solved(model: SignalAndNoise, state: _State, temperature: float) -> _State:
    """The solution that repeated substitution reaches, layer by layer."""
    m, q = list(state.m), list(state.q)
    change = np.inf
    for _ in range(_STEPS):
        change = 0.0
        for l, before in enumerate(m):
            m[l], squares = _response(_field(model, m, l), _variance(model, q, l), temperature)[:2]
            overlap = float(squares.mean())
            change = max(change, float(np.abs(m[l] - before).max()), abs(overlap - q[l]))
            q[l] = overlap
        if change < _TOLERANCE:
            return _State(m, q)
    raise NotConvergedError(
        f"the replica-symmetric equations still change by {change:.2g} after {_STEPS} steps at T = "
        f"{temperature:.6g}; ask for temperatures further from a transition",
        change,
    )


def _answers(model: SignalAndNoise, state: _State, temperature: float) -> tuple[float, ...]:
    """U, S, F, Σ m²/N, Σ n q/N and whether the solution is stable."""
    m, q = state
    sizes = np.array(model.layer_sizes)
    responses = [_response(_field(model, m, l), _variance(model, q, l), temperature) for l in range(len(m))]
    signal = -sum(
        float((u.T @ m[l]) @ (theta * (v.T @ m[l + 1])))
        for l, (theta, u, v) in enumerate(zip(model.strengths, model.left, model.right))
    )
    bonds = np.array(model.noise) * sizes[:-1] * sizes[1:]  # the noise's Σ J² of every matrix
    slack = np.array([response.slack for response in responses])  # (1 - q)/T
    energy = (
        signal - float(bonds @ (slack[:-1] * (1 + np.array(q[1:])) + slack[1:] * (1 + np.array(q[:-1])))) / 2
    )
    logarithms = float(sum(response.entropy.sum() for response in responses))
    entropy = logarithms - float(bonds @ (slack[:-1] * slack[1:])) / 2
    stable = _between_copies(model, [response.stiffness for response in responses]) < 1
    magnetisation = sum(float(layer @ layer) for layer in m) / sizes.sum()
    overlap = float(sizes @ q) / sizes.sum()
    return energy, entropy, energy - temperature * entropy, magnetisation, overlap, stable


class _Response(NamedTuple):
    """What spins do in fields h + √Δ z at a temperature, averaged over z.

    Args:
        m, q: (n,) E tanh and E tanh².
        entropy: (n,) in nats.
        slack: mean of (1 - q)/T.
        stiffness: mean of (1 - tanh²)²/T².
    """

    m: NDArray[np.float64]
    q: NDArray[np.float64]
    entropy: NDArray[np.float64]
    slack: float
    stiffness: float


def _response(fields: NDArray[np.float64], variance: float, temperature: float) -> _Response:
    if temperature == 0.0:
        return _frozen_response(fields, variance)
    x, width = fields / temperature, np.sqrt(variance) / temperature
    m, q, entropy, fourth = _averages(x) if width == 0.0 else _table(width)(np.abs(x))
    return _Response(
        np.copysign(m, x),
        np.maximum(q, m**2),  # where both are almost 0 splines do not know that q ≥ m²
        entropy,
        float(np.mean(1 - q)) / temperature,
        float(fourth.mean()) / temperature**2,
    )


def _frozen_response(fields: NDArray[np.float64], variance: float) -> _Response:
    if variance == 0.0:
        m = np.sign(fields)
        return _Response(m, np.abs(m), np.where(m == 0, LN_2, 0.0), 0.0, 0.0)
    scaled = fields / np.sqrt(2 * variance)
    slack = float(np.mean(np.exp(-(scaled**2)))) * np.sqrt(2 / (np.pi * variance))
    return _Response(erf(scaled), np.ones(fields.size), np.zeros(fields.size), slack, np.inf)


def _averages(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """tanh, tanh², entropy and (1 - tanh²)² of spins in fields x, stacked."""
    m = np.tanh(x)
    return np.stack([m, m**2, np.logaddexp(x, -x) - x * m, (1 - m**2) ** 2])


def _table(width: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """The averages over z of `_averages` at x + width z, as splines of x ≥ 0."""
    # The trapezoidal rule converges like exp(-π²/(width step)): the poles of tanh are π/2 off the axis.
    z = np.arange(-9.0, 9.0, 0.5 / max(1.0, width))
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    end = 9 * width + 20  # from here on all spins are aligned
    x = np.linspace(0.0, end, int(end / (0.05 * max(1.0, width))) + 2)
    spline = CubicSpline(x, _averages(x[:, None] + width * z) @ weight, axis=1)
    return lambda at: np.asarray(spline(np.minimum(at, end)))


def _fields_of(model: SignalAndNoise, m: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """The field of the directions on every spin, layer by layer."""
    return [_field(model, m, l) for l in range(len(m))]


def _field(model: SignalAndNoise, m: Sequence[NDArray[np.float64]], l: int) -> NDArray[np.float64]:
    field = np.zeros(m[l].size)
    if l > 0:
        field += model.right[l - 1] @ (model.strengths[l - 1] * (model.left[l - 1].T @ m[l - 1]))
    if l < len(model.strengths):
        field += model.left[l] @ (model.strengths[l] * (model.right[l].T @ m[l + 1]))
    return field


def _variance(model: SignalAndNoise, q: Sequence[float], l: int) -> float:
    """Δ_l, the variance of the noise's field on a spin of layer l."""
    sizes, noise = model.layer_sizes, model.noise
    before = noise[l - 1] * sizes[l - 1] * q[l - 1] if l > 0 else 0.0
    behind = noise[l] * sizes[l + 1] * q[l + 1] if l < len(noise) else 0.0
    return float(before + behind)


def _along_directions(model: SignalAndNoise) -> tuple[float, list[NDArray[np.float64]]]:
    """The largest eigenvalue of the chain of signals, and its eigenvector layer by layer."""
    n, ends = sum(model.layer_sizes), np.cumsum(model.layer_sizes)[:-1]
    if not any(theta.size for theta in model.strengths):
        return 0.0, np.split(np.zeros(n), ends)

    def product(flat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate(_fields_of(model, np.split(flat.ravel(), ends)))

    if n <= _DENSE:
        values, vectors = np.linalg.eigh(np.array([product(row) for row in np.eye(n)]))
    else:
        start = np.random.default_rng(0).standard_normal(n)
        values, vectors = eigsh(LinearOperator((n, n), product, dtype=np.float64), k=1, which="LA", v0=start)
    return float(values[-1]), np.split(vectors[:, -1], ends)


def _between_copies(model: SignalAndNoise, stiffness: Sequence[float]) -> float:
    """By what the distance of two copies grows in a step; above 1 the symmetry of replicas is broken.

    It is the largest eigenvalue of σ_l² n_{l+1} r_{l+1} between neighbouring layers, r their stiffness.
    """
    sizes, noise = model.layer_sizes, np.array(model.noise)
    to_left, to_right = noise * sizes[1:] * stiffness[1:], noise * sizes[:-1] * stiffness[:-1]
    if not noise.any():
        return 0.0
    if not np.isfinite(stiffness).all():
        return np.inf
    between = np.diag(to_left, 1) + np.diag(to_right, -1)
    return float(np.linalg.eigvals(between).real.max())
