"""Walks through configurations: the quench and flat-histogram sampling."""

from dnnising.sampling.anneal import anneal
from dnnising.sampling.bins import EnergyBins, Windows, energy_bins
from dnnising.sampling.convergence import entropies, shortcomings
from dnnising.sampling.energy_samples import EnergySamples
from dnnising.sampling.histograms import log_partition_functions, multi_histogram
from dnnising.sampling.quench import GroundState, quench
from dnnising.sampling.replica_exchange import replica_exchange_wang_landau
from dnnising.sampling.replica_exchange_run import ReplicaExchangeRun, load_replica_exchange
from dnnising.sampling.schedules import FixedStages, Flatness, Halving, OneOverT, Progress, Schedule
from dnnising.sampling.tempering import TemperingRun, parallel_tempering
from dnnising.sampling.wang_landau import WangLandauRun, load_walk, wang_landau

__all__ = [
    "EnergyBins",
    "EnergySamples",
    "FixedStages",
    "Flatness",
    "GroundState",
    "Halving",
    "OneOverT",
    "Progress",
    "ReplicaExchangeRun",
    "Schedule",
    "TemperingRun",
    "WangLandauRun",
    "Windows",
    "anneal",
    "energy_bins",
    "entropies",
    "load_replica_exchange",
    "load_walk",
    "log_partition_functions",
    "multi_histogram",
    "parallel_tempering",
    "quench",
    "replica_exchange_wang_landau",
    "shortcomings",
    "wang_landau",
]
