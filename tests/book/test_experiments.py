"""The experiments' command line: the same result whatever the number of processes, and after a stop."""

import importlib
import os
import re
import runpy
import subprocess
import sys
from functools import partial
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest
import torch

from book.experiments import agreement, experiment
from dnnising import store

FOLDER = Path(__file__).parents[2] / "book" / "experiments"
TOY = """
import os
import signal
from functools import partial
from book.experiments import experiment
from book.experiments.agreement import close

def cell(rng, size):
    if os.environ.get("TOY_FAILS") == str(size):
        raise RuntimeError("stopped")
    if os.environ.get("TOY_UNREACHABLE") == str(size):
        raise experiment.Unreachable(f"no size {size} here")
    if starts := os.environ.get("TOY_STARTS"):
        with open(starts, "a") as file:
            file.write(f"{size}\\n")
    killed = os.environ.get("TOY_KILLS")
    if killed and size == 3 and not os.path.exists(killed):  # once
        open(killed, "x").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"noise": rng.normal(size=size)}

if __name__ == "__main__":
    cells = {f"n{n}": experiment.cell(partial(cell, size=n), twice=2 * n) for n in (2, 3, 4)}
    experiment.run("toy", lambda scale: cells, {WAYS})
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    script = tmp_path / "toy.py"
    script.write_text(TOY.replace("{WAYS}", '{"noise": close()}'))

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
    assert record["cells"] == {f"n{n}": {"size": n, "twice": 2 * n} for n in (2, 3, 4)}
    assert "commit" in record["provenance"]


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[key], other[key]) for key in one)


def test_processes_do_not_matter(toy):
    assert same(toy("one")[0], toy("two", "--jobs", "2")[0])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster, which is not under test
def test_a_dask_cluster_serves_unchanged(toy):
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        there = toy("there", "--dask", cluster.scheduler_address)[0]
    assert same(toy("here")[0], there)


PAGE = (FOLDER.parent / "cluster.md").read_text(encoding="utf-8")
CODE = [dedent(block) for block in re.findall(r"^ *```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)]


class Slurm:
    """What the page's script asks of dask-jobqueue, with workers of this machine in place of Slurm's."""

    def __init__(self, **options):
        from distributed import LocalCluster

        self.options = options
        self.workers = LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None)
        self.scheduler_address = self.workers.scheduler_address

    def job_script(self):
        return f"{self.options}"

    def scale(self, jobs):
        self.workers.scale(min(3, jobs * self.options["processes"]))

    def close(self):
        self.workers.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the cluster, which is not under test
def test_a_killed_worker_loses_no_cell(toy, monkeypatch, tmp_path):
    """The page's script, while one of three workers dies in a cell, which is then computed by another."""
    monkeypatch.setitem(sys.modules, "dask_jobqueue", SimpleNamespace(SLURMCluster=Slurm))
    monkeypatch.setenv("TOY_KILLS", str(tmp_path / "killed"))
    monkeypatch.setenv("TOY_STARTS", str(tmp_path / "starts"))
    script, out = tmp_path / "slurm.py", tmp_path / "there.npz"
    script.write_text(next(code for code in CODE if "SLURMCluster" in code))
    monkeypatch.setattr(sys, "argv", [str(script), str(tmp_path / "toy.py"), "--out", str(out), "--resume"])
    runpy.run_path(str(script), run_name="__main__")
    there, record = store.load(out)
    assert (tmp_path / "killed").exists()
    assert (tmp_path / "starts").read_text().split().count("3") == 2  # by the worker that died, and again
    assert list(record["cells"]) == list(record["seconds"]) == ["n2", "n3", "n4"]
    assert same(toy("here")[0], there)


def test_the_page_asks_slurm_for_what_it_says(tmp_path):
    jobqueue = pytest.importorskip("dask_jobqueue")
    asked = []

    def cluster(**options):
        asked.append(options)
        raise InterruptedError

    code = next(code for code in CODE if "SLURMCluster" in code)
    code = code.replace("from dask_jobqueue import SLURMCluster", "")
    with pytest.raises(InterruptedError):
        exec(code, {"__name__": "__main__", "SLURMCluster": cluster})
    options = asked[0] | {"log_directory": str(tmp_path / "logs")}
    job = jobqueue.slurm.SLURMJob("tcp://scheduler:8786", name="worker", **options)
    lines = job.job_script().splitlines()
    wanted = {"-p cpu", "-A physics", "-n 1", "--cpus-per-task=8", "--mem=16G", "-t 04:00:00"}
    assert {f"#SBATCH {option}" for option in wanted} <= set(lines)
    assert "export OMP_NUM_THREADS=1" in lines
    (worker,) = (line for line in lines if line.startswith(sys.executable))
    for option in ("--nthreads 1", "--nworkers 8", "--lifetime 3h50m", "--lifetime-stagger 5m"):
        assert option in worker


def test_the_page_compares_a_quick_result():
    (check,) = (code for code in CODE if "disagreements" in code)
    exec(check.replace("/tmp/quick.npz", str(STORED / "phase_plane-quick.npz")), {})
    with pytest.raises(AssertionError):
        exec(check.replace("/tmp/quick.npz", str(STORED / "all_layers-quick.npz")), {})


def test_a_stopped_run_keeps_its_finished_cells(toy, monkeypatch, tmp_path):
    monkeypatch.setenv("TOY_FAILS", "4")
    with pytest.raises(RuntimeError, match="stopped"):
        toy("run")
    kept, record = store.load(tmp_path / "run.partial" / "n3.npz")
    assert {path.name for path in (tmp_path / "run.partial").iterdir()} == {"n2.npz", "n3.npz"}
    assert (set(kept), record["parameters"]) == ({"noise"}, {"size": 3, "twice": 6})
    monkeypatch.delenv("TOY_FAILS")
    monkeypatch.setenv("TOY_FAILS", "2")  # a finished cell is not computed again
    assert same(toy("run", "--resume")[0], toy_without_failure(toy, monkeypatch))
    assert not (tmp_path / "run.partial").exists()


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


def test_resuming_with_other_parameters_is_refused(toy, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TOY_FAILS", "4")
    with pytest.raises(RuntimeError, match="stopped"):
        toy("run")
    script = tmp_path / "toy.py"
    script.write_text(script.read_text().replace("twice=2 * n", "twice=3 * n"))
    with pytest.raises(SystemExit):
        toy("run", "--resume")
    assert "has cells of other parameters, such as n2" in capsys.readouterr().err


def test_a_cell_has_the_plain_arguments_of_its_computation_as_parameters():
    cell = experiment.cell
    compute = partial(print, kind="glass", size=np.int64(3), shapes=(2, 3), weight=0.5)
    found = cell(compute, sample=4)
    assert found.compute is compute
    assert found.parameters == {"kind": "glass", "size": 3, "weight": 0.5, "sample": 4}
    assert type(found.parameters["size"]) is int
    with pytest.raises(ValueError, match="given twice: kind"):
        cell(compute, kind="iron")


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


def test_some_cells_first_and_the_rest_later(toy, monkeypatch, capsys):
    partly, record = toy("run", "--cells", "n4", "n2")
    assert set(partly) == {"n2/noise", "n4/noise"}
    assert record["missing"] == {"n3": "left out by --cells"}
    whole, record = toy("run", "--resume")
    assert record["missing"] == {}
    assert same(whole, toy("whole")[0])
    with pytest.raises(SystemExit):
        toy("other", "--cells", "n5")
    assert "there is no cell n5, but n2, n3, n4" in capsys.readouterr().err


def test_a_cell_that_keeps_its_state_goes_on_from_it(monkeypatch, tmp_path):
    out = tmp_path / "long.npz"

    def compute(rng, path=None):
        assert path == tmp_path / "long.partial" / "one%2Fcell.state"
        if not path.exists():
            path.parent.mkdir()
            path.write_text("half")
            raise RuntimeError("stopped")
        return {"told": np.array(path.read_text() == "half")}

    def run():
        experiment.run(
            "long",
            lambda scale: {"one/cell": experiment.cell(compute, keeps=True)},
            {"told": agreement.exact},
        )

    monkeypatch.setattr(sys, "argv", ["long.py", "--out", str(out), "--resume"])
    with pytest.raises(RuntimeError, match="stopped"):
        run()
    run()
    assert store.load(out)[0]["one/cell/told"]
    assert not (tmp_path / "long.partial").exists()


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


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ("{}", "does not say how to compare noise"),
        ('{"noise": close(), "signal": close()}', "names what no cell makes: signal"),
    ],
)
def test_every_field_says_how_it_is_compared(toy, tmp_path, ways, said):
    (tmp_path / "toy.py").write_text(TOY.replace("{WAYS}", ways))
    with pytest.raises(ValueError, match=said):
        toy("run")
    assert not (tmp_path / "run.npz").exists()


def test_what_runs_in_this_process_runs_on_one_thread(monkeypatch):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        arrays, missing = experiment.compute(
            {"cell": experiment.cell(lambda rng: {"threads": threads()})}, seed=0
        )
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert missing == {}
    assert set(arrays["cell/threads"].tolist()) == {1}


def threads():
    here = store.provenance()
    return np.array([int(here["torch_threads"]), int(here["blas_threads"][0])])


STORED = FOLDER.parent / "results"
QUICK = sorted(path.name.removesuffix("-quick.npz") for path in STORED.glob("*-quick.npz"))
ELSEWHERE = {  # what needs more than the package, and why
    "peers": "the packages it races are installed by `make peers`",
}
THEIRS = (
    "commit",
    "date",
    "OMP_NUM_THREADS",
)  # of a provenance: what decides no bit, the threads being equal


def test_every_experiment_has_a_stored_quick_result():
    scripts = {path.stem for path in FOLDER.glob("*.py") if "experiment.run(" in path.read_text()}
    assert scripts - {"experiment"} == set(QUICK)


@pytest.fixture
def script(monkeypatch):
    """Imports an experiment; one whose packages are absent gets stand-ins: it can compare, not compute."""

    def load(name):
        if name in ELSEWHERE:
            for module in ("book.experiments.peers_density", "book.experiments.peers_ground_state"):
                monkeypatch.setitem(sys.modules, module, MagicMock())
        return importlib.import_module(f"book.experiments.{name}")

    return load


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
@pytest.mark.filterwarnings("default")  # a diverging student overflows, and is stored as such
def test_the_stored_quick_result_comes_out_again(name, script):
    """Bit for bit with the processor and the packages that made it; elsewhere as each field says."""
    if name in ELSEWHERE:
        pytest.skip(ELSEWHERE[name])
    before, record = store.load(STORED / f"{name}-quick.npz")
    assert (record["seed"], record["scale"]) == (0, "quick")
    module = script(name)
    again, missing = experiment.compute(module.cells("quick"), seed=0)
    if missing:
        pytest.skip(f"not on this machine: {missing}")
    with experiment.one_thread():
        here, there = ({**of, **dict.fromkeys(THEIRS)} for of in (store.provenance(), record["provenance"]))
    assert agreement.disagreements(module.WAYS, again, before) == []
    if here == there:
        for key in (key for key in before if not module.WAYS[key.rpartition("/")[2]].reason):
            np.testing.assert_array_equal(again[key], before[key], err_msg=key)


@pytest.mark.parametrize("name", QUICK)
def test_the_record_names_the_parameters_of_the_script(name, script):
    _, record = store.load(STORED / f"{name}-quick.npz")
    assert record["cells"] == {key: dict(one.parameters) for key, one in script(name).cells("quick").items()}


@pytest.mark.parametrize("scale", ["quick", "full"])
@pytest.mark.parametrize("name", QUICK)
def test_no_two_cells_have_one_stream_of_random_numbers(name, scale, script):
    cells = script(name).cells(scale).values()
    streams = [cell.stream or (index,) for index, cell in enumerate(cells)]
    assert len(set(streams)) == len(streams)


@pytest.mark.slow
def test_the_command_line_makes_the_stored_result(tmp_path, script):
    out = tmp_path / "again.npz"
    command = [sys.executable, str(FOLDER / "sk_ground_state.py"), "--scale", "quick", "--seed", "0"]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True, env=one_thread)
    again, _ = store.load(out)
    before, _ = store.load(STORED / "sk_ground_state-quick.npz")
    assert agreement.disagreements(script("sk_ground_state").WAYS, again, before) == []


def test_a_chaotic_point_is_forgiven_and_a_chaotic_row_is_not():
    """A point of a plane may differ from machine to machine altogether, if most of its row does not."""
    before = {f"hot/{column}/loss": np.full(4, 1.0 + column) for column in range(3)}
    for chaotic, agrees in ((1, True), (2, False)):
        again = before | {f"hot/{column}/loss": np.full(4, 9.0) for column in range(chaotic)}
        assert (agreement.disagreements({"loss": agreement.mostly}, again, before) == []) == agrees
    found = agreement.disagreements({"loss": agreement.mostly}, again, before | {"cold/0/loss": np.ones(4)})
    assert found == ["cold/0/loss is missing", "hot/…/loss: 33% of the places agree"]


def test_a_cell_may_have_the_stream_that_a_part_of_another_had():
    """So cells may become finer, and each number stays."""
    draw = partial(lambda rng: {"noise": rng.normal(size=2)})
    cells = {f"{i}/{j}": experiment.cell(draw, stream=(i, j), i=i, j=j) for i in (0, 1) for j in (0, 1, 2)}
    arrays, _ = experiment.compute(cells | {"last": experiment.cell(draw)}, seed=7)
    for i in (0, 1):
        for j, own in enumerate(np.random.default_rng([7, i]).spawn(3)):
            assert np.array_equal(arrays[f"{i}/{j}/noise"], own.normal(size=2))
    assert np.array_equal(arrays["last/noise"], np.random.default_rng([7, 6]).normal(size=2))


# --- wrong results, each of which the comparison must see ---------------------------------------------------

THERMAL = {"energy_error", "heat_capacity_error", "entropy_error"}
TEMPERED = {
    *("log_g_error", "drift", "seeds", "autocorrelation"),  # of ten blocks, in errors or in sweeps
    "exchange",  # a half more is seen: probabilities scatter from rung to rung
    *("round_trips", "equilibrated"),  # a few round trips, about twenty rungs: whole numbers
}
COARSE = {  # fields in which a tenth more is not seen, but a factor of ten, except that
    "batch_size": {  # images, of which chaos moves some: whole numbers; and the loss, where all are learned
        *("train_error", "test_error", "loss"),
    },
    "nulls": THERMAL,  # errors of ten blocks, known to a factor
    "networks": THERMAL,
    "equilibrium": TEMPERED,
    "base_size": TEMPERED,
}
UNCOMPARED = {  # fields that only the machine decides
    "lattice32": {"seconds", "cpu_seconds"},
    "networks": {"memory", "shortcomings"},
    "nulls": {"shortcomings"},
    "equilibrium": {"shortcomings"},
    "base_size": {"shortcomings"},
    "peers": {"setup", "repeated", "seconds", "load", "day", "cpu", "cores", "memory", "versions"},
}


def mutants(array, way):
    """Wrong versions of an array, None where there is none, each with what is wrong with it."""
    yield "missing", None
    other = np.float32 if array.dtype == np.float64 else np.float64
    yield "of another type", np.zeros(array.shape) if array.dtype.kind == "U" else array.astype(other)
    yield "of another shape", array[None]
    if not way.reason and array.dtype.kind == "f" and np.any(array[np.isfinite(array)]):
        yield "scaled", (array * way.resolution).astype(array.dtype)
    if array.ndim and array.shape[-1] > 1 and not way.reason:
        if not way.ragged or way.ordered:
            yield "shortened", array[..., :-1]
        moved = np.roll(array, array.shape[-1] // 2, axis=-1)  # leaves nothing in its place
        if way.ordered and not np.array_equal(moved, array, equal_nan=array.dtype.kind == "f"):
            yield "permuted", moved


def compared_together(stored, ways):
    """The arrays of each cell, or of each row of cells where a way compares these, by their names."""
    found = {}
    for key, array in stored.items():
        cell, _, _ = key.rpartition("/")
        together = cell.rpartition("/")[0] if any(way.by_row for way in ways.values()) else cell
        found.setdefault(together, {})[key] = array
    return found.values()


@pytest.mark.parametrize("name", QUICK)
def test_wrong_results_are_seen(name, script):
    ways = script(name).WAYS
    stored, record = store.load(STORED / f"{name}-quick.npz")
    assert agreement.disagreements(ways, stored, stored) == []
    missed = []
    for arrays in compared_together(stored, ways):
        wrong = {}  # the arrays of one field, by the field and what is wrong with them
        for key, array in arrays.items():
            field = key.rpartition("/")[2]
            for what, mutant in mutants(array, ways[field]):
                wrong.setdefault((field, what), {})[key] = mutant
        its_ways = {field: ways[field] for field, _ in wrong}
        for what, mutated in wrong.items():
            again = {key: array for key, array in (arrays | mutated).items() if array is not None}
            if not agreement.disagreements(its_ways, again, arrays):
                missed.append(f"{next(iter(mutated))} {what}")
    assert missed == []
    for cell in record["seconds"]:
        rest = {key: array for key, array in stored.items() if not key.startswith(f"{cell}/")}
        assert agreement.disagreements(ways, rest, stored)
    coarse = COARSE.get(name, set())
    assert {field for field, way in ways.items() if way.resolution > 1.1 and not way.reason} == coarse
    assert {field for field, way in ways.items() if way.reason} == UNCOMPARED.get(name, set())


def test_fractions_are_not_compared_exactly():
    whole, fractions = {"run/times": np.array([2.0, np.inf])}, {"run/times": np.geomspace(1, 2, 3)}
    assert agreement.disagreements({"times": agreement.exact}, whole, whole) == []
    with pytest.raises(ValueError, match=r"times holds fractions, such as 1\.41.*close"):
        agreement.disagreements({"times": agreement.exact}, fractions, fractions)


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
