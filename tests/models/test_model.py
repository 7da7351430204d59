"""What all models have in common."""

import numpy as np
import pytest

import dnnising as di
from dnnising.exact import all_configurations
from dnnising.models import sherrington_kirkpatrick
from tests.conftest import random_chain


@pytest.mark.parametrize(
    "model",
    [
        di.square_lattice(3),
        random_chain(np.random.default_rng(0), (2, 4, 3)),
        random_chain(np.random.default_rng(0), (2, 4, 3), np.float32),
        sherrington_kirkpatrick(9, rng=0),
    ],
    ids=lambda model: type(model).__name__,
)
def test_the_variance_of_the_energy_is_that_over_all_states(model):
    energies = [model.energy(model.unflatten(state)) for state in all_configurations(9)]
    assert model.energy_variance == pytest.approx(np.var(energies), rel=1e-6)
    assert model.energy_variance == pytest.approx(np.sum(model.coupling_matrix() ** 2) / 2, rel=1e-12)
