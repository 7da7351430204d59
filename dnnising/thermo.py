"""Canonical thermodynamics from a density of states."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from dnnising.density import DensityOfStates, jackknife_error
from dnnising.printing import counted, one_line, span

__all__ = ["Thermodynamics", "critical_temperature", "energy_distribution", "thermodynamics"]


@one_line
@dataclass(frozen=True, eq=False)
class Thermodynamics:
    """Thermodynamic functions of temperature, each of shape (n_temperatures,), extensive, with k_B = 1.

    Args:
        temperatures: T, ascending, in units of the coupling.
        log_z: ln Z, the logarithm of the partition function, in nats.
        energy: U = ⟨E⟩, in units of the coupling.
        heat_capacity: C = (⟨E²⟩ - ⟨E⟩²)/T², in units of k_B.
        entropy: S = ln Z + U/T, in nats.
        n_spins: N, the number of spins; divide by it for a value per spin.
        errors: one standard error of each function, or None where the density carries no leave_one_out.

    >>> pair = DensityOfStates(np.array([-1.0, 1.0]), np.log([2.0, 2.0]), n_spins=2)  # Z = 4 cosh(1/T)
    >>> heat = thermodynamics(pair, [0.5, 2.0])
    >>> bool(np.allclose(heat.heat_capacity, (1 / heat.temperatures / np.cosh(1 / heat.temperatures)) ** 2))
    True
    """

    temperatures: NDArray[np.float64]
    log_z: NDArray[np.float64]
    energy: NDArray[np.float64]
    heat_capacity: NDArray[np.float64]
    entropy: NDArray[np.float64]
    n_spins: int
    errors: "Thermodynamics | None" = None

    def _told(self) -> list[str]:
        told = [f"T = {span(self.temperatures)}", counted(self.n_spins, "spin")]
        told += [f"U = {span(self.energy)}", f"C = {span(self.heat_capacity)}"]
        return told if self.errors is None else [*told, "with errors"]


def thermodynamics(dos: DensityOfStates, temperatures: ArrayLike) -> Thermodynamics:
    """ln Z, energy, heat capacity and entropy at any temperature, from one density of states.

        ln Z = ln Σ_E g(E) e^(-E/T) ,  U = ⟨E⟩ ,  C = (⟨E²⟩ - ⟨E⟩²)/T² ,  S = ln Z + U/T

    By log-sum-exp: no system is too large for it.

    Args:
        dos: the density of states; ln Z carries its normalisation. Errors are a jackknife over the blocks of
            its leave_one_out.
        temperatures: (n_temperatures,) positive and ascending, in units of the coupling.

    Returns:
        ln Z, U, C and S at every temperature, with their errors if the density has leave_one_out.

    Raises:
        ValueError: temperatures that are not positive, finite and ascending.

    >>> two_levels = DensityOfStates(np.array([-1.0, 1.0]), np.zeros(2), n_spins=1)
    >>> bool(np.isclose(thermodynamics(two_levels, [1.0]).energy[0], -np.tanh(1.0)))
    True
    """
    T = checked_temperatures(temperatures)
    values = _functions(dos.energies, dos.log_g, T)
    errors = None
    if dos.leave_one_out is not None:
        parts = np.array([_functions(dos.energies, log_g, T) for log_g in dos.leave_one_out])
        errors = _named(T, jackknife_error(parts), dos.n_spins)
    return _named(T, values, dos.n_spins, errors)


def _named(T: NDArray, values: NDArray, n_spins: int, errors: Thermodynamics | None = None) -> Thermodynamics:
    log_z, energy, heat_capacity, entropy = values
    return Thermodynamics(T, log_z, energy, heat_capacity, entropy, n_spins, errors)


def _functions(energies: NDArray, log_g: NDArray, T: NDArray) -> NDArray[np.float64]:
    """ln Z, U, C and S, (4, n_temperatures)."""
    log_z, p = _canonical(energies, log_g, T)
    energy = p @ energies
    variance = (p * (energies - energy[:, None]) ** 2).sum(axis=1)
    return np.array([log_z, energy, variance / T**2, log_z + energy / T])


def energy_distribution(dos: DensityOfStates, temperatures: ArrayLike) -> NDArray[np.float64]:
    """Probability p(E) = g(E) e^(-E/T) / Z of each level, of shape (n_temperatures, n_levels); rows sum to 1.

    Args:
        dos: the density of states; its normalisation drops out.
        temperatures: (n_temperatures,) positive and ascending, in units of the coupling.

    Raises:
        ValueError: temperatures that are not positive, finite and ascending.

    >>> pair = DensityOfStates(np.array([-1.0, 1.0]), np.log([2.0, 2.0]), n_spins=2)
    >>> low, high = energy_distribution(pair, [2.0])[0]
    >>> bool(np.isclose(low / high, np.exp(2 / 2.0)))  # Boltzmann: e^(ΔE/T)
    True
    """
    return _canonical(dos.energies, dos.log_g, checked_temperatures(temperatures))[1]


def checked_temperatures(temperatures: ArrayLike) -> NDArray[np.float64]:
    """Temperatures as an array (n_temperatures,).

    Raises:
        ValueError: temperatures that are not positive, finite and ascending.
    """
    T = np.atleast_1d(np.asarray(temperatures, dtype=np.float64))
    if T.ndim != 1 or not np.all(np.isfinite(T)) or not np.all(T > 0) or not np.all(np.diff(T) > 0):
        raise ValueError("temperatures must be one ascending list of positive, finite numbers")
    return T


def _canonical(energies: NDArray, log_g: NDArray, T: NDArray) -> tuple[NDArray, NDArray]:
    """ln Z (n_temperatures,) and the probabilities (n_temperatures, n_levels)."""
    log_weights = log_g - energies / T[:, None]  # (n_temperatures, n_levels)
    log_z = logsumexp(log_weights, axis=1)
    return log_z, np.exp(log_weights - log_z[:, None])


def critical_temperature(heat: Thermodynamics) -> float:
    """The temperature at which the heat capacity is largest, in units of the coupling.

    A parabola through the highest point and its two neighbours places the maximum between grid points, so
    the error is of the order of the square of the grid's spacing.

    Args:
        heat: thermodynamics on a grid of three temperatures or more, whose heat capacity has its maximum
            inside.

    Raises:
        ValueError: fewer than three temperatures, or a maximum at an end of their range.

    >>> pair = DensityOfStates(np.array([-1.0, 1.0]), np.zeros(2), n_spins=1)  # two levels, ΔE = 2
    >>> peak = critical_temperature(thermodynamics(pair, np.linspace(0.5, 1.5, 101)))
    >>> round(peak, 3)  # Schottky's anomaly, where x tanh x = 1 with x = 1/T
    0.834
    """
    peak = int(np.argmax(heat.heat_capacity))
    if peak in (0, heat.temperatures.size - 1):
        raise ValueError(
            f"the heat capacity is largest at an end of the range (T = {heat.temperatures[peak]}); "
            "widen the temperatures so that they hold its maximum"
        )
    near = slice(peak - 1, peak + 2)
    offset = heat.temperatures[near] - heat.temperatures[peak]
    a, b, _ = np.polyfit(offset, heat.heat_capacity[near], 2)
    return float(heat.temperatures[peak] - b / (2 * a))
