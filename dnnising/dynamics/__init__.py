"""How weights move while they learn: stochastic gradient descent, Dyson's Brownian motion, a GPT."""

from dnnising.dynamics.checkpoint import Checkpoint, load_checkpoint
from dnnising.dynamics.coulomb_gas import (
    coulomb_gas_density,
    coulomb_gas_log_density,
    sigma_from_spacings,
)
from dnnising.dynamics.dyson import DysonPath, simulate_dyson
from dnnising.dynamics.dyson_matrix import simulate_matrix
from dnnising.dynamics.fokker_planck import dyson_drift, fokker_planck_residual
from dnnising.dynamics.gpt import GPT, GPTConfig
from dnnising.dynamics.gpt2 import as_gpt2
from dnnising.dynamics.plays import shakespeare
from dnnising.dynamics.rbm import GaussianRBM, lattice_rbm, mode_variances, predicted_mean, predicted_variance
from dnnising.dynamics.scaling import ScalingFit, fit_scaling
from dnnising.dynamics.train_gpt import train_gpt
from dnnising.dynamics.train_rbm import RBMRun, train_rbm

__all__ = [
    "GPT",
    "Checkpoint",
    "DysonPath",
    "GPTConfig",
    "GaussianRBM",
    "RBMRun",
    "ScalingFit",
    "as_gpt2",
    "coulomb_gas_density",
    "coulomb_gas_log_density",
    "dyson_drift",
    "fit_scaling",
    "fokker_planck_residual",
    "lattice_rbm",
    "load_checkpoint",
    "mode_variances",
    "predicted_mean",
    "predicted_variance",
    "shakespeare",
    "sigma_from_spacings",
    "simulate_dyson",
    "simulate_matrix",
    "train_gpt",
    "train_rbm",
]
