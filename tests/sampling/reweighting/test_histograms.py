from itertools import pairwise

import numpy as np
import pytest

import dnnising as di
from dnnising import density
from dnnising.density import jackknife_error
from dnnising.sampling import EnergySamples, convergence, energy_edges, multi_histogram
from dnnising.sampling.reweighting import histograms, mbar
from dnnising.sampling.reweighting.mbar import distinct, log_partition_functions, responsibilities
from tests.conftest import random_chain

BETAS = np.linspace(0, 1.5, 7)
TEMPERATURES = np.array([0.8, 1.5, 4.0])


@pytest.fixture(scope="module")
def glass():
    return random_chain(np.random.default_rng(5), (5, 6, 5, 4))


@pytest.fixture(scope="module")
def levels(glass):
    return di.exact.enumerate_energies(glass)


def exact_sampler(levels, betas, n_spins):
    """Draws samples of any shape: independent energies from the exact distribution at every beta."""
    shares = [np.cumsum(np.exp(-b * (levels - levels.min()))) for b in betas]

    def draw(shape, rng):
        places = [np.searchsorted(share, share[-1] * rng.random(shape), side="right") for share in shares]
        return EnergySamples(betas, np.stack([levels[place] for place in places], axis=-1), n_spins)

    return draw


@pytest.fixture(scope="module")
def draw(glass, levels):
    return exact_sampler(levels, BETAS, glass.n_spins)


@pytest.fixture(scope="module")
def samples(draw):
    return draw((2, 20_000), np.random.default_rng(2))


@pytest.mark.parametrize("wrong", ["late", "stuck", "backwards"])
def test_samples_out_of_equilibrium_have_one_likeliest_answer(wrong):
    """A normal density whose cold half lags behind, stands still, or falls back: a run that was too short."""
    rng = np.random.default_rng(9)
    sigma, betas = 150.0, np.arange(60) * 1.35 / 150.0
    mean = -betas * sigma**2
    cold = slice(30, None)
    mean[cold] = {
        "late": mean[cold] + 6 * sigma,
        "stuck": np.full(30, mean[30]),
        "backwards": mean[30] - 0.5 * (mean[cold] - mean[30]),
    }[wrong]
    short = EnergySamples(betas, rng.normal(mean, sigma, (2, 200, 60)), n_spins=16_512)
    log_z = log_partition_functions(short)
    assert np.all(np.diff(log_z, 2) > 0)  # as of any density
    magnitudes, level = distinct(short)
    totals, _ = responsibilities(magnitudes, np.bincount(level.ravel()), betas, log_z)
    assert totals == pytest.approx(np.full(60, 400.0), abs=1e-3)  # every rung seems to have sent its own


@pytest.mark.slow
def test_free_energies_from_exact_samples(levels, samples):
    expected = [np.logaddexp.reduce(-b * levels) for b in BETAS]
    assert log_partition_functions(samples) == pytest.approx(expected, abs=0.04)


@pytest.fixture(scope="module")
def truth(glass):
    return di.enumerate_dos(glass, bin_width=1.0), di.thermodynamics(di.enumerate_dos(glass), TEMPERATURES)


def rms_z(draw, truth, repetitions):
    """Root mean squares of the z-scores of the density, and of thermodynamics.

    Over eight seeds, 1.0 to 1.25 and 0.8 to 1.35 with twenty repetitions.
    """
    rng, (exact, exact_heat) = np.random.default_rng(3), truth
    of_density, of_heat = [], []
    for _ in range(repetitions):
        samples = draw((2, 1000), rng)
        dos = multi_histogram(samples, bin_width=1.0)
        middle = np.abs(dos.energies) < 20
        expected = exact.log_g[np.isin(exact.energies, dos.energies)]
        of_density.append(((dos.log_g - expected) / dos.log_g_error)[middle])
        heat = di.thermodynamics(multi_histogram(samples, bin_width=0.05), TEMPERATURES)
        of_heat += [
            (getattr(heat, name) - getattr(exact_heat, name)) / getattr(heat.errors, name)
            for name in ("log_z", "energy", "heat_capacity", "entropy")
        ]
    return [np.sqrt(np.mean(np.square(z))) for z in (np.concatenate(of_density), of_heat)]


@pytest.mark.slow
def test_errors_are_those_of_repetitions(draw, truth):
    for z in rms_z(draw, truth, 20):
        assert 0.55 < z < 2


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [1 / 3, 3.0])
def test_the_same_test_rejects_a_jackknife_that_takes_its_parts_for_repetitions(
    draw, truth, monkeypatch, wrong
):
    """Without the factor of n - 1 = 9 in the variance, or with it twice."""
    monkeypatch.setattr(density, "jackknife_error", lambda parts: wrong * jackknife_error(parts))
    assert not 0.55 < rms_z(draw, truth, 5)[0] < 2


@pytest.fixture(scope="module")
def larger_run():
    chain = random_chain(np.random.default_rng(6), (40, 50, 40))
    return di.parallel_tempering(chain, rng=np.random.default_rng(0), sweeps=300, runs=20)


def coldest_error(run):
    """Mean energies from the density against those of the samples, in standard deviations of the energy."""
    edges = energy_edges(run)[1::3]  # coarse ones, which need the slope
    dos = multi_histogram(run, edges=np.concatenate([-edges[:1], edges]))
    rungs = slice(-4, 0, -1)  # the three coldest are near the ground state, where levels are discrete
    heat = di.thermodynamics(dos, 1 / run.betas[rungs])
    direct = run.energies.mean(axis=(0, 1))[rungs]
    spread = run.energies.std(axis=(0, 1))[rungs]
    return np.abs((heat.energy - direct) / spread).max()


@pytest.mark.slow
def test_bins_carry_the_mean_energy_at_every_temperature(larger_run):
    assert coldest_error(larger_run) < 0.06  # the statistics of 6,000 correlated samples


@pytest.mark.slow
def test_the_same_test_rejects_bins_that_ignore_the_slope(larger_run, monkeypatch):
    monkeypatch.setattr(histograms, "_slopes", lambda samples, magnitudes: np.zeros(magnitudes.size))
    assert coldest_error(larger_run) > 0.06


@pytest.mark.slow
def test_edges_follow_the_ladder(larger_run):
    edges, mean = energy_edges(larger_run), -larger_run.energies.mean(axis=(0, 1))
    assert (np.diff(edges) > 0).all()
    assert edges[0] == -edges[1]
    assert edges[-1] > np.abs(larger_run.energies).max()
    between = [np.sum((edges > low) & (edges <= high)) for low, high in pairwise(mean[1:])]
    assert set(between) <= {3, 4, 5}


@pytest.mark.slow
def test_common_edges_make_densities_comparable(larger_run):
    edges = energy_edges(larger_run)
    halves = [
        EnergySamples(larger_run.betas, energies, larger_run.n_spins)
        for energies in np.split(larger_run.energies, 2)
    ]
    one, other = (multi_histogram(half, edges=edges) for half in halves)
    both = np.intersect1d(one.energies, other.energies)
    difference = one.log_g[np.isin(one.energies, both)] - other.log_g[np.isin(other.energies, both)]
    assert both.size > 0.9 * one.energies.size
    assert np.sqrt(np.mean(difference**2)) < 0.3


def test_misuse_is_refused(samples):
    with pytest.raises(ValueError, match="must start at β = 0"):
        multi_histogram(EnergySamples(np.array([0.5, 1.0]), np.zeros((1, 5, 2)), 3))
    for options in ({"bin_width": 0.0}, {"bin_width": 1.0, "edges": np.arange(3.0)}):
        with pytest.raises(ValueError, match="positive bin_width or edges"):
            multi_histogram(samples, **options)
    with pytest.raises(ValueError, match=r"leave out \d+\.\d+% of all states"):
        multi_histogram(samples, edges=np.array([-1.0, 1.0, 2.0]))
    with pytest.raises(ValueError, match="betas must ascend"):
        EnergySamples(np.array([1.0, 0.5]), np.zeros((1, 5, 2)), 3)
    with pytest.raises(ValueError, match="must have the shape"):
        EnergySamples(np.array([0.5, 1.0]), np.zeros((5, 2)), 3)


def test_temperatures_without_overlap_are_refused(levels, glass, rng):
    apart = EnergySamples(
        np.array([0.0, 1.0]), np.stack([rng.normal(0, 1, (1, 50)), rng.normal(-900, 1, (1, 50))], -1), 1000
    )
    with pytest.raises((ValueError, di.NotConvergedError), match=r"do not overlap|more rungs"):
        log_partition_functions(apart)


@pytest.mark.slow
def test_all_states_are_there_however_coarse_the_bins(larger_run):
    edges = energy_edges(larger_run)[1::3]
    for bins in ({}, {"edges": np.concatenate([-edges[:1], edges])}, {"bin_width": 0.7}):
        dos = multi_histogram(larger_run, **bins)
        total = 130 * np.log(2)
        assert dos.log_total == pytest.approx(total, rel=1e-13)
        assert np.logaddexp.reduce(dos.leave_one_out, axis=1) == pytest.approx(
            [total] * len(dos.leave_one_out), rel=1e-13
        )
        assert np.array_equal(dos.log_g_error, di.jackknife_error(dos.leave_one_out))


def of_length(samples, length):
    return EnergySamples(samples.betas, samples.energies[:, :length], samples.n_spins)


def test_too_few_samples_are_named(samples):
    with pytest.raises(ValueError, match=r"need 5 samples of each run .* got 4 of each of 2 runs: take more"):
        multi_histogram(of_length(samples, 4), bin_width=1.0)
    assert multi_histogram(of_length(samples, 5), bin_width=4.0).log_total == pytest.approx(20 * np.log(2))
    few = EnergySamples(BETAS[:2] / 10, np.random.default_rng(0).normal(size=(1, 5, 2)), 20)
    with pytest.raises(
        di.NotConvergedError, match="no bin of energy was seen by every part of 1 runs"
    ) as caught:
        multi_histogram(few, bin_width=1e-6)
    assert caught.value.run is few
    with pytest.raises(ValueError, match="need at least 20 sweeps, got 19"):
        convergence(of_length(samples, 19), np.ones((2, BETAS.size - 1)))
    with pytest.raises(ValueError, match=r"energies \(2, 0, 7\) must have the shape .*, all above 0"):
        of_length(samples, 0)
    with pytest.raises(ValueError, match=r"the lowest of 1 is .*: give a bin_width"):
        energy_edges(EnergySamples(BETAS[:1], samples.energies[..., :1] + 100, samples.n_spins))


@pytest.mark.slow
def test_steps_that_do_not_suffice_are_named(samples, monkeypatch):
    monkeypatch.setattr(mbar, "_STEPS", 1)
    for ask in (log_partition_functions, multi_histogram):
        with pytest.raises(
            di.NotConvergedError, match=r"the last of 1 steps for ln Z .* more rungs"
        ) as caught:
            ask(samples)
        assert caught.value.run == pytest.approx(20 * np.log(2) + 0 * BETAS, abs=60)
        assert caught.value.run.shape == BETAS.shape
