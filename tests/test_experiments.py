"""The experiments' command line: the same result whatever the number of processes, and after a stop."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dnnising import store

FOLDER = Path(__file__).parents[1] / "book" / "experiments"

TOY = """
import os
from functools import partial
import experiment

def cell(rng, size):
    if os.environ.get("TOY_FAILS") == str(size):
        raise RuntimeError("stopped")
    if os.environ.get("TOY_UNREACHABLE") == str(size):
        raise experiment.Unreachable(f"no size {size} here")
    return {"noise": rng.normal(size=size)}

if __name__ == "__main__":
    experiment.run("toy", lambda scale: {f"n{n}": partial(cell, size=n) for n in (2, 3, 4)})
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    script = tmp_path / "toy.py"
    script.write_text(TOY)
    monkeypatch.syspath_prepend(str(FOLDER))

    def run(name, *options):
        out = tmp_path / f"{name}.npz"
        monkeypatch.setattr(sys, "argv", [str(script), "--out", str(out), *options])
        runpy.run_path(str(script), run_name="__main__")
        return store.load(out)

    return run


def test_every_cell_has_its_own_seed_and_the_record_says_what_ran(toy):
    arrays, record = toy("one", "--seed", "5")
    assert np.array_equal(arrays["n3/noise"], np.random.default_rng([5, 1]).normal(size=3))
    assert record["scale"] == "quick"
    assert record["seed"] == 5
    assert set(record["seconds"]) == {"n2", "n3", "n4"}
    assert "commit" in record["provenance"]


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[key], other[key]) for key in one)


def test_processes_do_not_matter(toy):
    assert same(toy("one")[0], toy("two", "--jobs", "2")[0])


@pytest.mark.filterwarnings("ignore")  # of the cluster, which is not under test
def test_a_dask_cluster_serves_unchanged(toy):
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        there = toy("there", "--dask", cluster.scheduler_address)[0]
    assert same(toy("here")[0], there)


def test_a_stopped_run_keeps_its_finished_cells(toy, monkeypatch, tmp_path):
    monkeypatch.setenv("TOY_FAILS", "4")
    with pytest.raises(RuntimeError, match="stopped"):
        toy("run")
    kept, record = store.load(tmp_path / "run.partial.npz")
    assert set(record["seconds"]) == {"n2", "n3"}
    assert set(kept) == {"n2/noise", "n3/noise"}
    monkeypatch.delenv("TOY_FAILS")
    monkeypatch.setenv("TOY_FAILS", "2")  # a finished cell is not computed again
    assert same(toy("run", "--resume")[0], toy_without_failure(toy, monkeypatch))
    assert not (tmp_path / "run.partial.npz").exists()


def toy_without_failure(toy, monkeypatch):
    monkeypatch.delenv("TOY_FAILS")
    return toy("whole")[0]


def test_resuming_something_else_is_refused(toy, monkeypatch, capsys):
    monkeypatch.setenv("TOY_FAILS", "4")
    with pytest.raises(RuntimeError, match="stopped"):
        toy("run")
    with pytest.raises(SystemExit):
        toy("run", "--resume", "--seed", "1")
    assert "another experiment, scale or seed" in capsys.readouterr().err


def test_what_is_out_of_reach_is_named_and_filled_in_later(toy, monkeypatch):
    monkeypatch.setenv("TOY_UNREACHABLE", "3")
    partly, record = toy("run")
    assert set(partly) == {"n2/noise", "n4/noise"}
    assert record["missing"] == {"n3": "no size 3 here"}
    monkeypatch.delenv("TOY_UNREACHABLE")
    monkeypatch.setenv("TOY_FAILS", "2")  # what is there is kept
    whole, record = toy("run", "--resume")
    assert record["missing"] == {}
    assert same(whole, toy_without_failure(toy, monkeypatch))


@pytest.mark.parametrize(
    ("scale", "commit", "options", "refused"),
    [
        ("full", "abc+changes", [], True),
        ("full", "abc+changes", ["--allow-changes"], False),
        ("full", "abc", [], False),
        ("full", "not a checkout", [], False),
        ("quick", "abc+changes", [], False),
    ],
)
def test_a_full_result_comes_from_a_commit(toy, monkeypatch, capsys, scale, commit, options, refused):
    here = store.provenance()
    monkeypatch.setattr(store, "provenance", lambda: here | {"commit": commit})
    if refused:
        with pytest.raises(SystemExit):
            toy("run", "--scale", scale, *options)
        assert "the checkout has changes" in capsys.readouterr().err
    else:
        assert toy("run", "--scale", scale, *options)[1]["provenance"]["commit"] == commit


STORED = FOLDER.parent / "results"
QUICK = sorted(path.name.removesuffix("-quick.npz") for path in STORED.glob("*-quick.npz"))
ELSEWHERE = {  # what needs more than the package, and why
    "peers": "the packages it races are installed by `make peers`",
}


def test_every_experiment_has_a_stored_quick_result():
    scripts = {path.stem for path in FOLDER.glob("*.py") if "experiment.run(" in path.read_text()}
    assert scripts - {"experiment"} == set(QUICK)


@pytest.mark.parametrize("name", QUICK)
def test_the_stored_quick_result_comes_out_again(name, tmp_path):
    """Bit for bit with the processor and the packages that made it; elsewhere within errors."""
    if name in ELSEWHERE:
        pytest.skip(ELSEWHERE[name])
    before, record = store.load(STORED / f"{name}-quick.npz")
    out = tmp_path / "again.npz"
    command = [sys.executable, str(FOLDER / f"{name}.py"), "--scale", "quick", "--seed", "0"]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True, env=one_thread)
    again, now = store.load(out)
    if now["missing"]:
        pytest.skip(f"not on this machine: {now['missing']}")
    assert (record["seed"], record["scale"]) == (0, "quick")
    assert again.keys() == before.keys()
    here, there = ({**found["provenance"], "commit": ""} for found in (now, record))
    for key in set(before) - {key for key in before if key.endswith(MEASURED_ON_THE_MACHINE)}:
        if here == there:
            np.testing.assert_array_equal(again[key], before[key], err_msg=key)
        else:
            within_errors(key, again, before)


MEASURED_ON_THE_MACHINE = ("seconds", "memory")


def within_errors(key, again, before):
    """Five errors where a field has one beside it; otherwise a twentieth, as of other random numbers."""
    if again[key].dtype.kind != "f" or key.endswith("_error"):
        return
    error = before.get(f"{key}_error", 0.01 * np.abs(before[key]))
    both = np.isfinite(again[key]) & np.isfinite(before[key])
    assert np.all(np.abs(again[key] - before[key])[both] <= 5 * error[both] + 1e-12), key


@pytest.mark.parametrize("path", sorted(STORED.glob("*-full.npz")), ids=lambda path: path.stem)
def test_full_results_say_where_they_come_from(path):
    arrays, record = store.load(path)
    assert arrays
    assert record["scale"] == "full"
    assert (FOLDER / f"{record['experiment']}.py").is_file()
    assert set(record["provenance"]) >= {"commit", "python", "machine", "dnnising", "numpy", "torch"}
    cells = tuple(f"{cell}/" for cell in record["seconds"])
    assert all(name.startswith(cells) for name in arrays)
    assert all(any(name.startswith(cell) for name in arrays) for cell in cells)
