"""Walks through configurations: the quench and flat-histogram sampling."""

from dnnising.sampling.anneal import anneal
from dnnising.sampling.autocorrelation import autocorrelation_times
from dnnising.sampling.bins import EnergyBins, Windows, energy_bins
from dnnising.sampling.dense_ground_state import (
    LargeSizeLimit,
    anneal_dense,
    large_size_limit,
    sk_ground_energies,
)
from dnnising.sampling.density_of_states import density_of_states
from dnnising.sampling.energy_grid import energy_edges
from dnnising.sampling.energy_samples import EnergySamples
from dnnising.sampling.histograms import multi_histogram
from dnnising.sampling.mbar import log_partition_functions
from dnnising.sampling.progress import progress_bar
from dnnising.sampling.quench import GroundState, quench
from dnnising.sampling.recall import Recall, recall, recall_overlaps
from dnnising.sampling.replica_exchange import replica_exchange_wang_landau
from dnnising.sampling.replica_exchange_run import ReplicaExchangeRun, load_replica_exchange
from dnnising.sampling.schedules import FixedStages, Flatness, Halving, OneOverT, Progress, Schedule
from dnnising.sampling.signs import Signs, convergence, entropies
from dnnising.sampling.tempering import TemperingRun, equilibrated, parallel_tempering
from dnnising.sampling.wang_landau import WangLandauRun, load_walk, wang_landau

__all__ = [
    "EnergyBins",
    "EnergySamples",
    "FixedStages",
    "Flatness",
    "GroundState",
    "Halving",
    "LargeSizeLimit",
    "OneOverT",
    "Progress",
    "Recall",
    "ReplicaExchangeRun",
    "Schedule",
    "Signs",
    "TemperingRun",
    "WangLandauRun",
    "Windows",
    "anneal",
    "anneal_dense",
    "autocorrelation_times",
    "convergence",
    "density_of_states",
    "energy_bins",
    "energy_edges",
    "entropies",
    "equilibrated",
    "large_size_limit",
    "load_replica_exchange",
    "load_walk",
    "log_partition_functions",
    "multi_histogram",
    "parallel_tempering",
    "progress_bar",
    "quench",
    "recall",
    "recall_overlaps",
    "replica_exchange_wang_landau",
    "sk_ground_energies",
    "wang_landau",
]
