"""One protocol for resuming, which all long functions follow: stopped and resumed equals unbroken."""

import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

import dnnising as di
from dnnising import resuming, store
from dnnising.dynamics import GPTConfig, train_gpt
from dnnising.sampling import Windows, sample_overlaps
from dnnising.students import TeacherStudent, phase_diagram
from tests.conftest import random_chain

GLASS = random_chain(np.random.default_rng(0), (5, 6, 5))
LARGE = random_chain(np.random.default_rng(0), (13, 13))
TASK = TeacherStudent(widths=(2, 4, 1), examples=20)
TINY = GPTConfig(blocks=1, heads=2, width=8, context=8)
TEXT = "to be or not to be, " * 50


def walk(max_flips=100_000, **given):
    return di.wang_landau(di.square_lattice(4), max_flips=max_flips, **given)


def walkers(walkers=2, max_flips=1_200_000, **given):
    windows = Windows(4, 0.75, walkers)
    return di.replica_exchange_wang_landau(GLASS, windows=windows, max_flips=max_flips, **given)


def tempering(sweeps=20, **given):
    return di.parallel_tempering(GLASS, sweeps=sweeps, **given)


def overlaps(sweeps=20, **given):
    return sample_overlaps(GLASS, np.ones((1, GLASS.n_spins)), [0.2, 0.5, 1.0], sweeps=sweeps, **given)


def density(runs=2, **given):
    return di.density_of_states(LARGE, sweeps=300, runs=runs, **given)


def students(batch=4, **given):
    options = {"task": TASK, "updates": 20, "snapshots": 2, "runs": 2, "batch": batch}
    return phase_diagram([0.1, 1.0], [0.5, 2.0], **options, **given)


def gpt(text=TEXT, at=(0, 3, 9), **given):
    return list(train_gpt(TINY, text, iterations=at, **given))


LONG = {  # each with another value of one of its options, and the name under which the file has it
    walk: ({"schedule": di.Flatness()}, "schedule"),
    walkers: ({"walkers": 3}, "windows"),
    tempering: ({"sweeps": 21}, "sweeps"),
    overlaps: ({"sweeps": 21}, "sweeps"),
    density: ({"runs": 3}, "runs"),
    students: ({"batch": 3}, "batch"),
    gpt: ({"text": TEXT + " "}, "text"),
}
each = pytest.mark.parametrize("run", LONG, ids=lambda run: run.__name__)


def same(one, other):
    """Bit for bit."""
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(one, other, equal_nan=isinstance(one, np.ndarray) and one.dtype.kind == "f")


def test_what_differs_in_a_bit_is_not_the_same():
    one = walk(rng=0)
    assert same(one, walk(rng=0))
    one.log_g[3] = np.nextafter(one.log_g[3], np.inf)
    assert not same(one, walk(rng=0))


class Stop:
    """A report that stops the run at one of its calls."""

    def __init__(self, at):
        self.at, self.calls = at, 0

    def __call__(self, done, total, shown):
        if self.calls == self.at:
            raise KeyboardInterrupt
        self.calls += 1


@pytest.mark.slow
@each
def test_stopped_and_resumed_equals_unbroken(run, tmp_path, monkeypatch):
    """Stopped before the first step and again and again; each time the state of that moment is there."""
    monkeypatch.setattr(resuming, "SAVE_SECONDS", -1.0)  # after every step
    path, rng = tmp_path / "new" / "run.npz", np.random.default_rng(7)
    whole = run(rng=rng)
    for at in (0, 1, 2, 1):
        with pytest.raises(KeyboardInterrupt):
            run(rng=7, path=path, progress=Stop(at))
        assert path.exists()
    assert same(run(rng=7, path=path), whole)
    told = []
    again = np.random.default_rng(7)
    assert same(run(rng=again, path=path, progress=lambda *report: told.append(report)), whole)
    assert [done for done, total, _ in told] == [told[0][1]] * len(told)  # there is nothing left to do
    # nor does what the caller draws next depend on whether a file was there
    assert again.bit_generator.state == rng.bit_generator.state
    assert again.spawn(1)[0].random() == rng.spawn(1)[0].random()


@pytest.mark.slow
@each
def test_a_file_of_another_run_is_refused_and_left_as_it_is(run, tmp_path):
    path, (other, name) = tmp_path / "run.npz", LONG[run]
    run(rng=0, path=path)
    content = path.read_bytes()
    for options, differing in (({"rng": 1}, "rng"), ({"rng": 0, **other}, name)):
        with pytest.raises(
            ValueError, match=rf"run\.npz holds .* that differs in {differing}: .* another path"
        ):
            run(**options, path=path)
    used = np.random.default_rng(0)
    used.spawn(1)
    with pytest.raises(ValueError, match="differs in rng"):
        run(rng=used, path=path)
    assert path.read_bytes() == content
    path.write_bytes(content[:-100])
    with pytest.raises(di.DataFormatError, match="damaged"):
        run(rng=0, path=path)
    store.save(path, {"numbers": np.arange(3)}, {})
    with pytest.raises(di.DataFormatError, match="holds no "):
        run(rng=0, path=path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("run", "first", "more"),
    [
        (walk, {"max_flips": 30_000}, {"max_flips": 100_000}),
        (walkers, {"max_flips": 400_000}, {"max_flips": 1_200_000}),
        (gpt, {"at": (0, 3)}, {"at": (0, 3, 9)}),
    ],
)
def test_a_run_that_has_ended_goes_on_with_more(run, first, more, tmp_path):
    path = tmp_path / "run.npz"
    short, whole = run(rng=0, **first), run(rng=0, **more)
    assert same(run(rng=0, path=path, **first), short)
    assert same(run(rng=0, path=path, **more), whole)
    if run is not gpt:  # with less it is what it was
        assert same(run(rng=0, path=path, **first), whole)


def test_a_model_is_not_another(tmp_path):
    di.wang_landau(di.square_lattice(4), rng=0, max_flips=0, path=tmp_path / "run.npz")
    with pytest.raises(ValueError, match="differs in model, bins: "):
        di.wang_landau(di.square_lattice(6), rng=0, max_flips=0, path=tmp_path / "run.npz")
    with pytest.raises(di.DataFormatError, match="holds no tempering run: 'beta_max, bins, device"):
        di.parallel_tempering(GLASS, rng=0, path=tmp_path / "run.npz")


class Steps:
    """Counts how often it is saved."""

    saves = 0

    def save(self, path):
        self.saves += 1


def test_a_run_is_saved_every_half_minute_and_at_the_end(monkeypatch):
    run, clock, seen = Steps(), iter(range(0, 1000, 8)), []
    monkeypatch.setattr(resuming.time, "monotonic", lambda: next(clock))
    for _ in resuming.keep([run] * 10, "run.npz"):
        seen.append(run.saves)
    assert seen == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    assert run.saves == 3
    list(resuming.keep([run] * 10, None))
    assert run.saves == 3


KILLED = """
import os, signal, sys
from dnnising import resuming
from tests import test_resuming
name, path, at = sys.argv[1:]
resuming.SAVE_SECONDS = -1.0
class Kill:
    calls = 0
    def __call__(self, done, total, shown):
        if self.calls == int(at):
            os.kill(os.getpid(), signal.SIGKILL)
        self.calls += 1
getattr(test_resuming, name)(rng=7, path=path, progress=Kill())
"""


@pytest.mark.soak
@each
def test_killed_and_resumed_equals_unbroken(run, tmp_path):
    """SIGKILL in the middle, twice, and something half written beside the file, as it may be left by that."""
    path = tmp_path / "run.npz"
    for at in (2, 1):
        command = [sys.executable, "-c", KILLED, run.__name__, str(path), str(at)]
        killed = subprocess.run(command, cwd=Path(__file__).parents[1], check=False)
        assert killed.returncode == -signal.SIGKILL
    (tmp_path / ".run.npz.1.partial").write_bytes(b"half a file")
    assert same(run(rng=7, path=path), run(rng=7))
