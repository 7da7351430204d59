"""Data flows one way: a room imports only from rooms to its left."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "dnnising"
ORDER = [
    "errors",
    "printing",
    "randomness",
    "store",
    "results",
    "density",
    "thermo",
    "models",
    "weights",
    "spectra",
    "exact",
    "sampling",
    "dynamics",
    "landscapes",
    "released",
    "source",
    "figures",
]


def rooms_imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that their direction shows"
            if node.module == "dnnising":
                yield from (alias.name for alias in node.names)
            elif (node.module or "").startswith("dnnising."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.split(".")[1] for alias in node.names if alias.name.startswith("dnnising.")
            )


def files():
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_left(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    allowed = ORDER[: ORDER.index(room) + 1]
    for imported in rooms_imported(path.read_text(encoding="utf-8")):
        assert imported in allowed, f"{path} imports {imported}, which stands to the right of {room}"


def test_the_check_sees_a_wrong_direction():
    assert list(
        rooms_imported("from dnnising.sampling.quench import quench\nfrom dnnising import store")
    ) == [
        "sampling",
        "store",
    ]


def test_every_room_is_in_the_order():
    found = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if not path.name.startswith("_")}
    assert found == set(ORDER)
