from . import (
    dynamics as dynamics,
    exact as exact,
    figures as figures,
    generalisation as generalisation,
    landscapes as landscapes,
    models as models,
    results as results,
    sampling as sampling,
    spectra as spectra,
    store as store,
    stosic as stosic,
    students as students,
    weights as weights,
)
from .density import (
    DensityOfStates as DensityOfStates,
    energy_moments as energy_moments,
    jackknife_error as jackknife_error,
    mirror as mirror,
    normalise as normalise,
)
from .errors import (
    DataFormatError as DataFormatError,
    MissingExtraError as MissingExtraError,
    NotConvergedError as NotConvergedError,
    NotConvergedWarning as NotConvergedWarning,
)
from .exact import (
    ONSAGER_TEMPERATURE as ONSAGER_TEMPERATURE,
    beale_counts as beale_counts,
    beale_dos as beale_dos,
    energy_cumulants as energy_cumulants,
    enumerate_dos as enumerate_dos,
    onsager_energy as onsager_energy,
    onsager_heat_capacity as onsager_heat_capacity,
    paramagnet as paramagnet,
    transfer_dos as transfer_dos,
    transition_temperature as transition_temperature,
)
from .models import (
    LayeredCouplings as LayeredCouplings,
    SphericalPSpin as SphericalPSpin,
    SquareLattice as SquareLattice,
    energy_bound as energy_bound,
    spherical_pspin as spherical_pspin,
    square_lattice as square_lattice,
)
from .progress import progress_bar as progress_bar
from .sampling import (
    FixedStages as FixedStages,
    Flatness as Flatness,
    GroundState as GroundState,
    Halving as Halving,
    OneOverT as OneOverT,
    TemperingRun as TemperingRun,
    WangLandauRun as WangLandauRun,
    anneal as anneal,
    autocorrelation_times as autocorrelation_times,
    density_of_states as density_of_states,
    energy_bins as energy_bins,
    equilibrated as equilibrated,
    load_walk as load_walk,
    multi_histogram as multi_histogram,
    parallel_tempering as parallel_tempering,
    quench as quench,
    replica_exchange_wang_landau as replica_exchange_wang_landau,
    wang_landau as wang_landau,
)
from .stosic.released import read_released as read_released
from .thermo import (
    Thermodynamics as Thermodynamics,
    critical_temperature as critical_temperature,
    energy_distribution as energy_distribution,
    thermodynamics as thermodynamics,
)
from .uncertainty import Bound as Bound, Estimate as Estimate
from .weights.network import load_network as load_network
from .weights.rotation import rotate as rotate
from .weights.shuffling import shuffle as shuffle

__version__: str
