"""One question, one answer: the density of states of a model by the best method for its kind and size."""

import os
import warnings

import numpy as np

from dnnising.density import LN_2, DensityOfStates
from dnnising.errors import NotConvergedWarning
from dnnising.exact.beale import beale_dos
from dnnising.exact.enumeration import MAX_SPINS, enumerate_dos
from dnnising.exact.transfer import MAX_WIDTH, common_unit, transfer_cost, transfer_dos
from dnnising.models.dense import DenseCouplings
from dnnising.models.lattice import SquareLattice
from dnnising.models.layered import LayeredCouplings
from dnnising.progress import ShowProgress
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.reweighting.histograms import multi_histogram
from dnnising.sampling.tempering.runs import equilibrated, parallel_tempering

_ADDITIONS = 1e10  # that a transfer may take
_NUMBERS = 2**26  # that it may keep: half a GB, twice


def density_of_states(
    model: SquareLattice | LayeredCouplings | DenseCouplings,
    *,
    rng: Rng,
    sweeps: int = 2000,
    runs: int = 2,
    bin_width: float | None = None,
    device: str = "cpu",
    path: str | os.PathLike | None = None,
    progress: ShowProgress = None,
) -> DensityOfStates:
    """Absolute density of states, Σg = 2^N: exact where that is cheap, by parallel tempering elsewhere.

    The first of these that applies:

    - a square lattice is counted by `beale_dos`;
    - up to 24 spins, layered or dense, are counted one configuration at a time, `enumerate_dos`;
    - a chain without couplings has 2^N states at E = 0;
    - a chain of layers of at most 12 spins, its couplings multiples of a unit u, is counted layer by layer,
      `transfer_dos`, if that takes no more than 10^10 additions, some ten seconds, and 2^26 numbers kept
      meanwhile, 0.5 GB: by estimate Σ_l 2^(n_l + n_{l+1}) (2 Σ|J|/u + 1) and 2^max(n_l) (2 Σ|J|/u + 1);
    - any other chain is tempered, and `multi_histogram` makes the density from those rungs at which the run
      shows all signs of equilibrium; log_g_error and leave_one_out say how well. Where the density ends above
      the ground state, what is missing is too small a share of 2^N to matter.

    What is counted is exact and takes nothing from rng.

    Args:
        model: a square lattice, a chain of layers, or dense couplings of up to 24 spins.
        rng: a numpy Generator, or an integer seed for one.
        sweeps: recorded by `parallel_tempering`, at least 20.
        runs: independent ladders of `parallel_tempering`.
        bin_width: in units of the coupling: distance of discrete levels, or width of bins centred at its
            multiples; None lets the method choose.
        device: of torch, such as "cpu" or "cuda".
        path: where `parallel_tempering` keeps its state, to go on from there.
        progress: as in `parallel_tempering`, for the one method that takes long.

    Returns:
        the density; log_g_error and leave_one_out are None where it is exact.

    Warns:
        NotConvergedWarning: the density ends above the lowest energies, and why.

    Raises:
        NotConvergedError: the run is too short for any density; the run, or what `multi_histogram` found, is
            attached.
        ValueError: dense couplings of more than 24 spins, a bin width that is not positive, or as
            `parallel_tempering` and `multi_histogram`.
        DataFormatError, ArithmeticError: as `parallel_tempering`.
        TypeError: a model of another kind.

    >>> dos = density_of_states(LayeredCouplings([[[1.0, 1.0]]]), rng=0)  # three spins in a row, two bonds
    >>> dict(zip(dos.energies.round(9).tolist(), np.exp(dos.log_g).round(9).tolist()))
    {-2.0: 2.0, 0.0: 4.0, 2.0: 2.0}
    """
    rng = generator_of(rng)
    if not isinstance(model, SquareLattice | LayeredCouplings | DenseCouplings):
        raise TypeError(
            "the model must be a square lattice, layered couplings or dense couplings, got "
            f"{type(model).__name__}"
        )
    if isinstance(model, SquareLattice):
        return _binned(beale_dos(model.length), bin_width)
    if model.n_spins <= MAX_SPINS:
        return enumerate_dos(model, bin_width)
    if isinstance(model, DenseCouplings):
        raise ValueError(
            f"dense couplings are counted up to {MAX_SPINS} spins, got {model.n_spins}; wang_landau walks "
            "them on bins that you give"
        )
    counted = _counted(model)
    if counted is not None:
        return _binned(counted, bin_width)
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


def _counted(model: LayeredCouplings) -> DensityOfStates | None:
    """The exact density of a chain of any length, or None where it is not cheap."""
    if not any(matrix.any() for matrix in model.couplings):
        return DensityOfStates(np.zeros(1), np.array([model.n_spins * LN_2]), model.n_spins)
    if max(model.layer_sizes) > MAX_WIDTH:
        return None
    unit = common_unit(model)
    additions, numbers = transfer_cost(model, unit)
    return transfer_dos(model, unit=unit) if additions <= _ADDITIONS and numbers <= _NUMBERS else None


def _binned(dos: DensityOfStates, width: float | None) -> DensityOfStates:
    """Levels summed over bins centred at multiples of the width, as by `enumerate_dos`; None keeps them."""
    if width is None:
        return dos
    if not width > 0:
        raise ValueError(f"bin_width must be positive, got {width}")
    centres, bins = np.unique(np.floor(dos.energies / width + 0.5), return_inverse=True)
    log_g = np.full(centres.size, -np.inf)
    np.logaddexp.at(log_g, bins, dos.log_g)
    return DensityOfStates(centres * width, log_g, dos.n_spins)
