"""Langevin dynamics of the spherical p-spin glass, many runs at once."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising.models.pspin import SphericalPSpin, tangent, to_sphere
from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of, torch_generator


@one_line
@dataclass(frozen=True, eq=False)
class LangevinRun:
    """A thermal walk on the sphere.

    Args:
        spins: (runs, N), where each run ended, |σ|² = N.
        energy_per_spin: (runs,), H/N there, in units in which E[H²] = N.
        times: (snapshots + 1,), from 0, in the units of time of dσ/dt = -gradient.
        history: (snapshots + 1, runs), H/N at these times, in the same units.

    >>> from dnnising.models.pspin import spherical_pspin
    >>> glass = spherical_pspin(p=3, n_spins=10, rng=0)
    >>> run = langevin(glass, temperature=1.0, duration=1.0, runs=4, snapshots=5, rng=0)
    >>> run.times.round(6).tolist(), run.history.shape, run.spins.shape
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], (6, 4), (4, 10))
    """

    spins: NDArray[np.floating]
    energy_per_spin: NDArray[np.float64]
    times: NDArray[np.float64]
    history: NDArray[np.float64]


def langevin(
    glass: SphericalPSpin,
    *,
    temperature: float,
    duration: float,
    rng: Rng,
    runs: int = 16,
    step: float = 0.02,
    snapshots: int = 100,
    progress: ShowProgress = None,
) -> LangevinRun:
    """Langevin walks dσ = -gradient dt + √(2T) dW on |σ|² = N, from the uniform law on the sphere.

    Each step moves within the tangent space and returns to the sphere; its stationary law is
    exp(-H/T) up to an error of order `step`. Where replicas are symmetric, H/N → -1/T at large N.

    Args:
        glass: a sample of N spins.
        temperature: T ≥ 0, in units in which E[H²] = N.
        duration: how long to walk, in the units of time of dσ/dt = -gradient; rounded up to `snapshots` equal
            stretches of whole steps.
        rng: a numpy Generator, or an integer seed for one.
        runs: how many independent walks, all at once.
        step: dt, in the same units of time.
        snapshots: how often H/N is noted after the start, evenly spaced in time.
        progress: called with the snapshots done, how many there are, and {}; None shows a bar in
            notebooks and terminals, False nothing.

    Returns:
        The `LangevinRun`, with a history of shape (snapshots + 1, runs).

    Raises:
        ValueError: a negative temperature, or a duration, step, number of runs or snapshots that is not
            positive.

    On a circle, N = 2, H = σ_2² - σ_1² = -2 cos 2φ has the mean -2 I_1(2/T)/I_0(2/T), of Bessel functions:

    >>> from scipy.special import iv
    >>> glass = SphericalPSpin(torch.diag(torch.tensor([1.0, -1.0], dtype=torch.float64)))
    >>> run = langevin(glass, temperature=1.0, duration=3.0, runs=4000, snapshots=1, rng=0)
    >>> bool(abs(run.energy_per_spin.mean() + iv(1, 2.0) / iv(0, 2.0)) < 0.05)
    True
    """
    rng = generator_of(rng)
    if temperature < 0 or min(duration, step, runs, snapshots) <= 0:
        raise ValueError(
            f"temperature must be 0 or more and duration, step, runs and snapshots positive, got "
            f"{temperature}, {duration}, {step}, {runs} and {snapshots}"
        )
    generator = torch_generator(rng)
    spins = glass.random_spins(runs, rng)
    stretch = math.ceil(duration / step / snapshots - 1e-9)
    amplitude = math.sqrt(2 * temperature * step)
    energies = [glass.energy(spins)]
    for _ in tracked(range(snapshots), progress, "langevin"):
        for _ in range(stretch):
            noise = torch.randn(spins.shape, generator=generator, dtype=spins.dtype)
            slopes = glass.euclidean_gradient(spins)
            spins = to_sphere(spins + tangent(spins, amplitude * noise - step * slopes))
        energies.append(glass.energy(spins))
    history = torch.stack(energies).double().numpy() / glass.n_spins
    times = step * stretch * np.arange(snapshots + 1, dtype=np.float64)
    return LangevinRun(spins.numpy(), history[-1], times, history)
