import itertools

import numpy as np
import pytest
import torch

import dnnising as di
from dnnising.randomness import torch_generator
from dnnising.sampling import heat_bath
from dnnising.sampling.heat_bath import exact_energies, random_replicas, sweep
from tests.conftest import random_chain

BETA, REPLICAS, SWEEPS = 0.4, 20_000, 50


@pytest.fixture(scope="module")
def chain():
    return random_chain(np.random.default_rng(3), (2, 3, 2))


@pytest.fixture(scope="module")
def boltzmann(chain):
    """Energies and probabilities of all 128 configurations."""
    energies = di.exact.enumerate_energies(chain)
    weights = np.exp(-BETA * energies)
    return energies, weights / weights.sum()


def scores(chain, boltzmann, sampled_beta, seed=3):
    """|z| of the mean energy of many sweeps; χ² of the last configurations, a degree of freedom.

    Replicas are independent, so neither leans on an autocorrelation time.
    """
    rows = random_replicas(chain, REPLICAS, generator=torch_generator(np.random.default_rng(seed)))
    betas = torch.full((REPLICAS,), sampled_beta)
    for _ in range(10):  # from β = 0
        sweep(rows, betas)
    means = np.mean([sweep(rows, betas).numpy() for _ in range(SWEEPS)], axis=0)
    levels, p = boltzmann
    z = (means.mean() - p @ levels) / (means.std(ddof=1) / np.sqrt(REPLICAS))
    counts = np.bincount((rows.flat() > 0) @ (1 << np.arange(7)), minlength=2**7)
    rare = REPLICAS * p < 10  # together in one cell
    counts, expected = (np.append(a[~rare], a[rare].sum()) for a in (counts, REPLICAS * p))
    return abs(z), np.sum((counts - expected) ** 2 / expected) / (counts.size - 1)


LARGEST_Z, LARGEST_CHI_SQUARED = 4.5, 1.8  # of 95 cells; one wrong alarm in 100,000 each


def test_the_stationary_distribution_is_boltzmanns(chain, boltzmann):
    z, chi_squared = scores(chain, boltzmann, BETA)
    assert z < LARGEST_Z
    assert chi_squared < LARGEST_CHI_SQUARED


@pytest.mark.parametrize("wrong", [0.404, 0.396])
def test_the_same_test_rejects_a_temperature_that_is_off_by_a_per_cent(chain, boltzmann, wrong):
    assert scores(chain, boltzmann, wrong)[0] > LARGEST_Z


def test_the_same_test_rejects_layers_that_share_their_random_numbers(chain, boltzmann, monkeypatch):
    draw, calls = heat_bath._draw, itertools.count()

    def sharing(fields, betas, generator, *, out):
        draw(fields, betas, generator.manual_seed(next(calls) // 3), out=out)  # three layers

    monkeypatch.setattr(heat_bath, "_draw", sharing)
    assert scores(chain, boltzmann, BETA)[1] > LARGEST_CHI_SQUARED


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
