"""Answers without sampling: enumeration, Beale's integers, Onsager."""

from dnnising.exact.beale import beale_counts, beale_dos
from dnnising.exact.enumeration import all_configurations, enumerate_dos, enumerate_energies
from dnnising.exact.onsager import ONSAGER_TEMPERATURE, onsager_energy, onsager_heat_capacity

__all__ = [
    "ONSAGER_TEMPERATURE",
    "all_configurations",
    "beale_counts",
    "beale_dos",
    "enumerate_dos",
    "enumerate_energies",
    "onsager_energy",
    "onsager_heat_capacity",
]
