"""Stored results and the rows of the ledger are, bit for bit, what they were when they were pinned.

Whoever stores a result again, or writes another claim, pins it: `python -m tests.book.test_pinned`.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from book.tools import ledger
from dnnising import store

ROOT = Path(__file__).parents[2]
PINNED = Path(__file__).parent / "pinned.json"


def digest(arrays):
    """Of names, types, shapes and every bit."""
    found = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        little = array.astype(array.dtype.newbyteorder("<"))
        found.update(f"{name} {little.dtype.str} {little.shape} ".encode())
        found.update(np.ascontiguousarray(little).data)
    return found.hexdigest()


def digests():
    """Of every stored result, by its file."""
    return {path.name: digest(store.load(path)[0]) for path in sorted((ROOT / "book/results").glob("*.npz"))}


def rows():
    """All of the ledger, but for what made and shows them."""
    return [
        [row.where, row.claim, row.theirs, row.ours, row.verdict.value, row.page]
        for source in ledger.SOURCES
        for row in source.rows()
    ]


@pytest.fixture(scope="module")
def pinned():
    return json.loads(PINNED.read_text(encoding="utf-8"))


def test_stored_results_have_not_moved_by_a_bit(pinned):
    assert digests() == pinned["results"]


@pytest.mark.slow
def test_rows_of_the_ledger_have_not_moved(pinned):
    assert rows() == pinned["rows"]


@pytest.mark.parametrize("change", ["value", "sign of zero", "type", "shape", "name"])
def test_one_changed_number_is_seen(change):
    arrays = {"a/energy": np.array([[1.0, 0.0]]), "b/energy": np.array(["x"])}
    a = arrays["a/energy"]
    changed = {
        "value": {"a/energy": np.nextafter(a, 2)},
        "sign of zero": {"a/energy": a * [1, -1]},
        "type": {"a/energy": a.astype(np.float32)},
        "shape": {"a/energy": a[0]},
        "name": {"a/energies": a},
    }[change]
    rest = arrays if change != "name" else {"b/energy": arrays["b/energy"]}
    assert digest(rest | changed) != digest(arrays)


if __name__ == "__main__":
    kept = {"results": digests(), "rows": rows()}
    PINNED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
