"""The density of states: how many configurations a model has at each energy."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from dnnising.printing import counted, one_line, span

__all__ = ["DensityOfStates", "energy_moments", "jackknife_error", "mirror", "normalise"]

LN_2 = float(np.log(2.0))


@one_line
@dataclass(frozen=True, eq=False)
class DensityOfStates:
    """Number of configurations g(E) on a set of energy levels (or on the centres of energy bins).

    A level that holds no configuration is left out rather than stored as -inf.

    Args:
        energies: (n_levels,) strictly ascending, extensive, in units of the coupling.
        log_g: (n_levels,) ln of the number of configurations at each level, in nats, extensive. Normalised
            when Σ g = 2^N (see `normalise`).
        n_spins: N, the number of spins.
        log_g_error: (n_levels,) one standard error of log_g, or None where g is exact or the error unknown.
        leave_one_out: (n_blocks, n_levels) log_g from all samples but one block each, or None. Neighbouring
            levels err together; these carry that to whatever is computed from g (see `jackknife_error`).

    Raises:
        ValueError: shapes that disagree, energies that do not ascend, or an entry that is not finite.

    >>> pair = DensityOfStates(np.array([-1.0, 1.0]), np.log([2.0, 2.0]), n_spins=2)  # one bond, J = 1
    >>> bool(np.isclose(np.exp(pair.log_total), 2**2))  # all four configurations are counted
    True
    """

    energies: NDArray[np.float64]
    log_g: NDArray[np.float64]
    n_spins: int
    log_g_error: NDArray[np.float64] | None = None
    leave_one_out: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.energies.ndim != 1 or self.energies.shape != self.log_g.shape or self.energies.size == 0:
            raise ValueError(
                f"energies {self.energies.shape} and log_g {self.log_g.shape} must be one-dimensional, "
                "of one length and not empty"
            )
        if self.log_g_error is not None and self.log_g_error.shape != self.log_g.shape:
            raise ValueError(f"log_g_error has shape {self.log_g_error.shape}, log_g {self.log_g.shape}")
        if self.leave_one_out is not None and self.leave_one_out.shape[1:] != self.log_g.shape:
            raise ValueError(f"leave_one_out has shape {self.leave_one_out.shape}, log_g {self.log_g.shape}")
        if not (np.all(np.isfinite(self.energies)) and np.all(np.isfinite(self.log_g))):
            raise ValueError("energies and log_g must be finite; leave levels without configurations out")
        if not np.all(np.diff(self.energies) > 0):
            raise ValueError("energies must ascend strictly; sort the levels and merge equal ones first")

    def _told(self) -> list[str]:
        told = [
            counted(self.energies.size, "level"),
            counted(self.n_spins, "spin"),
            f"E = {span(self.energies)}",
        ]
        return told if self.log_g_error is None else [*told, f"errors of ln g {span(self.log_g_error)}"]

    @property
    def log_total(self) -> float:
        """ln Σ g over all levels, in nats; N ln 2 when normalised."""
        return float(logsumexp(self.log_g))


def normalise(dos: DensityOfStates) -> DensityOfStates:
    """The same density shifted so that Σ g = 2^N, and each of its leave_one_out likewise.

    Shifts of their own change how far the parts lie apart, so log_g_error is found anew from them; without
    them it is kept.

    Args:
        dos: a density whose ln g is right up to a constant, as a Wang-Landau walk leaves it.

    Returns:
        the same levels with absolute ln g, the entropy of each level in nats.

    >>> walked = DensityOfStates(np.array([-1.0, 1.0]), np.array([7.0, 7.0]), n_spins=2)
    >>> np.exp(normalise(walked).log_g).round(9).tolist()  # two of the four configurations at each level
    [2.0, 2.0]
    """
    total, parts, error = dos.n_spins * LN_2, dos.leave_one_out, dos.log_g_error
    if parts is not None:
        parts = parts + (total - logsumexp(parts, axis=1, keepdims=True))
        error = jackknife_error(parts)
    log_g = dos.log_g + (total - dos.log_total)
    return replace(dos, log_g=log_g, log_g_error=error, leave_one_out=parts)


def jackknife_error(estimates: NDArray[np.float64]) -> NDArray[np.float64]:
    """One standard error from n estimates that leave out one block of the data each.

    √((n-1)/n Σ (x_i - x̄)²); Efron and Stein, Ann. Statist. 9, 586 (1981).

    Args:
        estimates: (n, …) the estimate without block i in row i, in any unit.

    Returns:
        (…) the error of the estimate from all blocks, in the same unit.

    >>> float(jackknife_error(np.array([1.0, 2.0])))  # of a mean of two numbers, 2 and 1
    0.5
    """
    return np.asarray(np.sqrt((len(estimates) - 1) * np.var(estimates, axis=0)))


def mirror(dos: DensityOfStates) -> DensityOfStates:
    """Complete the half E ≤ 0 of a bipartite model without fields, for which g(E) = g(-E).

    A level at E = 0 is its own mirror image and is kept once.

    Args:
        dos: the half with E ≤ 0; its log_g_error and leave_one_out are mirrored with it.

    Returns:
        the density at all energies, with log_g as it was; `normalise` sets Σ g = 2^N.

    Raises:
        ValueError: a level above zero.

    >>> half = DensityOfStates(np.array([-2.0, 0.0]), np.log([2.0, 4.0]), n_spins=3)
    >>> whole = mirror(half)
    >>> whole.energies.tolist(), np.exp(whole.log_g).round(9).tolist()
    ([-2.0, 0.0, 2.0], [2.0, 4.0, 2.0])
    """
    if dos.energies[-1] > 0:
        raise ValueError(f"mirror takes the half E ≤ 0, but the highest level is at E = {dos.energies[-1]}")
    below = dos.energies < 0

    def unfold(values: NDArray[np.float64], sign: float = 1.0) -> NDArray[np.float64]:
        return np.concatenate([values, sign * values[..., below][..., ::-1]], axis=-1)

    error, parts = (
        None if values is None else unfold(values) for values in (dos.log_g_error, dos.leave_one_out)
    )
    return DensityOfStates(unfold(dos.energies, -1.0), unfold(dos.log_g), dos.n_spins, error, parts)


def energy_moments(dos: DensityOfStates) -> tuple[float, float]:
    """Mean and variance of E over all configurations, each counted once (infinite temperature).

    For E = -Σ_<ij> J_ij S_i S_j they are exactly 0 and Σ J².

    Args:
        dos: the density; its normalisation drops out.

    Returns:
        the mean, in units of the coupling, and the variance, in its square.

    >>> pair = DensityOfStates(np.array([-3.0, 3.0]), np.log([2.0, 2.0]), n_spins=2)  # one bond, J = 3
    >>> bool(np.allclose(energy_moments(pair), [0, 3.0**2]))
    True
    """
    weights = np.exp(dos.log_g - dos.log_total)
    mean = float(weights @ dos.energies)
    return mean, float(weights @ (dos.energies - mean) ** 2)
