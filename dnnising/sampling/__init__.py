"""Walks through configurations: the quench and flat-histogram sampling."""

from dnnising.sampling.bins import EnergyBins, energy_bins
from dnnising.sampling.quench import GroundState, quench
from dnnising.sampling.schedules import FixedStages, Flatness, OneOverT, Progress, Schedule
from dnnising.sampling.wang_landau import WangLandauRun, load_walk, wang_landau

__all__ = [
    "EnergyBins",
    "FixedStages",
    "Flatness",
    "GroundState",
    "OneOverT",
    "Progress",
    "Schedule",
    "WangLandauRun",
    "energy_bins",
    "load_walk",
    "quench",
    "wang_landau",
]
