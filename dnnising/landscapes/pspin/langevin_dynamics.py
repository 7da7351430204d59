"""Langevin dynamics of the spherical p-spin glass, from many starts at once."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising.models.pspin import SphericalPSpin, tangent, to_sphere
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of, torch_generator


@one_line
@dataclass(frozen=True, eq=False)
class LangevinRun:
    """A thermal walk on the sphere.

    Args:
        spins: (starts, N), where it ended, |σ|² = N.
        times: (records + 1,), from 0, in the units of time of dσ/dt = -gradient.
        energy_per_spin: (records + 1, starts), H/N at these times, in units in which E[H²] = N.

    >>> from dnnising.models.pspin import spherical_pspin
    >>> glass = spherical_pspin(p=3, n=10, rng=0)
    >>> run = langevin(glass, temperature=1.0, duration=1.0, starts=4, records=5, rng=0)
    >>> run.times.round(6).tolist(), run.energy_per_spin.shape, run.spins.shape
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], (6, 4), (4, 10))
    """

    spins: NDArray[np.floating]
    times: NDArray[np.float64]
    energy_per_spin: NDArray[np.float64]


def langevin(
    glass: SphericalPSpin,
    *,
    temperature: float,
    duration: float,
    rng: Rng,
    starts: int = 16,
    step: float = 0.02,
    records: int = 100,
) -> LangevinRun:
    """Langevin walks dσ = -gradient dt + √(2T) dW on |σ|² = N, from starts uniform on the sphere.

    Each step moves within the tangent space and returns to the sphere; its stationary law is
    exp(-H/T) up to an error of order `step`. Where replicas are symmetric, H/N → -1/T at large N.

    Args:
        glass: a sample of N spins.
        temperature: T ≥ 0, in units in which E[H²] = N.
        duration: how long to walk, in the units of time of dσ/dt = -gradient; rounded up to `records` equal
            stretches of whole steps.
        rng: a numpy Generator, or an integer seed for one.
        starts: how many walks, all at once.
        step: dt, in the same units of time.
        records: how often H/N is noted after the start, evenly spaced in time.

    Returns:
        The `LangevinRun`, (records + 1, starts).

    Raises:
        ValueError: a negative temperature, or a duration, step, number of starts or of records that is not
            positive.

    On a circle, N = 2, H = σ_2² - σ_1² = -2 cos 2φ has the mean -2 I_1(2/T)/I_0(2/T), of Bessel functions:

    >>> from scipy.special import iv
    >>> glass = SphericalPSpin(torch.diag(torch.tensor([1.0, -1.0], dtype=torch.float64)))
    >>> run = langevin(glass, temperature=1.0, duration=3.0, starts=4000, records=1, rng=0)
    >>> bool(abs(run.energy_per_spin[-1].mean() + iv(1, 2.0) / iv(0, 2.0)) < 0.05)
    True
    """
    rng = generator_of(rng)
    if temperature < 0 or min(duration, step, starts, records) <= 0:
        raise ValueError(
            f"temperature must be 0 or more and duration, step, starts and records positive, got "
            f"{temperature}, {duration}, {step}, {starts} and {records}"
        )
    generator = torch_generator(rng)
    spins = glass.random_spins(starts, rng)
    stretch = math.ceil(duration / step / records - 1e-9)
    amplitude = math.sqrt(2 * temperature * step)
    energies = [glass.energy(spins)]
    for _ in range(records):
        for _ in range(stretch):
            noise = torch.randn(spins.shape, generator=generator, dtype=spins.dtype)
            slopes = glass.euclidean_gradient(spins)
            spins = to_sphere(spins + tangent(spins, amplitude * noise - step * slopes))
        energies.append(glass.energy(spins))
    return LangevinRun(
        spins=spins.numpy(),
        times=step * stretch * np.arange(records + 1, dtype=np.float64),
        energy_per_spin=torch.stack(energies).double().numpy() / glass.n_spins,
    )
