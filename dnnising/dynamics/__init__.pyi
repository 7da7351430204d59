from .gas.coulomb_gas import (
    coulomb_gas_density as coulomb_gas_density,
    coulomb_gas_log_density as coulomb_gas_log_density,
    sigma_from_spacings as sigma_from_spacings,
)
from .gas.dyson import DysonPath as DysonPath, simulate_dyson as simulate_dyson
from .gas.dyson_matrix import simulate_matrix as simulate_matrix
from .gas.fokker_planck import dyson_drift as dyson_drift, fokker_planck_residual as fokker_planck_residual
from .gpt.checkpoint import Checkpoint as Checkpoint, load_checkpoint as load_checkpoint
from .gpt.gpt2 import as_gpt2 as as_gpt2
from .gpt.model import GPT as GPT, GPTConfig as GPTConfig
from .gpt.plays import shakespeare as shakespeare
from .gpt.training import train_gpt as train_gpt
from .rbm.machine import (
    GaussianRBM as GaussianRBM,
    lattice_rbm as lattice_rbm,
    mode_variances as mode_variances,
    predicted_mean as predicted_mean,
    predicted_variance as predicted_variance,
)
from .rbm.scaling import ScalingFit as ScalingFit, fit_scaling as fit_scaling
from .rbm.training import RBMRun as RBMRun, train_rbm as train_rbm
