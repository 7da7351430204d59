from .couplings import (
    coupling_shapes as coupling_shapes,
    model_couplings as model_couplings,
    spins_and_bonds as spins_and_bonds,
)
from .families import FAMILIES as FAMILIES, Family as Family
from .network import load_matrices as load_matrices, load_network as load_network
from .rotation import rotate as rotate
from .shuffled_models import shuffle_model as shuffle_model
from .shuffling import shuffle as shuffle
from .singular_values import flatten as flatten, truncate as truncate
