"""One question, one answer: the density of states of a model by the best method for its kind and size."""

import os
import warnings
from collections.abc import Callable
from typing import Any

from dnnising.density import DensityOfStates
from dnnising.errors import NotConvergedWarning
from dnnising.exact.beale import beale_dos
from dnnising.exact.enumeration import MAX_SPINS, enumerate_dos
from dnnising.models.lattice import SquareLattice
from dnnising.models.layered import LayeredCouplings
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.histograms import multi_histogram
from dnnising.sampling.tempering import equilibrated, parallel_tempering


def density_of_states(
    model: SquareLattice | LayeredCouplings,
    *,
    rng: Rng,
    sweeps: int = 2000,
    runs: int = 2,
    bin_width: float | None = None,
    device: str = "cpu",
    path: str | os.PathLike | None = None,
    progress: Callable[[int, int, float], Any] | None = None,
) -> DensityOfStates:
    """Absolute density of states, Σg = 2^N: exact where that is possible, by parallel tempering elsewhere.

    A square lattice is counted by `beale_dos`, a chain of at most 24 spins by `enumerate_dos`; both are exact
    and take nothing from rng. A larger chain is tempered, and `multi_histogram` makes the density from those
    rungs at which the run shows all signs of equilibrium; log_g_error and leave_one_out say how well.

    Args:
        rng: a numpy Generator, or an integer seed for one.
        sweeps, runs, device, path, progress: of `parallel_tempering`, which says what they do.
        bin_width: distance of discrete levels, or width of bins; None lets the method choose.

    Warns:
        NotConvergedWarning: the density ends above the lowest energies, and why.

    Raises:
        NotConvergedError: the run is too short for any density.
        TypeError: a model of another kind.
    """
    rng = generator_of(rng)
    if isinstance(model, SquareLattice):
        return beale_dos(model.length)
    if not isinstance(model, LayeredCouplings):
        raise TypeError(
            f"the model must be a square lattice or layered couplings, got {type(model).__name__}"
        )
    if model.n_spins <= MAX_SPINS:
        return enumerate_dos(model, bin_width)
    run = parallel_tempering(
        model, rng=rng, sweeps=sweeps, runs=runs, device=device, path=path, progress=progress
    )
    sound = equilibrated(run)
    if sound.betas.size < run.betas.size:
        warnings.warn(
            f"the density ends at β = {sound.betas[-1]:.4g} of {run.betas[-1]:.4g}, "
            f"E/N = {sound.energies[..., -1].mean() / model.n_spins:.4f}: {'; '.join(run.shortcomings)}",
            NotConvergedWarning,
            stacklevel=2,
        )
    return multi_histogram(sound, bin_width=bin_width)
