"""Ground state and entropy of a chain of layers without sampling: replica-symmetric theory.

Take every matrix for a few singular directions in noise, J = U s Vᵀ + R (`SignalAndNoise`). In a layer with
magnetisations m the directions make overlaps y = Uᵀm with the matrix behind it and x = Vᵀm with the one
before. The noise makes a Gaussian field, of which z is a standard normal number, and a reaction on what the
spins do along U and V, where R has nothing:

    m_i = E_z tanh β(h_i + √Δ z) ,    q = Σ_i E_z tanh² β(h_i + √Δ z) / n ,    χ = β (1 - q) ,
    h = U (s x' - σ² n' χ' y) + the same with the matrix before ,
    Δ = σ² (n' q' - |x'|²)    + the same with the matrix before ,

with primes on the neighbouring layer's. The energy of a matrix is

    - y s x' - σ² n n' (χ (1 + q') + χ' (1 + q))/2 + σ² (n χ |x'|² + n' χ' |y|²) ,

and the entropy Σ_i E_z [ln 2cosh X - X tanh X] - Σ σ² n n' χ χ'/2 with X = β(h_i + √Δ z). This is the theory
of Sherrington and Kirkpatrick (Phys. Rev. Lett. 35, 1792, 1975) for a chain and for noise whose leading
directions are known. It is exact for large layers, a finite number of directions and Gaussian noise, where
the solution is stable (de Almeida and Thouless, J. Phys. A 11, 983, 1978). Where it is not, in a glass, it is
close: the ground state of the SK model comes out 5 % too deep, with a negative entropy.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import NoConvergence, anderson
from scipy.sparse.linalg import LinearOperator, eigsh

from dnnising.errors import NotConvergedError
from dnnising.exact.mean_field.directions import SignalAndNoise
from dnnising.exact.mean_field.noisy_fields import entropy_of, response, stiffness_of
from dnnising.exact.rank_one import ground_state_of
from dnnising.printing import one_line

_TOLERANCE = 1e-6  # of overlaps in units of √n, and of q
_ROUNDS, _SWEEPS = 40, 30
_SHARE = 0.8  # of a step; the reaction makes whole ones swing
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
    >>> replica_symmetric(bond, [0.0]).energy.round(6).tolist()  # E = -S S'
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
    """All that the layers know of each other.

    Args:
        overlaps: one array a matrix, (2, k_l): y on its left and x' on its right.
        q, slack: (n_layers,) overlaps of two states, and χ = (1 - q)/T.
    """

    overlaps: list[NDArray[np.float64]]
    q: NDArray[np.float64]
    slack: NDArray[np.float64]


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

    Three layers with one planted state and no noise, a chain of Curie-Weiss magnets of strength 1. Its
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
    warming = _followed(model, asked[order], _coldest(model))
    cooling = _followed(model, asked[order][::-1], _hottest(model))[::-1]
    rows = np.empty((asked.size, 6))
    for place, warm, cold in zip(order, warming, cooling):
        rows[place] = min(warm, cold, key=lambda row: row[2])
    energy, entropy, free, magnetisation, overlap, stable = rows.T
    return ReplicaSymmetric(asked, energy, entropy, free, magnetisation, overlap, stable.astype(bool))


def _followed(
    model: SignalAndNoise, temperatures: NDArray[np.float64], start: _State
) -> list[tuple[float, ...]]:
    """Answers at one temperature after the other, each solved from the solution before it.

    A little of the start is mixed in, to leave a solution that has lost its stability.
    """
    answers, state = [], start
    for temperature in temperatures.tolist():
        overlaps = [now + _NUDGE * push for now, push in zip(state.overlaps, start.overlaps)]
        nudged = _State(overlaps, state.q + _NUDGE * start.q, state.slack)
        state = _solved(model, nudged, temperature)
        answers.append(_answers(model, state, temperature))
    return answers


def _coldest(model: SignalAndNoise) -> _State:
    """Where to start from at T = 0: the exact ground state of the strongest direction of every matrix."""
    directions = [
        (u[:, 0], float(s[0]), v[:, 0]) if s.size else (np.zeros(len(u)), 0.0, np.zeros(len(v)))
        for s, u, v in zip(model.strengths, model.left, model.right)
    ]
    spins = [layer.astype(np.float64) for layer in ground_state_of(directions).spins]
    return _State(_overlaps(model, spins), np.ones(len(spins)), np.zeros(len(spins)))


def _hottest(model: SignalAndNoise) -> _State:
    """Where to start from above the transition: the mode along which the paramagnet gives way."""
    mode = [np.sqrt(sum(model.layer_sizes)) * layer for layer in _soft_mode(model)]
    return _State(_overlaps(model, mode), np.ones(len(mode)), np.zeros(len(mode)))


def _overlaps(model: SignalAndNoise, m: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    return [np.stack([u.T @ m[l], v.T @ m[l + 1]]) for l, (u, v) in enumerate(zip(model.left, model.right))]


def _solved(model: SignalAndNoise, start: _State, temperature: float) -> _State:
    """The solution near a state: some plain sweeps, then Anderson's steps, which learn from the last ones.

    Anderson's may lose their way where solutions are many; plain sweeps then go on.
    """
    ends = np.cumsum([part.size for part in start.overlaps])
    shapes = [part.shape for part in start.overlaps]
    unit = float(np.sqrt(max(model.layer_sizes)))  # of overlaps

    def packed(state: _State) -> NDArray[np.float64]:
        return np.concatenate([*(part.ravel() / unit for part in state.overlaps), state.q, state.slack])

    def unpacked(flat: NDArray[np.float64]) -> _State:
        *parts, rest = np.split(flat, ends)
        q, slack = np.split(rest, 2)
        return _State([unit * part.reshape(shape) for part, shape in zip(parts, shapes)], q, slack)

    def change(flat: NDArray[np.float64]) -> NDArray[np.float64]:
        return packed(_swept(model, unpacked(flat.copy()), temperature)) - flat

    flat = packed(start)
    for _ in range(_ROUNDS):
        for _ in range(_SWEEPS):
            step = change(flat)
            flat = flat + step
            if np.abs(step).max() < _TOLERANCE:
                return unpacked(flat)
        # scipy divides 0 by 0 where a step leads to the solution itself
        with suppress(NoConvergence), np.errstate(invalid="ignore", divide="ignore"):
            found = anderson(
                change, flat, alpha=1.0, M=8, f_tol=_TOLERANCE, maxiter=2 * _SWEEPS, line_search=None
            )
            if np.isfinite(found).all():
                return unpacked(found)
    last = float(np.abs(step).max())
    raise NotConvergedError(
        f"the replica-symmetric equations are not solved at T = {temperature:.6g}: after {_ROUNDS * _SWEEPS} "
        f"sweeps overlaps still change by {last:.2g}; ask for temperatures further from a transition",
        last,
    )


def _swept(model: SignalAndNoise, state: _State, temperature: float) -> _State:
    """The state after each layer has answered to its neighbours once, even layers and odd ones in turn."""
    overlaps, q, slack = state
    layers = range(len(model.layer_sizes))
    for l in (*layers[::2], *layers[1::2]):
        there = response(*_field_and_variance(model, state, l), temperature)
        q[l] += _SHARE * (there.q - q[l])
        slack[l] += _SHARE * (there.slack - slack[l])
        for bond, side, _ in _bonds(model, l):
            overlaps[bond][side] += _SHARE * (_vectors(model, bond, side).T @ there.m - overlaps[bond][side])
    return state


def _answers(model: SignalAndNoise, state: _State, temperature: float) -> tuple[float, ...]:
    """U, S, F, Σ m²/N, Σ n q/N and whether the solution is stable."""
    sizes, layers, stiffness, entropy = model.layer_sizes, [], [], 0.0
    for l in range(len(sizes)):
        fields, variance = _field_and_variance(model, state, l)
        layers.append(response(fields, variance, temperature))
        entropy += entropy_of(fields, variance, temperature)
        stiffness.append(stiffness_of(fields, variance, temperature))
    energy = 0.0
    for l, (here, there) in enumerate(
        pairwise(layers)
    ):  # by what spins do now, where steps went but part of the way
        y, x = model.left[l].T @ here.m, model.right[l].T @ there.m
        slack, slack_there = sizes[l] * here.slack, sizes[l + 1] * there.slack
        along = slack * float(x @ x) + slack_there * float(y @ y)
        across = slack * sizes[l + 1] * (1 + there.q) + slack_there * sizes[l] * (1 + here.q)
        energy += model.noise[l] * (along - across / 2) - float(y @ (model.strengths[l] * x))
        entropy -= model.noise[l] * slack * slack_there / 2
    magnetisation = sum(float(layer.m @ layer.m) for layer in layers) / sum(sizes)
    overlap = sum(n * layer.q for n, layer in zip(sizes, layers)) / sum(sizes)
    stable = _between_copies(model, stiffness) < 1
    return energy, entropy, energy - temperature * entropy, magnetisation, overlap, stable


def _field_and_variance(model: SignalAndNoise, state: _State, l: int) -> tuple[NDArray[np.float64], float]:
    """h and Δ of the spins in layer l."""
    sizes, fields, variance = model.layer_sizes, np.zeros(model.layer_sizes[l]), 0.0
    for bond, side, other in _bonds(model, l):
        here, there = state.overlaps[bond][side], state.overlaps[bond][1 - side]
        reaction = model.noise[bond] * sizes[other] * state.slack[other]
        fields += _vectors(model, bond, side) @ (model.strengths[bond] * there - reaction * here)
        variance += model.noise[bond] * max(sizes[other] * state.q[other] - float(there @ there), 0.0)
    return fields, variance


def _bonds(model: SignalAndNoise, l: int) -> Iterator[tuple[int, int, int]]:
    """The matrices of layer l: which, whether l is on its left (0) or right (1), and the other layer."""
    if l > 0:
        yield l - 1, 1, l - 1
    if l < len(model.strengths):
        yield l, 0, l + 1


def _vectors(model: SignalAndNoise, bond: int, side: int) -> NDArray[np.float64]:
    return (model.left, model.right)[side][bond]


def _soft_mode(model: SignalAndNoise) -> list[NDArray[np.float64]]:
    """Where the paramagnet gives way first: the leading eigenvector of the chain of directions, of norm 1."""
    n, ends = sum(model.layer_sizes), np.cumsum(model.layer_sizes)[:-1]
    if not any(s.size for s in model.strengths):
        return np.split(np.zeros(n), ends)

    def product(flat: NDArray[np.float64]) -> NDArray[np.float64]:
        layers = np.split(flat.ravel(), ends)
        result = [np.zeros_like(layer) for layer in layers]
        for l, (s, (y, x)) in enumerate(zip(model.strengths, _overlaps(model, layers))):
            result[l] += model.left[l] @ (s * x)
            result[l + 1] += model.right[l] @ (s * y)
        return np.concatenate(result)

    if n <= _DENSE:
        vectors = np.linalg.eigh(np.array([product(row) for row in np.eye(n)]))[1]
    else:
        start = np.random.default_rng(0).standard_normal(n)
        vectors = eigsh(LinearOperator((n, n), product, dtype=np.float64), k=1, which="LA", v0=start)[1]
    return np.split(vectors[:, -1], ends)


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
