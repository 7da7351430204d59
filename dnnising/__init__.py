"""dnnising: the statistical physics of deep neural networks.

A transformer's weights are the couplings of an Ising spin glass. The package maps one to the other, finds
its density of states and thermodynamics, and holds every method against an exact answer first.
"""

from dnnising import dynamics, exact, landscapes, models, results, sampling, spectra, store, weights
from dnnising.density import DensityOfStates, energy_moments, jackknife_error, mirror, normalise
from dnnising.errors import DataFormatError, NotConvergedError, NotConvergedWarning
from dnnising.exact import (
    ONSAGER_TEMPERATURE,
    beale_counts,
    beale_dos,
    energy_cumulants,
    enumerate_dos,
    onsager_energy,
    onsager_heat_capacity,
    paramagnet,
    transfer_dos,
    transition_temperature,
)
from dnnising.models import (
    LayeredCouplings,
    SphericalPSpin,
    SquareLattice,
    energy_bound,
    spherical_pspin,
    square_lattice,
)
from dnnising.released import read_released
from dnnising.sampling import (
    FixedStages,
    Flatness,
    GroundState,
    Halving,
    OneOverT,
    TemperingRun,
    WangLandauRun,
    anneal,
    autocorrelation_times,
    density_of_states,
    energy_bins,
    equilibrated,
    load_walk,
    multi_histogram,
    parallel_tempering,
    progress_bar,
    quench,
    replica_exchange_wang_landau,
    wang_landau,
)
from dnnising.thermo import Thermodynamics, critical_temperature, energy_distribution, thermodynamics
from dnnising.weights.network import load_network
from dnnising.weights.rotate import rotate
from dnnising.weights.shuffle import shuffle

__all__ = [
    "ONSAGER_TEMPERATURE",
    "DataFormatError",
    "DensityOfStates",
    "FixedStages",
    "Flatness",
    "GroundState",
    "Halving",
    "LayeredCouplings",
    "NotConvergedError",
    "NotConvergedWarning",
    "OneOverT",
    "SphericalPSpin",
    "SquareLattice",
    "TemperingRun",
    "Thermodynamics",
    "WangLandauRun",
    "anneal",
    "autocorrelation_times",
    "beale_counts",
    "beale_dos",
    "critical_temperature",
    "density_of_states",
    "dynamics",
    "energy_bins",
    "energy_bound",
    "energy_cumulants",
    "energy_distribution",
    "energy_moments",
    "enumerate_dos",
    "equilibrated",
    "exact",
    "jackknife_error",
    "landscapes",
    "load_network",
    "load_walk",
    "mirror",
    "models",
    "multi_histogram",
    "normalise",
    "onsager_energy",
    "onsager_heat_capacity",
    "parallel_tempering",
    "paramagnet",
    "progress_bar",
    "quench",
    "read_released",
    "replica_exchange_wang_landau",
    "results",
    "rotate",
    "sampling",
    "shuffle",
    "spectra",
    "spherical_pspin",
    "square_lattice",
    "store",
    "thermodynamics",
    "transfer_dos",
    "transition_temperature",
    "wang_landau",
    "weights",
]
