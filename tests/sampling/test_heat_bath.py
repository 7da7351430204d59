import numpy as np
import pytest
import torch

import dnnising as di
from dnnising.randomness import torch_generator
from dnnising.sampling import heat_bath
from dnnising.sampling.heat_bath import exact_energies, random_replicas, sweep
from tests.conftest import random_chain


def chi_squared(beta, sampled_beta):
    """χ² a degree of freedom of 4 million configurations of seven spins against Boltzmann at beta."""
    rng = np.random.default_rng(3)
    chain = random_chain(rng, (2, 3, 2))
    rows = random_replicas(chain, 20_000, generator=torch_generator(rng))
    betas = torch.full((20_000,), sampled_beta)
    counts = np.zeros(2**7)
    for _ in range(200):
        for _ in range(6):  # sweeps apart, for samples that are as good as independent
            sweep(rows, betas)
        counts += np.bincount((rows.flat() > 0) @ (1 << np.arange(7)), minlength=2**7)
    expected = np.exp(-beta * di.exact.enumerate_energies(chain))
    expected *= counts.sum() / expected.sum()
    return np.sum((counts - expected) ** 2 / expected) / 127


FIVE_SIGMA = 1 + 5 * np.sqrt(2 / 127)


def test_the_stationary_distribution_is_boltzmanns():
    assert chi_squared(0.4, 0.4) < FIVE_SIGMA


@pytest.mark.parametrize("wrong", [0.404, 0.396])
def test_the_same_test_rejects_a_temperature_that_is_off_by_a_per_cent(wrong):
    assert chi_squared(0.4, wrong) > FIVE_SIGMA


@pytest.mark.parametrize("sizes", [(3, 4), (5, 4, 6), (2, 5, 3, 4, 1)])
def test_energies_are_those_of_the_new_configurations(rng, sizes):
    chain = random_chain(rng, sizes)
    rows = random_replicas(chain, 16, generator=torch_generator(rng))
    energies = sweep(rows, torch.linspace(0, 2, 16)).numpy()
    expected = [chain.energy(chain.unflatten(state)) for state in rows.flat()]
    assert energies == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert exact_energies(chain, rows.flat()) == pytest.approx(expected, rel=1e-12)


def test_beta_zero_forgets_and_large_beta_freezes(rng):
    chain = random_chain(rng, (6, 6))
    rows = random_replicas(chain, 2000, generator=torch_generator(rng))
    sweep(rows, torch.zeros(2000))
    assert np.abs(rows.flat().mean(axis=0)).max() < 0.1
    cold = torch.full((2000,), 1e6)
    for _ in range(20):
        sweep(rows, cold)
    before = rows.flat()
    sweep(rows, cold)
    assert np.array_equal(rows.flat(), before)
    fields = chain.coupling_matrix() @ rows.flat().T.astype(float)
    assert (fields * rows.flat().T >= -1e-6).all()


@pytest.mark.parametrize("word", [2**63 - 1, -(2**63), 2**31 - 1, -(2**31)])
def test_no_draw_beats_a_saturated_field(monkeypatch, word):
    """Words whose halves are the largest and smallest of 32 bits, which stand for u next to ±1."""
    monkeypatch.setattr(torch.Tensor, "random_", lambda words, *_, **__: words.fill_(word))
    out = torch.empty(1, 4)
    heat_bath._draw(torch.tensor([[20.0, 20.0, -20.0, -20.0]]), torch.ones(1), torch.Generator(), out=out)
    assert out.tolist() == [[1, 1, -1, -1]]


def test_the_seed_decides():
    chain = random_chain(np.random.default_rng(0), (4, 5, 3))
    ends = []
    for seed in (1, 1, 2):
        rows = random_replicas(chain, 8, generator=torch_generator(np.random.default_rng(seed)))
        sweep(rows, torch.ones(8))
        ends.append(rows.flat())
    assert np.array_equal(ends[0], ends[1])
    assert not np.array_equal(ends[0], ends[2])
