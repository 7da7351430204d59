"""The paramagnet of a chain of layers with all its loops: thermodynamics above T_c without sampling."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import LinAlgError, cholesky, solve_triangular

from dnnising.models.layered import LayeredCouplings
from dnnising.thermo import Thermodynamics, checked_temperatures

Jet = tuple[NDArray[np.float64], ...]
"""A value and, where they are wanted, its first two derivatives in β."""

_STRONGEST_BOND = 10.0  # β|J| at which cosh² leaves ln Z, U and C 7, 7 and 4 decimals


class ParamagnetEndsError(ValueError):
    """A temperature lies below the end of the paramagnet.

    Args:
        requested: the temperature that was asked for, in units of the coupling.
        temperature: where the paramagnet ends, to 1e-4 of itself, in the same units.

    >>> try:
    ...     paramagnet(LayeredCouplings([np.ones((100, 100))]), [50.0])
    ... except ParamagnetEndsError as error:
    ...     print(round(error.temperature))  # it orders where 99 tanh β = 1
    99
    """

    def __init__(self, requested: float, temperature: float) -> None:
        self.requested, self.temperature = requested, temperature
        super().__init__(
            f"the paramagnet of this network ends at T = {temperature:.5g} and T = {requested:.5g} is lower: "
            "keep to higher temperatures, and sample the lower ones"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.requested, self.temperature)


def paramagnet(network: LayeredCouplings, temperatures: ArrayLike) -> Thermodynamics:
    """ln Z, energy, heat capacity and entropy above the transition, in closed form.

    At high temperatures ln Z is a sum over closed walks that never turn straight back. They add up to a
    determinant, by the weighted Ihara-Bass formula (Watanabe and Fukumizu, NIPS 2009): with x = βJ and
    w = tanh x on each bond,

        ln Z = N ln 2 - Σ_bonds ln(1 - w²) - ½ ln det M
        M_ii = 1 + Σ_k w_ik²/(1 - w_ik²) = 1 + Σ_k sinh² x_ik
        M_ij =     -w_ij/(1 - w_ij²)     = -½ sinh 2x_ij .

    Half of the sum over bonds is Σ ln cosh x, the other half belongs to the walks. A tree is exact. With
    loops, walks along one cycle are right to first order in its Π w, and on a chain of layers the first
    that is not, a 4-cycle walked twice or two that share a bond, is of order β⁸. M is the Bethe Hessian
    (Saade, Krzakala and Zdeborová, NIPS 2014).

    Energy U = -∂ ln Z/∂β and heat capacity C = β² ∂² ln Z/∂β² come from exact derivatives of each step of
    the elimination: the layers of one parity are diagonal in M and go first, which leaves the others
    block-tridiagonal, one Cholesky decomposition a layer. All in float64, a few layers at a time: the memory
    beside the network's own does not grow with its depth.

    The paramagnet ends where M stops being positive definite and it orders (close to the
    `transition_temperature`, the same condition to second order in β), or where the same matrix of w² in
    place of w does and it freezes into a glass (Thouless, Phys. Rev. Lett. 56, 1082, 1986), of which M
    shows nothing. Close to an end where it orders, the one mode that turns soft makes U diverge, which in a
    finite network it does not: the embedded model's u is right to 2e-3 from 1.2 T_c on.

    Args:
        network: a chain of layers of any size.
        temperatures: (n_temperatures,) positive and ascending, in units of the coupling.

    Returns:
        all functions at every temperature, extensive; without errors, as nothing is sampled.

    Raises:
        ParamagnetEndsError: a temperature below the end; it carries the temperature of the end.
        ValueError: temperatures that are not positive, finite and ascending, or so low that a single bond
            (β|J| > 10) takes too many digits of float64.

    >>> heat = paramagnet(LayeredCouplings([[[1.0]]]), [2.0])  # one bond: Z = 4 cosh β, U = -tanh β
    >>> bool(np.isclose(heat.energy[0], -np.tanh(0.5)))
    True
    """
    T = checked_temperatures(temperatures)
    matrices = network.couplings
    lowest = max(float(np.abs(matrix).max()) for matrix in matrices) / _STRONGEST_BOND
    for temperature in map(float, T):
        if temperature < lowest:
            raise ValueError(
                f"T = {temperature:.5g} is so low that the strongest bond takes too many digits of float64; "
                f"keep to T ≥ {lowest:.5g}"
            )
        if not _is_stable(matrices, 1 / temperature):
            raise ParamagnetEndsError(temperature, _end(matrices, temperature))
    values = np.array([_log_z(matrices, 1 / temperature) for temperature in T]).reshape(-1, 3)
    log_z, energy = network.n_spins * np.log(2) + values[:, 0], -values[:, 1]
    return Thermodynamics(T, log_z, energy, values[:, 2] / T**2, log_z + energy / T, network.n_spins)


def _log_z(matrices: Sequence[NDArray[Any]], beta: float) -> NDArray[np.float64]:
    """ln Z - N ln 2 and its first two derivatives in β, (3,)."""
    log_cosh = np.zeros(3)
    rises = []
    for matrix in matrices:
        J = _wide(matrix)
        sinh = np.sinh(beta * J)
        square = sinh**2
        cosh, cosh_2x = np.sqrt(1 + square), 1 + 2 * square
        slope = 2 * J * sinh * cosh
        log_cosh += np.log1p(square).sum() / 2, np.sum(J * sinh / cosh), np.sum((J / cosh) ** 2)
        rises.append(_ends(square, slope, 2 * J**2 * cosh_2x))

    def bond(l: int) -> Jet:
        J = _wide(matrices[l])
        sinh = np.sinh(beta * J)
        square = sinh**2
        cosh, cosh_2x = np.sqrt(1 + square), 1 + 2 * square
        return sinh * cosh, J * cosh_2x, 2 * J * (2 * J * sinh * cosh)

    return 2 * log_cosh - _log_det(_sites(rises), bond) / 2


def _is_stable(matrices: Sequence[NDArray[Any]], beta: float) -> bool:
    """Whether M is positive definite, and the same matrix of w² in place of w."""

    def sinh(l: int) -> NDArray[np.float64]:
        return np.sinh(beta * _wide(matrices[l]))

    def bond(l: int) -> Jet:
        w = sinh(l)
        return (w * np.sqrt(1 + w**2),)

    def bond_of_squares(l: int) -> Jet:
        square = sinh(l) ** 2  # w² = sinh²/cosh²
        return (square * (1 + square) / (1 + 2 * square),)  # w²/(1 - w⁴)

    rises, rises_of_squares = [], []
    for l in range(len(matrices)):
        square = sinh(l) ** 2
        rises.append(_ends(square))
        rises_of_squares.append(_ends(square**2 / (1 + 2 * square)))  # w⁴/(1 - w⁴)
    try:
        _log_det(_sites(rises), bond)
        _log_det(_sites(rises_of_squares), bond_of_squares)
    except LinAlgError:
        return False
    return True


def _wide(matrix: NDArray[Any]) -> NDArray[np.float64]:
    return matrix.astype(np.float64, copy=False)


def _end(matrices: Sequence[NDArray[Any]], unstable: float) -> float:
    """Where stability begins above an unstable temperature, to 1e-4 and on the stable side, by bisection."""
    stable = 2 * unstable
    while not _is_stable(matrices, 1 / stable):
        unstable, stable = stable, 2 * stable
    while stable - unstable > 1e-4 * stable:
        middle = (stable + unstable) / 2
        stable, unstable = (middle, unstable) if _is_stable(matrices, 1 / middle) else (stable, middle)
    return stable


def _ends(*rises: NDArray[np.float64]) -> tuple[Jet, Jet]:
    """What the bonds of one matrix add to the diagonal of M at their left ends (n_l,), and at their right."""
    return tuple(rise.sum(axis=1) for rise in rises), tuple(rise.sum(axis=0) for rise in rises)


def _sites(ends: Sequence[tuple[Jet, Jet]]) -> list[Jet]:
    """The diagonal of M, by layers."""
    from_right = [left_end for left_end, _ in ends] + [tuple(0.0 * term for term in ends[-1][1])]
    from_left = [tuple(0.0 * term for term in ends[0][0])] + [right_end for _, right_end in ends]
    sites = [tuple(a + b for a, b in zip(*both)) for both in zip(from_right, from_left)]
    return [(1 + value, *derivatives) for value, *derivatives in sites]


def _log_det(sites: Sequence[Jet], bond: Callable[[int], Jet]) -> NDArray[np.float64]:
    """ln det, and its derivatives, of the symmetric matrix of a chain of layers.

    Args:
        sites: its diagonal, a jet of (n_l,) for each layer.
        bond: makes its blocks above the diagonal but for their sign, which falls out: a jet of
            (n_l, n_{l+1}) for l and l + 1. Each is asked for once, from left to right, and then let go.

    Raises:
        LinAlgError: the matrix is not positive definite.
    """
    sizes = [site[0].size for site in sites]
    kept = min((0, 1), key=lambda parity: sum(n**3 for n in sizes[parity::2]))
    blocks: dict[int, Jet] = {}  # of the kept layers under way
    beside: dict[int, Jet] = {}  # between l and l + 2
    of_removed, of_kept = [], []

    def subtract(l: int, paths: Jet) -> None:
        block = blocks[l] if l in blocks else tuple(np.diag(term) for term in sites[l])
        blocks[l] = tuple(X - P for X, P in zip(block, paths))

    def finish(l: int) -> None:
        ahead = l + 2 < len(sites)
        log_det, paths = _eliminate(blocks.pop(l), beside.pop(l) if ahead else _nothing(sites[l]))
        of_kept.append(log_det)
        if ahead:
            subtract(l + 2, paths)

    done = kept
    for l in range(1 - kept, len(sites), 2):
        before = tuple(term.T for term in bond(l - 1)) if l > 0 else _nothing(sites[l])
        after = bond(l) if l + 1 < len(sites) else _nothing(sites[l])
        log_det, paths = _eliminate(sites[l], tuple(np.hstack(terms) for terms in zip(before, after)))
        of_removed.append(log_det)
        cut = before[0].shape[1]
        if l > 0:
            subtract(l - 1, tuple(P[:cut, :cut] for P in paths))
        if l + 1 < len(sites):
            subtract(l + 1, tuple(P[cut:, cut:] for P in paths))
        if 0 < l < len(sites) - 1:
            beside[l - 1] = tuple(P[:cut, cut:].copy() for P in paths)  # without the rest of P
        if done <= l - 3:  # both layers around l - 1 are gone, the next kept one after l - 3
            finish(done)
            done += 2
    for l in range(done, len(sites), 2):
        finish(l)
    return sum(of_removed + of_kept, np.zeros(len(sites[0])))


def _nothing(site: Jet) -> Jet:
    """No bonds from a layer, (n_l, 0)."""
    return tuple(np.zeros((term.size, 0)) for term in site)


def _eliminate(X: Jet, B: Jet) -> tuple[NDArray[np.float64], Jet]:
    """ln det X and Bᵀ X⁻¹ B, with derivatives; X (n,) for a diagonal or (n, n), B (n, m).

    With X = L Lᵀ, Z = L⁻¹B, b' = L⁻¹B', G' = L⁻¹X'L⁻ᵀ and so on, the product is ZᵀZ, its derivatives are
    twice the symmetric parts of (b' - ½ G'Z)ᵀ Z and of (b'' - ½ G''Z)ᵀ Z + (b' - G'Z)ᵀ (b' - G'Z), and those
    of ln det X are tr G' and tr G'' - |G'|².

    Raises:
        LinAlgError: X is not positive definite.
    """
    if X[0].ndim == 1:
        L = np.sqrt(X[0])
        diagonal, (Z, *b) = L, [term / L[:, None] for term in B]
        G = [term / X[0] for term in X[1:]]
        traces, GZ = [term.sum() for term in G], [term[:, None] * Z for term in G]
    else:
        L = cholesky(X[0], lower=True)
        diagonal, (Z, *b) = np.diagonal(L), [_solve(L, term) for term in B]
        G = [_solve(L, _solve(L, term).T) for term in X[1:]]
        traces, GZ = [np.trace(term) for term in G], [term @ Z for term in G]
    log_det = 2 * np.log(diagonal).sum()
    if not G:
        return np.array([log_det]), (Z.T @ Z,)
    rest = b[0] - GZ[0]
    first = (b[0] - GZ[0] / 2).T @ Z
    second = (b[1] - GZ[1] / 2).T @ Z + rest.T @ rest
    jet = np.array([log_det, traces[0], traces[1] - np.sum(G[0] ** 2)])
    return jet, (Z.T @ Z, first + first.T, second + second.T)


def _solve(L: NDArray[np.float64], B: NDArray[np.float64]) -> NDArray[np.float64]:
    return solve_triangular(L, B, lower=True, check_finite=False)
