"""Energy landscapes: the spherical p-spin glass, its critical points, and the loss surfaces of networks."""

from dnnising.landscapes.complexity import (
    complex_critical_points,
    complexity,
    complexity_of_index,
    ground_state_energy,
    index_fraction,
    threshold_energy,
)
from dnnising.landscapes.connect import Path, connect, straight_path
from dnnising.landscapes.critical_points import CriticalPoints, critical_points
from dnnising.landscapes.descend import Descent, descend
from dnnising.landscapes.directions import filter_directions
from dnnising.landscapes.estimate import Estimate
from dnnising.landscapes.ground_states import Concentration, concentration, ground_state_energies
from dnnising.landscapes.hessian import dense_hessian, hessian_product
from dnnising.landscapes.hutchinson import hessian_trace
from dnnising.landscapes.kac_rice import ExpectedCounts, expected_critical_points
from dnnising.landscapes.lanczos import ExtremeEigenvalues, extreme_eigenvalues
from dnnising.landscapes.langevin import LangevinRun, langevin
from dnnising.landscapes.loss import Loss, loss_function, point_of
from dnnising.landscapes.mnist1d import Digits1D, mnist1d
from dnnising.landscapes.perceptron import parameter_count, perceptron, sizes_for_budget
from dnnising.landscapes.roughness import count_minima, roughness_spectrum
from dnnising.landscapes.sharpness import BasinWidth, basin_width, sharpness
from dnnising.landscapes.slices import Line, Plane, loss_line, loss_plane
from dnnising.landscapes.training import Training, train
from dnnising.landscapes.trajectory import TrajectoryPlane, trajectory_plane

__all__ = [
    "BasinWidth",
    "Concentration",
    "CriticalPoints",
    "Descent",
    "Digits1D",
    "Estimate",
    "ExpectedCounts",
    "ExtremeEigenvalues",
    "LangevinRun",
    "Line",
    "Loss",
    "Path",
    "Plane",
    "Training",
    "TrajectoryPlane",
    "basin_width",
    "complex_critical_points",
    "complexity",
    "complexity_of_index",
    "concentration",
    "connect",
    "count_minima",
    "critical_points",
    "dense_hessian",
    "descend",
    "expected_critical_points",
    "extreme_eigenvalues",
    "filter_directions",
    "ground_state_energies",
    "ground_state_energy",
    "hessian_product",
    "hessian_trace",
    "index_fraction",
    "langevin",
    "loss_function",
    "loss_line",
    "loss_plane",
    "mnist1d",
    "parameter_count",
    "perceptron",
    "point_of",
    "roughness_spectrum",
    "sharpness",
    "sizes_for_budget",
    "straight_path",
    "threshold_energy",
    "train",
    "trajectory_plane",
]
