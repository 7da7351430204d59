import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
import torch

from dnnising import DataFormatError, store


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "deep" / "result.npz"
    arrays = {"energies": np.arange(3.0), "spins": np.array([1, -1], dtype=np.int8)}
    store.save(path, arrays, {"seed": 7, "note": "β"})
    loaded, record = store.load(path)
    assert record == {"seed": 7, "note": "β"}
    assert loaded.keys() == arrays.keys()
    assert all(np.array_equal(loaded[name], arrays[name]) for name in arrays)
    assert [file.name for file in path.parent.iterdir()] == ["result.npz"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "result.npz"
    store.save(path, {"a": np.ones(2)}, {})

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.save(path, {"a": np.zeros(2)}, {})
    assert store.load(path)[0]["a"].tolist() == [1, 1]
    assert [file.name for file in tmp_path.iterdir()] == ["result.npz"]


def test_objects_and_reserved_names_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"[Oo]bject"):
        store.save(tmp_path / "a.npz", {"a": np.array([{}])}, {})
    with pytest.raises(ValueError, match="'record'"):
        store.save(tmp_path / "a.npz", {"record": np.ones(1)}, {})


def test_damage_is_reported(tmp_path):
    path = tmp_path / "a.npz"
    store.save(path, {"a": np.ones(1000)}, {})
    whole = path.read_bytes()
    for damaged in (whole[:200], b"", b"no archive", whole[:60] + bytes(40) + whole[100:]):
        path.write_bytes(damaged)
        with pytest.raises(DataFormatError, match="damaged"):
            store.load(path)
    with pytest.raises(FileNotFoundError):
        store.load(tmp_path / "missing.npz")


def test_pickles_are_never_read(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.array([{}], dtype=object), record=np.array("{}"))
    with pytest.raises(DataFormatError, match="damaged"):
        store.load(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        (
            "glas",
            ("wood", "glass", ""),
            "no kind 'glas' here; the nearest is 'glass'; there are: glass, wood$",
        ),
        ("iron", ("wood", "wood"), "no kind 'iron' here; there are: wood$"),
        ("16", (8, 16), "no kind '16' here; the nearest is 16; there are: 16, 8$"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(name, known, said):
    with pytest.raises(KeyError, match=said):
        raise store.UnknownNameError("kind", name, known, " here")


def test_provenance_names_commit_and_versions():
    record = store.provenance()
    assert record["numpy"] == np.__version__
    assert record["commit"]


def test_provenance_says_when_and_on_how_many_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")  # 14 hours from UTC
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        record = store.provenance()
    finally:
        torch.set_num_threads(before)
    date = datetime.fromisoformat(record["date"])
    assert date.tzinfo == UTC
    assert date.microsecond == 0
    assert abs((datetime.now(UTC) - date).total_seconds()) < 3600
    assert record["torch_threads"] == "3"
    assert record["OMP_NUM_THREADS"] == "7"
    assert all(int(threads) >= 1 for threads in record["blas_threads"].split(", "))
    assert record["blas"]
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert store.provenance()["OMP_NUM_THREADS"] == "not set"


@pytest.mark.slow
def test_provenance_tells_emulated_machines_apart():
    """What rounds differently must not pass for the same machine, with the same bits."""
    other = {"ATEN_CPU_CAPABILITY": "default", "NUMBA_CPU_NAME": "generic", "ONEDNN_MAX_CPU_ISA": "SSE41"}
    code = "from dnnising import store; print(store.provenance()['instructions'])"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, env=os.environ | other, check=True, capture_output=True, text=True)
    assert found.stdout.startswith("torch DEFAULT, numba generic")
    assert "ONEDNN_MAX_CPU_ISA SSE41" in found.stdout


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A small checkout with the store's module in it, which `_commit` takes for its own; runs git there."""
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "x")
        monkeypatch.setenv(f"{name}_EMAIL", "x@example.org")
    module = tmp_path / "package" / "store.py"
    result = tmp_path / "book" / "results" / "a.npz"
    for path in (module, result):
        path.parent.mkdir(parents=True)
        path.write_text("1")
    monkeypatch.setattr(store, "__file__", str(module))

    def git(*words):
        return subprocess.run(
            ["git", *words], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "all")
    return tmp_path, git


def test_the_commit_says_whether_the_code_differs_from_it(checkout):
    root, git = checkout
    commit = git("rev-parse", "HEAD").strip()
    assert store.provenance()["commit"] == commit
    (root / "book" / "results" / "a.npz").write_text("2")  # the run before has stored its own
    assert store.provenance()["commit"] == commit
    (root / "package" / "store.py").write_text("2")
    assert store.provenance()["commit"] == f"{commit}+changes"


def test_a_copy_that_is_no_checkout_names_no_commit(checkout):
    root, git = checkout
    git("rm", "--cached", "--quiet", "package/store.py")  # installed inside somebody's other project
    git("commit", "--quiet", "--message", "other")
    assert store.provenance()["commit"] == "not a checkout"
    shutil.rmtree(root / ".git")
    assert store.provenance()["commit"] == "not a checkout"
