"""Where the paramagnet of a chain of layers loses its stability, and in which direction, from a spectrum."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from dnnising.errors import NotConvergedError
from dnnising.models.layered import LayeredCouplings

_DENSE = 64  # spins up to which all eigenvalues of a small matrix are faster than Lanczos
_TOLERANCE = 1e-9  # relative, of temperatures and of eigenvalues


class NoTransitionError(ValueError):
    """The paramagnet stays stable at every temperature.

    Args:
        largest_eigenvalue: what λ_max(β A - β² diag r) at least comes to, below 1; its maximum, unless a
            small system has several.
        beta: where it does, in inverse units of the coupling.

    >>> try:  # one bond: λ = β - β², at most 1/4 at β = 1/2
    ...     transition_temperature(LayeredCouplings([[[1.0]]]))
    ... except NoTransitionError as error:
    ...     print(round(error.largest_eigenvalue, 6), round(error.beta, 6))
    0.25 0.5
    """

    def __init__(self, largest_eigenvalue: float, beta: float) -> None:
        self.largest_eigenvalue, self.beta = largest_eigenvalue, beta
        super().__init__(
            "the paramagnet never loses stability: the largest eigenvalue of βA - β² diag r comes to "
            f"{largest_eigenvalue:.4g} at β = {beta:.4g}, and a transition needs 1. Glasses without "
            "structure (shuffled weights, the SK model) come close to 1 where they freeze; exact.paramagnet "
            "says at which temperature"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.largest_eigenvalue, self.beta)


def transition_temperature(network: LayeredCouplings) -> float:
    """The temperature, in units of the coupling, at which the paramagnet loses stability as it cools.

    To second order in β, the inverse susceptibility of free spins is 1 - β A + β² diag r, with A the
    symmetric coupling matrix and r_i = Σ_j A_ij² Onsager's reaction (Thouless, Anderson, Palmer, Phil. Mag.
    35, 593, 1977). The paramagnet ends where it turns singular, at the smallest β with

        λ_max(β A - β² diag r) = 1 ,    T_c = 1/β .

    h(β) = λ_max(A - β diag r) falls and is convex, being the highest of the falling lines vᵀAv - β vᵀrv. Each
    of its lines lies below it and says where β h(β) has reached 1 at the latest; each of its chords lies
    above it and says up to where it has not. The two close in on the first solution and cannot step over it.

    A is a linear operator over the blocks; no matrix is copied. Lanczos finds v in the precision of the
    couplings, and vᵀAv is then taken in float64. An error of v enters it to second order, so float32, which
    is twice as fast, gives the same digits.

    Args:
        network: a chain of layers of any size.

    Raises:
        NoTransitionError: the eigenvalue stays below 1 at every β; it carries the largest one.
        NotConvergedError: Lanczos finds no largest eigenvalue; the temperatures between which the transition
            lies are attached.

    >>> found = transition_temperature(LayeredCouplings([np.ones((100, 100))]))
    >>> bool(np.isclose(found, 50 + np.sqrt(50**2 - 100)))  # 100 β - 100 β² = 1
    True
    """
    if not any(matrix.any() for matrix in network.couplings):
        raise NoTransitionError(0.0, 0.0)
    top_line = _top_lines(network)
    best = (0.0, 0.0)  # the largest eigenvalue on any line, and its β
    low, high, leap = 0.0, np.inf, 0.25  # the solution is neither below `low` nor above `high`

    def height_at(beta: float) -> float:
        nonlocal best, high
        try:
            height, slope, _ = top_line(beta)
        except ArpackNoConvergence as stopped:
            bounds = (1 / high, 1 / low if low else np.inf)
            raise NotConvergedError(
                f"Lanczos does not find the largest eigenvalue at β = {beta:.5g}; the transition lies "
                f"between T = {bounds[0]:.6g} and {bounds[1]:.6g}. Are couplings of very different sizes? "
                "Try parts of the network one by one",
                bounds,
            ) from stopped
        high = min(high, _first_at_one(height, slope))
        if slope > 0:
            best = max(best, (height**2 / (4 * slope), height / (2 * slope)))
        return height - beta * slope

    h = widest = height_at(low)
    while low * h < 1 - _TOLERANCE and high - low > _TOLERANCE * low:
        if h <= _TOLERANCE * widest:
            for _ in range(3):
                height_at(best[1])  # the line through one's peak peaks higher
            raise NoTransitionError(*best)
        trial = min(high, (low or 1 / h) * (1 + leap))
        h_trial = height_at(trial)
        slope = (h - h_trial) / (trial - low)
        safe = _first_at_one(h + slope * low, slope)
        if safe >= trial:
            low, h, leap = trial, h_trial, 2 * leap
        elif high - safe <= _TOLERANCE * safe:
            return 1 / safe
        else:
            low, h, leap = safe, height_at(safe), leap / 2
    return 1 / low


def soft_mode(network: LayeredCouplings, temperature: float) -> NDArray[np.float64]:
    """The direction of configurations in which the paramagnet is softest: its order parameter.

    The top eigenvector w of β A - β² diag r, as in `transition_temperature`, with |w| = 1. Along it the
    inverse susceptibility 1 - λ_max is smallest, and at the transition it vanishes. So m = w·S has ⟨m²⟩ of
    order 1 above the transition, and where the spins order along w ⟨m²⟩ is of order N, at most (Σ|w_i|)².

    Args:
        network: a chain of layers of any size.
        temperature: T = 1/β, in units of the coupling; as a rule the transition temperature.

    Returns:
        w, (n_spins,), layer by layer, its largest entry positive.

    Raises:
        ValueError: a temperature that is not positive and finite, or couplings that are all zero.
        NotConvergedError: Lanczos finds no largest eigenvalue.

    >>> bonds = LayeredCouplings([np.diag([2.0, 1.0])])  # two of them; the stronger one orders first
    >>> soft_mode(bonds, 4.0).round(3).tolist()
    [0.707, 0.0, 0.707, 0.0]
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"the temperature must be positive and finite, got {temperature}")
    if not any(matrix.any() for matrix in network.couplings):
        raise ValueError("all couplings are zero: no direction is softer than another")
    try:
        *_, top = _top_lines(network)(1 / temperature)
    except ArpackNoConvergence as stopped:
        raise NotConvergedError(
            f"Lanczos does not find the softest mode at T = {temperature:.5g}; try parts of the network", None
        ) from stopped
    return np.asarray(top * np.sign(top[np.abs(top).argmax()]))


def _first_at_one(height: float, slope: float) -> float:
    """The smallest β > 0 with β (height - slope β) = 1, or infinity; one that touches 1 to 1e-9 counts."""
    root = height**2 - 4 * slope
    if height <= 0 or root < -_TOLERANCE * height**2:
        return np.inf
    return 2 / (height + float(np.sqrt(max(root, 0.0))))


def _top_lines(network: LayeredCouplings) -> Callable[[float], tuple[float, float, NDArray[np.float64]]]:
    """A function of β: vᵀAv and vᵀrv of the top eigenvector v of A - β diag r, and v."""
    precision = np.result_type(*network.couplings)
    reaction = np.zeros(network.n_spins)
    for matrix, left, right in zip(network.couplings, *_neighbours(network, reaction)):
        squares = matrix.astype(np.float64) ** 2
        left += squares.sum(axis=1)
        right += squares.sum(axis=0)
    noise = np.random.default_rng(0).standard_normal(network.n_spins)
    start = noise = noise / np.linalg.norm(noise)

    def product(vector: NDArray[np.floating]) -> NDArray[np.floating]:
        """A times a vector, in the vector's precision."""
        result = np.zeros_like(vector)
        blocks = zip(network.couplings, *_neighbours(network, vector), *_neighbours(network, result))
        for stored, left, right, to_left, to_right in blocks:
            matrix = stored.astype(vector.dtype, copy=False)
            to_left += matrix @ right
            to_right += left @ matrix
        return result

    def line(beta: float) -> tuple[float, float, NDArray[np.float64]]:
        nonlocal start
        n = network.n_spins
        if n <= _DENSE:
            shifted = network.coupling_matrix() - beta * np.diag(reaction)
            top = eigh(shifted, subset_by_index=(n - 1, n - 1))[1][:, 0]
        else:
            shift = (beta * reaction).astype(precision)
            operator = LinearOperator((n, n), lambda x: product(x.ravel()) - shift * x.ravel(), precision)
            found = eigsh(operator, k=1, which="LA", v0=start.astype(precision), ncv=40, tol=1e-6)[1]
            top = found[:, 0].astype(np.float64)
            top /= np.linalg.norm(top)
            start = top + 0.1 * noise  # the next one lies near, but no symmetry must hide another
        return float(top @ product(top)), float(top**2 @ reaction), top

    return line


def _neighbours(
    network: LayeredCouplings, vector: NDArray[np.floating]
) -> tuple[tuple[NDArray, ...], tuple[NDArray, ...]]:
    """Views of a flat vector's layers to the left and to the right of each matrix."""
    layers = network.unflatten(vector)
    return layers[:-1], layers[1:]
