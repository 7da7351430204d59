from .best_method import density_of_states as density_of_states
from .flat_histogram.bins import EnergyBins as EnergyBins, Windows as Windows, energy_bins as energy_bins
from .flat_histogram.replica_exchange import replica_exchange_wang_landau as replica_exchange_wang_landau
from .flat_histogram.replica_exchange_run import (
    ReplicaExchangeRun as ReplicaExchangeRun,
    load_replica_exchange as load_replica_exchange,
)
from .flat_histogram.schedules import (
    FixedStages as FixedStages,
    Flatness as Flatness,
    Halving as Halving,
    OneOverT as OneOverT,
    Progress as Progress,
    Schedule as Schedule,
)
from .flat_histogram.wang_landau import (
    WangLandauRun as WangLandauRun,
    load_walk as load_walk,
    wang_landau as wang_landau,
)
from .ground_states.annealing import anneal as anneal
from .ground_states.dense import (
    LargeSizeLimit as LargeSizeLimit,
    anneal_dense as anneal_dense,
    large_size_limit as large_size_limit,
    sk_ground_energies as sk_ground_energies,
)
from .ground_states.quenching import GroundState as GroundState, quench as quench
from .ground_states.retrieval import Recall as Recall, recall as recall, recall_overlaps as recall_overlaps
from .reweighting.energy_grid import energy_edges as energy_edges
from .reweighting.histograms import multi_histogram as multi_histogram
from .reweighting.mbar import log_partition_functions as log_partition_functions
from .tempering.autocorrelation import autocorrelation_times as autocorrelation_times
from .tempering.binder import (
    Crossings as Crossings,
    binder_crossings as binder_crossings,
    overlap_cumulant as overlap_cumulant,
    overlap_moments as overlap_moments,
)
from .tempering.energy_samples import EnergySamples as EnergySamples
from .tempering.overlaps import OverlapSamples as OverlapSamples, sample_overlaps as sample_overlaps
from .tempering.runs import (
    TemperingRun as TemperingRun,
    equilibrated as equilibrated,
    parallel_tempering as parallel_tempering,
)
from .tempering.signs import Signs as Signs, convergence as convergence, entropies as entropies
