import numpy as np
import pytest

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


def test_samples_of_a_cell_come_in_order(tmp_path):
    arrays = {f"glass/{k}/energy": np.array([k, k + 0.5]) for k in range(12)} | {
        "other/0/energy": np.array(1.0)
    }
    store.save(tmp_path / "a.npz", arrays, {"seed": 3})
    found = store.load_samples(tmp_path / "a.npz")
    assert found.of("glass", "energy").tolist() == [[k, k + 0.5] for k in range(12)]
    assert found.of("glass", "heat").shape == (0,)
    assert found.record == {"seed": 3}


def test_provenance_names_commit_and_versions():
    record = store.provenance()
    assert record["numpy"] == np.__version__
    assert record["commit"]
