"""How weights move while they learn: stochastic gradient descent, Dyson's Brownian motion, a GPT, a teacher's
students, perceptrons."""

from dnnising.dynamics.checkpoint import Checkpoint, load_checkpoint
from dnnising.dynamics.coulomb_gas import (
    coulomb_gas_density,
    coulomb_gas_log_density,
    sigma_from_spacings,
)
from dnnising.dynamics.dyson import DysonPath, simulate_dyson
from dnnising.dynamics.dyson_matrix import simulate_matrix
from dnnising.dynamics.fokker_planck import dyson_drift, fokker_planck_residual
from dnnising.dynamics.gibbs_learning import gibbs_curve, gibbs_drop, gibbs_spinodal
from dnnising.dynamics.gpt import GPT, GPTConfig
from dnnising.dynamics.gpt2 import as_gpt2
from dnnising.dynamics.ising_perceptron import StudentCounts, enumerate_students
from dnnising.dynamics.learning_phase import Phase, assign_phase
from dnnising.dynamics.pac import (
    consistent_bound,
    entropy_bound,
    log_dichotomies,
    perceptron_bound,
    uniform_gap,
)
from dnnising.dynamics.perceptron import (
    LearningCurve,
    annealed_curve,
    annealed_drop,
    generalisation_error,
    overlap_entropy,
)
from dnnising.dynamics.phase_diagram import PhaseDiagram, collect, phase_diagram
from dnnising.dynamics.phase_point import phase_point
from dnnising.dynamics.plays import shakespeare
from dnnising.dynamics.rbm import GaussianRBM, lattice_rbm, mode_variances, predicted_mean, predicted_variance
from dnnising.dynamics.scaling import ScalingFit, fit_scaling
from dnnising.dynamics.student import TeacherStudent
from dnnising.dynamics.teacher_student import StudentRun, train_students
from dnnising.dynamics.train_gpt import train_gpt
from dnnising.dynamics.train_rbm import RBMRun, train_rbm
from dnnising.dynamics.vsdl import Regime, VSDLPlane, assign_regime, vsdl_plane

__all__ = [
    "GPT",
    "Checkpoint",
    "DysonPath",
    "GPTConfig",
    "GaussianRBM",
    "LearningCurve",
    "Phase",
    "PhaseDiagram",
    "RBMRun",
    "Regime",
    "ScalingFit",
    "StudentCounts",
    "StudentRun",
    "TeacherStudent",
    "VSDLPlane",
    "annealed_curve",
    "annealed_drop",
    "as_gpt2",
    "assign_phase",
    "assign_regime",
    "collect",
    "consistent_bound",
    "coulomb_gas_density",
    "coulomb_gas_log_density",
    "dyson_drift",
    "entropy_bound",
    "enumerate_students",
    "fit_scaling",
    "fokker_planck_residual",
    "generalisation_error",
    "gibbs_curve",
    "gibbs_drop",
    "gibbs_spinodal",
    "lattice_rbm",
    "load_checkpoint",
    "log_dichotomies",
    "mode_variances",
    "overlap_entropy",
    "perceptron_bound",
    "phase_diagram",
    "phase_point",
    "predicted_mean",
    "predicted_variance",
    "shakespeare",
    "sigma_from_spacings",
    "simulate_dyson",
    "simulate_matrix",
    "train_gpt",
    "train_rbm",
    "train_students",
    "uniform_gap",
    "vsdl_plane",
]
