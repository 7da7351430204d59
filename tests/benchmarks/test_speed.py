"""Speeds, measured by `make bench` and never asserted: `extra_info` holds the rate per second."""

import time

import numpy as np
import pytest
import torch

import dnnising as di
from dnnising.randomness import torch_generator
from dnnising.sampling.heat_bath import random_replicas, sweep
from dnnising.spectra import fit_power_law, spectrum


@pytest.fixture(scope="module")
def minilm():
    return di.load_network("minilm")


def rate(benchmark, amount):
    benchmark.extra_info["million per second"] = round(amount / benchmark.stats.stats.min / 1e6, 2)


def walk_on(benchmark, model, flips):
    bins = di.energy_bins(model)
    di.wang_landau(model, rng=0, bins=bins, max_flips=100_000)  # compiles
    benchmark.pedantic(lambda: di.wang_landau(model, rng=0, bins=bins, max_flips=flips), rounds=5)
    rate(benchmark, flips)


def test_wang_landau_flips_on_the_32x32_lattice(benchmark):
    walk_on(benchmark, di.square_lattice(32), 2 * 10**7)


def test_wang_landau_flips_on_the_embedded_network(benchmark, minilm):
    walk_on(benchmark, minilm, 4 * 10**6)


def test_quench_of_the_embedded_network(benchmark, minilm):
    """Attempted flips a second over whole quenches, set-up included."""
    attempts = di.quench(minilm, rng=np.random.default_rng(0)).sweeps * minilm.n_spins
    benchmark.pedantic(lambda: di.quench(minilm, rng=np.random.default_rng(0)), rounds=10)
    rate(benchmark, attempts)


def test_a_thousand_refits_of_a_power_law(benchmark):
    """To a layer of 384×384; the aim is 0.2 s."""
    rng = np.random.default_rng(0)
    values = spectrum(rng.standard_normal((384, 384))).eigenvalues
    fit_power_law(values, n_refits=1, rng=rng)  # compiles
    benchmark.pedantic(lambda: fit_power_law(values, n_refits=1000, rng=rng), rounds=3)


def test_exact_density_of_the_32x32_lattice(benchmark):
    benchmark.pedantic(lambda: di.beale_counts(32), rounds=3)


def test_heat_bath_of_256_replicas_of_the_embedded_network(benchmark, minilm):
    """Sweeps; and their matrix products alone, interleaved, for the share of the machine's own sgemm."""
    rows = random_replicas(minilm, 256, generator=torch_generator(np.random.default_rng(0)))
    betas = torch.full((256,), 0.1)

    def products():
        for left, matrix, right in zip(rows.spins, rows.couplings, rows.spins[1:]):
            left @ matrix
            right @ matrix.T

    def seconds(work):
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    times = np.array([[seconds(products), seconds(lambda: sweep(rows, betas))] for _ in range(15)])
    benchmark.pedantic(lambda: sweep(rows, betas), rounds=5)
    alone, whole = np.median(times, axis=0)
    benchmark.extra_info["share of sgemm"] = round(alone / whole, 2)
    benchmark.extra_info["GFlop/s of sgemm"] = round(4e-9 * 256 * minilm.n_bonds / alone)


@pytest.mark.parametrize("sweeps", [3, float("inf")])
def test_updates_of_the_gaussian_rbm(benchmark, sweeps):
    """10×10 with 16 chains on one core; a million updates a minute are 0.017 million a second."""

    def train(updates):
        rng = np.random.default_rng(0)
        di.dynamics.train_rbm(sweeps=sweeps, updates=updates, start="target", rng=rng)

    train(1)  # compiles
    benchmark.pedantic(train, args=(20_000,), rounds=5)
    rate(benchmark, 20_000)
