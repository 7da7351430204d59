import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings, strategies as st

import dnnising as di
from dnnising.sampling import Progress, energy_bins
from dnnising.sampling.flat_histogram import (
    replica_exchange as module,
    replica_exchange_run as run_module,
    schedules,
)
from dnnising.sampling.flat_histogram.bins import Windows
from dnnising.sampling.flat_histogram.replica_exchange import replica_exchange_wang_landau
from dnnising.sampling.flat_histogram.replica_exchange_run import load_replica_exchange
from dnnising.sampling.single_spin import prepare
from tests.conftest import random_chain
from tests.mutants import put_mutant

RESULTS = Path(__file__).parents[3] / "book" / "results"

# Errors of ln g over all 63 levels of the 8x8 lattice after 4e6 flips, largest and root mean square. Over
# 16 seeds the worst were 0.067 and 0.032, the medians 0.041 and 0.021.
LARGEST, RMS = 0.12, 0.06


def sample(model, seed, max_flips, **options):
    rng = np.random.default_rng(seed)
    return replica_exchange_wang_landau(model, rng=rng, max_flips=max_flips, **options)


def errors(dos, exact):
    assert dos.energies == pytest.approx(exact.energies)
    difference = dos.log_g - exact.log_g
    return np.abs(difference).max(), np.sqrt(np.mean(difference**2))


@pytest.mark.slow
def test_8x8_against_beale():
    run = sample(di.square_lattice(8), 0, 4 * 10**6)
    largest, rms = errors(run.dos, di.beale_dos(8))
    assert largest <= LARGEST
    assert rms <= RMS
    assert run.complete.all()
    assert np.all(run.exchange_rates > 0.3)
    assert run.dos.log_g_error is None  # one walker a window


@pytest.mark.soak
def test_16x16_against_beale():
    """255 levels, four walkers a window: over ten seeds the worst were 0.085 and 0.035."""
    run = sample(di.square_lattice(16), 0, 6 * 10**7, windows=Windows(walkers=4))
    largest, rms = errors(run.dos, di.beale_dos(16))
    assert largest <= 0.12
    assert rms <= 0.05


@pytest.mark.slow
def test_32x32_in_the_stored_result():
    """Five runs of 1.2e9 flips each by book/experiments/lattice32.py."""
    arrays, record = di.store.load(RESULTS / "lattice32-full.npz")
    exact = di.beale_dos(32)
    assert len(record["seconds"]) == 5
    for seed in record["seconds"]:
        dos = di.DensityOfStates(arrays[f"{seed}/energies"], arrays[f"{seed}/log_g"], 1024)
        largest, rms = errors(dos, exact)
        assert largest <= 0.07
        assert rms <= 0.025


@pytest.mark.soak
def test_32x32_against_beale():
    """A quarter of a stored run, most of which goes into the first stages."""
    run = sample(di.square_lattice(32), 1, 3 * 10**8, windows=Windows(walkers=4))
    largest, rms = errors(run.dos, di.beale_dos(32))
    assert largest <= 0.5
    assert rms <= 0.2


@pytest.fixture(scope="module")
def runs_of_many_walkers():
    """Four of the 6x6 lattice, sixteen walkers a window."""
    options = {"windows": Windows(2, 0.5, walkers=16), "schedule": di.sampling.Halving(final_log_f=1e-5)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedules, "_interval", lambda n_spins: 2500)  # so many walkers learn fast
        return [sample(di.square_lattice(6), seed, 25 * 10**5, **options) for seed in range(4)]


def z_scores(runs):
    """Root mean square, over levels and runs, of error over log_g_error."""
    exact, densities = di.beale_dos(6), [run.dos for run in runs]
    squares = [np.mean(((dos.log_g - exact.log_g) / dos.log_g_error) ** 2) for dos in densities]
    return np.sqrt(np.mean(squares))


@pytest.mark.slow
def test_the_error_is_calibrated(runs_of_many_walkers):
    """Over 16 seeds, 1.3, and 1.0 to 1.5 for any four; Student's t with fifteen degrees of freedom: 1.07."""
    assert 0.55 <= z_scores(runs_of_many_walkers) <= 2.5


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["1 / (n_walkers - 1)", "(n_walkers - 1) ** 2"])
def test_the_same_test_rejects_a_wrong_error(runs_of_many_walkers, monkeypatch, wrong):
    """The spread of what is left, as if it were of independent estimates, and a factor of √15 too much."""
    right = run_module.jackknife_error
    put_mutant(
        monkeypatch,
        run_module,
        "jackknife_error",
        "(len(estimates) - 1)",
        wrong.replace("n_walkers", "len(estimates)"),
    )
    assert run_module.jackknife_error is not right
    assert not 0.55 <= z_scores(runs_of_many_walkers) <= 2.5


@pytest.mark.slow
def test_the_number_of_threads_changes_nothing(monkeypatch):
    runs = []
    for threads in (1, 3):
        monkeypatch.setattr(module.torch, "get_num_threads", lambda threads=threads: threads)
        runs.append(sample(di.square_lattice(6), 0, 4 * 10**5, windows=Windows(walkers=2)))
    same_run(*runs)


@pytest.mark.slow
def test_other_libraries_keep_their_threads():
    """numba.get_num_threads() gives torch as many as numba has, and small products then take far longer."""
    code = (
        "import numpy, torch, dnnising as di\n"
        "from dnnising import store\n"
        "assert torch.get_num_threads() == 1\n"
        "rng = numpy.random.default_rng(0)\n"
        "di.replica_exchange_wang_landau(di.square_lattice(4), rng=rng, max_flips=10**5)\n"
        "store.provenance()\n"
        "assert torch.get_num_threads() == 1, torch.get_num_threads()\n"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}
    environment.pop("MKL_NUM_THREADS", None)  # torch would heed it, too
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(3, 4, 5, 4, 3), (5, 6, 5, 4)])
def test_glasses_against_enumeration(sizes):
    """Over six seeds the worst were 0.057 and 0.017."""
    chain = random_chain(np.random.default_rng(5), sizes)
    run = sample(chain, 0, 4 * 10**6, bins=energy_bins(chain, 1.0))
    largest, rms = errors(run.dos, di.enumerate_dos(chain, bin_width=1.0))
    assert largest <= 0.15
    assert rms <= 0.05


ROUGH = 0.3  # after 2e6 flips; over six seeds each, the worst of all below was 0.16


@pytest.mark.slow
@pytest.mark.parametrize("windows", [Windows(1, walkers=3), Windows(2, 0.3, 1), Windows(5, 0.8, 2)])
def test_any_number_of_windows_and_walkers(windows):
    chain = random_chain(np.random.default_rng(5), (4, 5, 4))
    run = sample(chain, 0, 2 * 10**6, bins=energy_bins(chain, 0.5), windows=windows)
    assert run.energies.shape == (windows.number, windows.walkers)
    assert errors(run.dos, di.enumerate_dos(chain, bin_width=0.5))[0] <= ROUGH


@pytest.mark.slow
def test_without_a_mirror_both_halves_are_walked():
    assert errors(sample(di.square_lattice(5), 0, 2 * 10**6).dos, di.beale_dos(5))[0] <= ROUGH
    chain = random_chain(np.random.default_rng(5), (4, 5, 4))
    run = sample(chain, 0, 2 * 10**6, bins=energy_bins(chain, 1.0, mirrored=False))
    assert errors(run.dos, di.enumerate_dos(chain, bin_width=1.0))[0] <= ROUGH


BIAS = 0.09


def exchange_bias(seed):
    """How far two coupled windows are from what each must sample by itself; exactly 0 in the long run.

    Their g are frozen and deliberately apart: a window that walks with g(E) e^(tilt E) must visit E in
    proportion to e^(-tilt E), whatever it exchanges with the other. (Where all g agree, as at the end of a
    good run, every rule comes down to always exchanging, and a wrong one would not show.)

    Returns:
        the larger of the two total variation distances. Over twelve seeds the worst was 0.038.
    """
    lattice, exact = di.square_lattice(8), di.beale_dos(8)
    frozen = (Progress(0, 0.0, 0, 0),) * 2
    run = replace(sample(lattice, seed, 0, windows=Windows(2)), progress=frozen)
    index = np.arange(run.bins.number)
    tilts = np.array([0.15, -0.15])[:, None] * index
    run.log_g[:, 0] = np.interp(run.bins.centres, exact.energies, exact.log_g) + tilts
    pairs = zip(run.spins[:, 0], run.fields[:, 0])
    states = [prepare(lattice, spins)._replace(fields=fields) for spins, fields in pairs]
    rng = np.random.default_rng(seed)
    for _ in range(6000):
        for w in (0, 1):
            module._walk(run, (w, 0), states[w], rng, 16)
        module._exchange(run, rng)
    assert run.exchanges[0, 1] > 0
    inside = (index >= run.edges[:, :1]) & (index < run.edges[:, 1:]) & (index != 1)  # no level at -124
    expected, visits = inside * np.exp(-tilts), run.histogram[:, 0]
    shares = [counts / counts.sum(axis=1, keepdims=True) for counts in (expected, visits)]
    return 0.5 * np.abs(shares[0] - shares[1]).sum(axis=1).max()


@pytest.mark.slow
def test_exchanges_leave_every_window_as_it_is():
    assert exchange_bias(0) <= BIAS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("log_g[mine] - log_g[offered]", "log_g[offered] - log_g[mine]"),  # inverted
        ("log_g[mine] - log_g[offered]", "0.0"),  # always
        ("log_odds +=", "log_odds ="),  # the g of one window alone
    ],
)
def test_the_same_test_rejects_a_wrong_exchange(monkeypatch, right, wrong):
    put_mutant(monkeypatch, module, "_exchange_log_odds", right, wrong)
    assert exchange_bias(0) > BIAS


@pytest.mark.slow
def test_every_walker_stays_in_its_window_and_knows_its_energy():
    chain = random_chain(np.random.default_rng(3), (6, 7, 8))
    for max_flips in (0, 10**6):
        run = sample(chain, 0, max_flips, bins=energy_bins(chain, 0.5), windows=Windows(4, walkers=3))
        for w, k in np.ndindex(4, 3):
            first, stop = run.edges[w]
            assert run.bins.window(first, stop).index(run.energies[w, k]) is not None
            energy = chain.energy(chain.unflatten(run.spins[w, k]))
            assert run.energies[w, k] == pytest.approx(energy, abs=1e-9)
            outside = np.ones(run.bins.number, dtype=bool)
            outside[first:stop] = False
            assert not run.log_g[w, k, outside].any()
            assert not run.histogram[w, k, outside].any()


@pytest.mark.slow
def test_a_stage_ends_for_all_walkers_of_a_window_together():
    run = sample(di.square_lattice(8), 0, 10**6, windows=Windows(2, walkers=2))
    flips = run.progress[0].flips
    assert all(stage.flips == flips for stage in run.progress)
    assert run.flips == 4 * flips
    known = (run.log_g[0] > 0).any(axis=0)
    fourth, stage = np.flatnonzero(known)[3], Progress(flips, 1.0, 0, flips)
    run.histogram[0] = 0
    run.histogram[0, :, known] = 5  # each has half of the visits that are asked for
    run.histogram[0, 1, fourth] = 4
    assert module._look(run, 0, stage, di.OneOverT()).stage == 0
    run.histogram[0, 1, fourth] = 5
    assert module._look(run, 0, stage, di.OneOverT()).stage == 1
    assert np.array_equal(run.log_g[0, 0], run.log_g[0, 1])
    assert np.array_equal(run.log_g[0, 0] > 0, known)
    assert not run.histogram[0].any()
    assert not run.moves[0].any()


def test_a_bin_found_late_does_not_hold_the_walker():
    """With ln f = 1e-6 it would take 1e6 visits to build up a ln g from nothing."""
    lattice = di.square_lattice(4)
    run = sample(lattice, 0, 10**6, windows=Windows(1))
    run = replace(run, progress=(run.progress[0]._replace(log_f=1e-6),))
    run.log_g[0, 0, 0] = 0.0  # the ground state, as if it had never been seen
    state = prepare(lattice, run.spins[0, 0])._replace(fields=run.fields[0, 0])
    rng = np.random.default_rng(0)
    for _ in range(20):
        module._walk(run, (0, 0), state, rng, 10_000)
    found = run.log_g[0, 0]
    assert found[0] == pytest.approx(found[found > 0].min(), abs=0.1)
    assert run.energies[0, 0] > -32 or run.histogram[0, 0, 0] < 10**5


@pytest.mark.slow
@pytest.mark.parametrize("schedule", [di.OneOverT(), di.Flatness(), di.FixedStages()])
def test_stopping_and_resuming_changes_nothing(tmp_path, schedule):
    chain = random_chain(np.random.default_rng(1), (5, 4, 6))
    options = {"schedule": schedule, "bins": energy_bins(chain, 0.5), "windows": Windows(3, 0.6, 2)}
    whole = sample(chain, 2, 400_000, **options)

    @settings(max_examples=6, deadline=None)
    @given(stop=st.integers(0, 420_000))
    def resumed_equals_whole(stop):
        path = tmp_path / "run.npz"
        sample(chain, 2, stop, **options).save(path)
        resumed = sample(chain, 2, 400_000, path=path, **options)
        same_run(load_replica_exchange(path), resumed)
        if stop <= 400_000:
            same_run(resumed, whole)

    resumed_equals_whole()


def same_run(one, other):
    for name in ("progress", "bins", "generators", "asked"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("edges", "log_g", "histogram", "moves", "spins", "fields", "energies", "exchanges"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.slow
def test_max_flips_is_never_exceeded_and_finished_says_who_ended_it():
    lattice = di.square_lattice(4)
    run = sample(lattice, 0, 200_001)
    assert 200_001 - 4 * 10_000 < run.flips <= 200_001
    assert not run.finished
    done = sample(lattice, 0, 10**8, schedule=di.FixedStages())
    assert done.finished
    assert done.flips < 10**8


@pytest.mark.slow
def test_walkers_and_runs_draw_their_own_numbers():
    rng = np.random.default_rng(0)
    one, other = (
        replica_exchange_wang_landau(di.square_lattice(6), rng=rng, max_flips=2 * 10**5) for _ in range(2)
    )
    assert not np.array_equal(one.log_g, other.log_g)
    states = [generator["state"]["state"] for run in (one, other) for generator in run.generators]
    assert len(set(states)) == len(states) == 2 * (4 + 1)
    old = np.random.Generator(np.random.MT19937(0))
    assert replica_exchange_wang_landau(di.square_lattice(4), rng=old, max_flips=10**5).flips > 0


def test_too_short_a_run_says_so():
    run = sample(di.square_lattice(8), 0, 0)
    assert np.isnan(run.exchange_rates).all()
    with pytest.raises(
        di.NotConvergedError, match=r"after 0 flips .* two levels: save the run and go on with path="
    ) as caught:
        _ = run.dos
    assert caught.value.run is run
    short = sample(di.square_lattice(20), 0, 300_000)
    assert not short.complete.all()


def test_a_window_of_one_level_has_nothing_to_learn():
    """Equal bonds between four spins and four leave some windows a single level; the run went down."""
    chain = di.LayeredCouplings([np.ones((4, 4))])
    run = replica_exchange_wang_landau(chain, rng=np.random.default_rng(0), max_flips=10**6)
    assert (run.log_g > 0).any(axis=1).sum(axis=1).min() == 1
    assert errors(run.dos, di.enumerate_dos(chain))[0] <= 0.05


def test_what_stops_a_run_has_the_run_with_it(monkeypatch):
    def far_off(moves, own):
        raise di.NotConvergedError("the last of 7 steps", np.zeros(3))

    monkeypatch.setattr(module, "most_likely_log_g", far_off)
    with pytest.raises(
        di.NotConvergedError, match=r"window 0 after \d+ flips .* 7 steps\. Start anew"
    ) as caught:
        sample(di.square_lattice(4), 0, 10**6)
    monkeypatch.undo()
    assert caught.value.run.flips > 0
    assert caught.value.run.dos.log_total == pytest.approx(16 * np.log(2))


@given(
    first=st.integers(0, 50),
    size=st.integers(2, 400),
    number=st.integers(1, 8),
    overlap=st.floats(0.05, 0.95),
)
@example(first=0, size=33, number=5, overlap=0.5)  # halves
def test_windows_cover_the_bins_and_overlap(first, size, number, overlap):
    windows, width = Windows(number, overlap), size / (1 + (number - 1) * (1 - overlap))
    assume(min(overlap * width, (1 - overlap) * width) > 3 or number == 1)  # else they may be too few
    edges = windows.cut(first, first + size)
    assert edges.shape == (number, 2)
    assert (edges[0, 0], edges[-1, 1]) == (first, first + size)
    assert np.all(edges[:-1, 1] - edges[1:, 0] >= 2)
    assert np.all(np.diff(edges, axis=0) >= 1)
    widths = np.diff(edges, axis=1)
    assert widths.max() - widths.min() <= 1
    assert np.all(np.abs(edges[:-1, 1] - edges[1:, 0] - overlap * widths[0]) <= 2)


def test_misuse_is_refused(tmp_path):
    lattice, rng = di.square_lattice(4), np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"9 bins are too few for Windows\(number=20"):
        replica_exchange_wang_landau(lattice, rng=rng, windows=Windows(20))
    for arguments in ((0,), (2, 1.0), (2, 0.0), (2, 0.5, 0)):
        with pytest.raises(ValueError, match=r"overlap inside \(0, 1\), got"):
            Windows(*arguments)
    di.store.save(tmp_path / "result.npz", {"a": np.ones(3)}, {})
    with pytest.raises(di.DataFormatError, match="no ReplicaExchangeRun"):
        load_replica_exchange(tmp_path / "result.npz")


def test_windows_of_bins():
    bins = energy_bins(di.square_lattice(4))
    window = bins.window(2, 5)
    assert np.array_equal(window.centres, bins.centres[2:5])
    assert [window.index(energy) for energy in (-27, -26, -24, -20, -16, -14.5, -14)] == [
        None, 0, 0, 1, 2, 2, None
    ]  # fmt: skip
    for first, stop in ((-1, 4), (0, 10), (5, 4), (3, 4)):
        with pytest.raises(ValueError, match="bins"):
            bins.window(first, stop)
