"""Answers without sampling: enumeration, Beale's integers, Onsager, moments, the paramagnet and its end."""

from dnnising.exact.beale import beale_counts, beale_dos
from dnnising.exact.enumeration import all_configurations, enumerate_dos, enumerate_energies
from dnnising.exact.memory import recall_capacity, recall_overlap
from dnnising.exact.moments import EnergyCumulants, energy_cumulants
from dnnising.exact.onsager import ONSAGER_TEMPERATURE, onsager_energy, onsager_heat_capacity
from dnnising.exact.paramagnet import ParamagnetEndsError, paramagnet
from dnnising.exact.sherrington_kirkpatrick import sk_ferromagnet, sk_glass_overlap
from dnnising.exact.transfer import transfer_dos
from dnnising.exact.transition import NoTransitionError, transition_temperature

__all__ = [
    "ONSAGER_TEMPERATURE",
    "EnergyCumulants",
    "NoTransitionError",
    "ParamagnetEndsError",
    "all_configurations",
    "beale_counts",
    "beale_dos",
    "energy_cumulants",
    "enumerate_dos",
    "enumerate_energies",
    "onsager_energy",
    "onsager_heat_capacity",
    "paramagnet",
    "recall_capacity",
    "recall_overlap",
    "sk_ferromagnet",
    "sk_glass_overlap",
    "transfer_dos",
    "transition_temperature",
]
