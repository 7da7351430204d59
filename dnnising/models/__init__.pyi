from .dense import (
    DenseCouplings as DenseCouplings,
    hopfield as hopfield,
    levy_glass as levy_glass,
    sherrington_kirkpatrick as sherrington_kirkpatrick,
)
from .lattice import SquareLattice as SquareLattice, square_lattice as square_lattice
from .layered import LayeredCouplings as LayeredCouplings, energy_bound as energy_bound
from .model import Model as Model
from .pspin import SphericalPSpin as SphericalPSpin, spherical_pspin as spherical_pspin
