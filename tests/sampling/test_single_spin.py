import numpy as np
import pytest

import dnnising as di
from dnnising.sampling.ground_states.quenching import random_spins
from dnnising.sampling.single_spin import _accepts, energy, greedy_sweep, prepare, walk
from tests import naive
from tests.conftest import random_chain


def models(rng):
    yield di.square_lattice(4)
    yield di.square_lattice(5)
    yield random_chain(rng, (3, 5, 2))
    yield random_chain(rng, (4, 3, 4, 5), np.float32)


@pytest.mark.parametrize("columns", [0, 5])
@pytest.mark.parametrize("which", range(4))
def test_a_walk_takes_the_same_steps_as_its_naive_twin(rng, which, columns):
    model = list(models(rng))[which]
    bins = di.sampling.energy_bins(model, None if which < 2 else 0.5)
    start = di.wang_landau(model, rng=rng, max_flips=0, bins=bins)
    uniforms = rng.random(600)
    bins = bins.window(0, bins.index(start.energy) + 1)  # some proposals leave the bins
    log_g, histogram = np.zeros(bins.number), np.zeros(bins.number, dtype=np.int64)
    moves = np.zeros((bins.number, columns), dtype=np.int64)
    expected = naive.wang_landau_walk(model, start.spins, log_g, histogram, moves, bins, 0.3, uniforms)
    state = prepare(model, start.spins.copy())
    final = walk(state, log_g, histogram, moves, start.energy, bins.lower_edge, bins.width, 0.3, uniforms)
    assert np.array_equal(state.spins, expected[0])
    assert log_g == pytest.approx(expected[1])
    assert np.array_equal(histogram, expected[2])
    assert np.array_equal(moves, expected[3])
    assert final == pytest.approx(model.energy(model.unflatten(state.spins)), abs=1e-4)


@pytest.mark.parametrize("which", range(4))
def test_cached_fields_stay_true(rng, which):
    model = list(models(rng))[which]
    state = prepare(model, random_spins(model.n_spins, rng))
    greedy_sweep(state, rng.permutation(model.n_spins))
    fresh = prepare(model, state.spins)
    assert state.fields == pytest.approx(fresh.fields, abs=1e-5 if which == 3 else 1e-12)
    assert state.fields == pytest.approx(model.coupling_matrix() @ state.spins, abs=1e-5)
    assert energy(fresh) == pytest.approx(model.energy(model.unflatten(state.spins)))


def test_acceptance_is_the_exponential():
    rises = np.concatenate([np.linspace(-3, 12, 400), [0.0, 1e-12, 700.0, 1e300]])
    for rise in rises:
        chance = np.exp(-rise) if rise > -700 else np.inf
        for uniform in (0.0, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9, chance * (1 - 1e-9), chance * (1 + 1e-9)):
            if 0 <= uniform < 1:
                assert _accepts(uniform, rise) == (uniform < chance), (uniform, rise)


def test_a_model_without_a_kernel_is_refused():
    with pytest.raises(TypeError, match="no walk for object"):
        prepare(object(), np.ones(3, dtype=np.int8))
