from .beale import beale_counts as beale_counts, beale_dos as beale_dos
from .closed_loops import ParamagnetEndsError as ParamagnetEndsError, paramagnet as paramagnet
from .curie_weiss import (
    CRITICAL_BINDER as CRITICAL_BINDER,
    curie_weiss_moments as curie_weiss_moments,
)
from .enumeration import (
    all_configurations as all_configurations,
    enumerate_dos as enumerate_dos,
    enumerate_energies as enumerate_energies,
)
from .mean_field.directions import SignalAndNoise as SignalAndNoise, signal_and_noise as signal_and_noise
from .mean_field.replica_symmetry import (
    ReplicaSymmetric as ReplicaSymmetric,
    replica_symmetric as replica_symmetric,
)
from .mean_field.sk_phases import sk_ferromagnet as sk_ferromagnet, sk_glass_overlap as sk_glass_overlap
from .memory import recall_capacity as recall_capacity, recall_overlap as recall_overlap
from .moments import EnergyCumulants as EnergyCumulants, energy_cumulants as energy_cumulants
from .onsager import (
    ONSAGER_TEMPERATURE as ONSAGER_TEMPERATURE,
    onsager_energy as onsager_energy,
    onsager_heat_capacity as onsager_heat_capacity,
)
from .rank_one import (
    RankOneGroundState as RankOneGroundState,
    rank_one_ground_state as rank_one_ground_state,
)
from .transfer import transfer_dos as transfer_dos
from .transition import (
    NoTransitionError as NoTransitionError,
    soft_mode as soft_mode,
    transition_temperature as transition_temperature,
)
