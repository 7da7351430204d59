"""What has an energy: the square lattice, chains of layers, couplings between all spins, the p-spin glass."""

from dnnising.models.dense import DenseCouplings, hopfield, levy_glass, sherrington_kirkpatrick
from dnnising.models.lattice import SquareLattice, square_lattice
from dnnising.models.layered import LayeredCouplings, energy_bound
from dnnising.models.model import Model
from dnnising.models.pspin import SphericalPSpin, spherical_pspin

__all__ = [
    "DenseCouplings",
    "LayeredCouplings",
    "Model",
    "SphericalPSpin",
    "SquareLattice",
    "energy_bound",
    "hopfield",
    "levy_glass",
    "sherrington_kirkpatrick",
    "spherical_pspin",
    "square_lattice",
]
