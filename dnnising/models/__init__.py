"""What has an energy: the square lattice and chains of layers."""

from dnnising.models.lattice import SquareLattice, square_lattice
from dnnising.models.layered import LayeredCouplings, energy_bound
from dnnising.models.model import Model

__all__ = ["LayeredCouplings", "Model", "SquareLattice", "energy_bound", "square_lattice"]
