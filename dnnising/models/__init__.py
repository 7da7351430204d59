"""What has an energy: the square lattice, chains of layers, and couplings between all spins."""

from dnnising.models.dense import DenseCouplings, hopfield, sherrington_kirkpatrick
from dnnising.models.lattice import SquareLattice, square_lattice
from dnnising.models.layered import LayeredCouplings, energy_bound
from dnnising.models.model import Model

__all__ = [
    "DenseCouplings",
    "LayeredCouplings",
    "Model",
    "SquareLattice",
    "energy_bound",
    "hopfield",
    "sherrington_kirkpatrick",
    "square_lattice",
]
