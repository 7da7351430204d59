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
        spins: (starts, N), where it ended.
        times: (records + 1,), from 0.
        energy_per_spin: (records + 1, starts), H/N at these times.
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
        duration: in the units of time of dσ/dt = -gradient; rounded up to `records` equal stretches of whole
            steps.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: a negative temperature, or a duration, step, number of starts or of records that is not
            positive.
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
