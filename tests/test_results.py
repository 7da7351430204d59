"""Stored results are found by the parameters of their cells, and what is not there is refused by name."""

import json

import numpy as np
import pytest

from dnnising import results, store
from dnnising.errors import DataFormatError

CELLS = {
    f"{kind}/{n}/{k}": {"kind": kind, "n": n, "sample": k}
    for kind in ("glass", "iron")
    for n in (8, 16)
    for k in range(12)
} | {"bound": {"part": "bound", "p": 0.5}}


def arrays_of(scale):
    """A field that tells the cell and the scale, and one that only the bound has, of two parts."""
    told = {f"{cell}/energy": np.array([k, len(scale)]) for k, cell in enumerate(CELLS)}
    return told | {"bound/method/width": np.array(1.5)}


@pytest.fixture
def folder(tmp_path):
    for scale in ("quick", "full"):
        record = {
            "experiment": "toy",
            "scale": scale,
            "seed": 3,
            "cells": CELLS,
            "seconds": dict.fromkeys(CELLS, 2.0),
        }
        store.save(tmp_path / f"toy-{scale}.npz", arrays_of(scale), record)
    store.save(
        tmp_path / "early-quick.npz", {"a/energy": np.ones(2)}, {"experiment": "early", "scale": "quick"}
    )
    return tmp_path


def toy(folder):
    return results.stored("toy", folder)


def test_a_field_of_many_cells_comes_in_the_order_of_the_experiment(folder):
    found = toy(folder).select(kind="iron", n=16)
    assert len(found) == 12
    assert found["energy"].tolist() == [[k, 4] for k in range(36, 48)]
    assert found.values("sample") == list(range(12))
    assert found.seconds.tolist() == [2.0] * 12
    assert [cell.parameter("sample") for cell in found] == list(range(12))


def test_one_cell_gives_its_fields(folder):
    found = toy(folder)
    assert float(found.select(part="bound").one["method/width"]) == 1.5
    assert set(found.select(p=0.5).one) == {"energy", "method/width"}
    with pytest.raises(ValueError, match=r"toy has 12 such cells: glass/8/0, .*; select one of them"):
        _ = found.select(kind="glass", n=8).one


def test_cells_are_grouped_by_a_parameter(folder):
    by_size = toy(folder).by("n")
    assert list(by_size) == [8, 16]
    assert by_size[16]["energy"][:, 0].tolist() == [*range(12, 24), *range(36, 48)]
    with pytest.raises(ValueError, match=r"kind has the values \['glass', 'iron'\]"):
        by_size[16].parameter("kind")


def test_a_field_is_laid_out_over_parameters(folder):
    found = toy(folder).select(n=16)
    samples = [3, 1]
    laid = found.grid("energy", kind=["iron", "glass"], sample=samples)
    assert laid[..., 0].tolist() == [[39, 37], [15, 13]]
    assert laid.shape == (2, 2, 2)
    with pytest.raises(ValueError, match="select one of them"):
        found.grid("energy", kind=["iron"])
    with pytest.raises(store.UnknownNameError, match="there is no sample 12 in toy"):
        found.grid("energy", kind=["iron"], sample=[12])


def test_full_is_read_before_quick(folder):
    assert toy(folder).scale == "full"
    assert results.stored_file("toy", folder).name == "toy-full.npz"
    (folder / "toy-full.npz").unlink()
    assert results.stored_file("toy", folder).name == "toy-quick.npz"
    assert toy(folder).scale == "quick"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            lambda f: results.stored("tyo", f),
            "stored result 'tyo'; the nearest is 'toy'; there are: early, toy$",
        ),
        (
            lambda f: toy(f).select(kinds="glass"),
            "parameter 'kinds' of toy; the nearest is 'kind'; .*kind, n, p",
        ),
        (
            lambda f: toy(f).select(kind="gloss"),
            "kind 'gloss' in toy; the nearest is 'glass'; .*: glass, iron$",
        ),
        (lambda f: toy(f).select(kind="glass", n=17), "n 17 in toy.*there are: 16, 8$"),
        (lambda f: toy(f).select(n="16"), "n '16' in toy; the nearest is 16; there are: 16, 8$"),
        (
            lambda f: toy(f).select(kind="glass", part="bound"),
            "parameter 'part' of toy; .*: kind, n, sample$",
        ),
        (
            lambda f: toy(f).select(p=0.5)["enregy"],
            "field 'enregy' in bound of toy; .* energy, method/width$",
        ),
        (lambda f: toy(f).select(p=0.5).one["heat"], "field 'heat' in bound of toy"),
        (lambda f: toy(f).values("m"), "parameter 'm' of toy"),
        (lambda f: toy(f).select(p=0.5).parameter("n"), "parameter 'n' of toy; .*: p, part$"),
    ],
)
def test_what_is_not_there_is_refused_by_name(folder, asked, said):
    with pytest.raises(store.UnknownNameError, match=f"there is no {said}"):
        asked(folder)


def test_asking_is_not_finding(folder):
    found = toy(folder)
    assert found.has(kind="glass", n=8)
    assert not found.has(kind="glass", n=9)
    assert not found.has(kind="glass", p=0.5)
    assert not found.has(colour="red")


def test_what_is_shared_cannot_be_written_to(folder):
    cell = toy(folder).select(part="bound")
    with pytest.raises(ValueError, match="read-only"):
        cell.one["energy"][0] = 7
    assert cell["energy"].flags.writeable  # a stack is the caller's own


def test_a_file_without_cells_or_with_strays_is_refused(folder):
    with pytest.raises(DataFormatError, match="does not name its cells"):
        results.stored("early", folder)
    record = {"experiment": "a", "scale": "quick", "cells": {"x": {}}, "seconds": {"x": 1.0}}
    store.save(folder / "stray-quick.npz", {"x/energy": np.ones(1), "xy/energy": np.ones(1)}, record)
    with pytest.raises(DataFormatError, match="an array xy/energy of no cell"):
        results.read(folder / "stray-quick.npz")
    with pytest.raises(FileNotFoundError, match="name its folder"):
        results.stored("toy", folder / "nowhere")


def test_cells_that_are_missing_are_not_there(folder):
    record = {
        "experiment": "a",
        "scale": "full",
        "cells": {"x": {"n": 1}, "y": {"n": 2}},
        "seconds": {"x": 1.0},
        "missing": {"y": "no hub"},
    }
    store.save(folder / "half-full.npz", {"x/energy": np.ones(1)}, record)
    assert results.stored("half", folder).values("n") == [1]


def test_every_read_of_a_stored_result_is_noted(folder, tmp_path, monkeypatch):
    log = tmp_path / "reads"
    monkeypatch.setenv("DNNISING_READS", str(log))
    found = toy(folder)
    assert log.read_text() == "toy\n"
    log.unlink()
    part = found.select(kind="glass")
    assert not log.exists()
    _ = part["energy"]
    assert log.read_text() == "toy\n"
    log.unlink()
    assert part.has(n=8)
    assert log.read_text() == "toy\n"
    log.unlink()
    _ = results.read(folder / "toy-quick.npz").select(part="bound").one["energy"]
    assert not log.exists()


@pytest.mark.parametrize("path", sorted(results.FOLDER.glob("*.npz")), ids=lambda path: path.stem)
def test_every_stored_result_is_read_whole(path):
    """By its cells there are as many arrays as in the file, each of a cell that its parameters tell apart."""
    found = results.read(path)
    arrays, record = store.load(path)
    assert {f"{cell}/{field}" for cell, fields in found.fields.items() for field in fields} == set(arrays)
    assert f"{found.experiment}-{found.scale}" == path.stem
    assert list(found.parameters) == [cell for cell in record["cells"] if cell in record["seconds"]]
    assert set(record["cells"]) == set(record["seconds"]) | set(record.get("missing", ()))
    told = [json.dumps(parameters, sort_keys=True) for parameters in found.parameters.values()]
    assert len(set(told)) == len(told)
