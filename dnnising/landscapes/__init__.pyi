from .curvature.hessian import dense_hessian as dense_hessian, hessian_product as hessian_product
from .curvature.hutchinson import hessian_trace as hessian_trace
from .curvature.lanczos import (
    ExtremeEigenvalues as ExtremeEigenvalues,
    extreme_eigenvalues as extreme_eigenvalues,
)
from .estimate import Estimate as Estimate
from .loss.basins import BasinWidth as BasinWidth, basin_width as basin_width, sharpness as sharpness
from .loss.digits1d import Digits1D as Digits1D, mnist1d as mnist1d
from .loss.directions import filter_directions as filter_directions
from .loss.functions import LossFunction as LossFunction, loss_function as loss_function, point_of as point_of
from .loss.networks import (
    parameter_count as parameter_count,
    relu_network as relu_network,
    sizes_for_budget as sizes_for_budget,
)
from .loss.paths import Path as Path, connect as connect, straight_path as straight_path
from .loss.roughness import count_minima as count_minima, roughness_spectrum as roughness_spectrum
from .loss.slices import Line as Line, Plane as Plane, loss_line as loss_line, loss_plane as loss_plane
from .loss.training import Training as Training, train as train
from .loss.trajectories import TrajectoryPlane as TrajectoryPlane, trajectory_plane as trajectory_plane
from .pspin.annealed_complexity import (
    complex_critical_points as complex_critical_points,
    complexity as complexity,
    complexity_of_index as complexity_of_index,
    ground_state_energy as ground_state_energy,
    index_fraction as index_fraction,
    threshold_energy as threshold_energy,
)
from .pspin.descent import Descent as Descent, descend as descend
from .pspin.ground_states import (
    Concentration as Concentration,
    concentration as concentration,
    ground_state_energies as ground_state_energies,
)
from .pspin.kac_rice import (
    ExpectedCounts as ExpectedCounts,
    expected_critical_points as expected_critical_points,
)
from .pspin.langevin_dynamics import LangevinRun as LangevinRun, langevin as langevin
from .pspin.saddle_search import CriticalPoints as CriticalPoints, critical_points as critical_points
