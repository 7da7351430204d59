"""Data flows one way: a room imports only from rooms to its left."""

import ast
import re
from pathlib import Path

import pytest

from dnnising.lazy import imported

PACKAGE = Path(__file__).parents[1] / "dnnising"
ORDER = [
    "errors",
    "lazy",
    "uncertainty",
    "printing",
    "progress",
    "randomness",
    "store",
    "resuming",
    "results",
    "density",
    "thermo",
    "models",
    "weights",
    "spectra",
    "exact",
    "sampling",
    "students",
    "generalisation",
    "dynamics",
    "landscapes",
    "stosic",
    "figures",
]


def paths_imported(nodes):
    """Full names, of the package, that some nodes of a syntax tree import."""
    for _, module, name in imported(nodes, ""):
        if f"{module}.".startswith("dnnising."):
            yield f"{module}.{name}"


def rooms_imported(source):
    """By any statement of it. Imports are absolute, so that their direction shows: others are an error."""
    return [path.split(".")[1] for path in paths_imported(ast.walk(ast.parse(source)))]


def files():
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_left(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    allowed = ORDER[: ORDER.index(room) + 1]
    for other in rooms_imported(path.read_text(encoding="utf-8")):
        assert other in allowed, f"{path} imports {other}, which stands to the right of {room}"


def test_the_check_sees_a_wrong_direction():
    source = "from dnnising.sampling.ground_states.quenching import quench\nfrom dnnising import store"
    assert rooms_imported(source) == ["sampling", "store"]
    assert rooms_imported("def later():\n    import dnnising.weights.rotate as turned") == ["weights"]
    with pytest.raises(ImportError):
        rooms_imported("from .sampling import quench")


def test_every_room_is_in_the_order():
    found = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix in ("", ".py")}
    assert {name for name in found if not name.startswith("_")} == set(ORDER)


def test_the_readme_names_the_rooms_in_this_order():
    readme = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    _, _, flow = readme.partition("A room of the package imports only from rooms before it")
    assert re.findall(r"`(\w+)`", flow.partition(".\n")[0]) == ORDER


def crowded(folder, most=12):
    """Rooms and inner rooms of more files than one can survey."""
    rooms = [folder, *(path for path in folder.rglob("*") if path.is_dir() and path.name != "__pycache__")]
    files = {room: [path for path in room.glob("*.py") if path.name != "__init__.py"] for room in rooms}
    return [f"{room.name}: {len(found)} files" for room, found in files.items() if len(found) > most]


def test_no_room_is_crowded():
    assert crowded(PACKAGE) == []


def test_a_crowded_room_is_seen(tmp_path):
    for k in range(13):
        (tmp_path / f"file{k}.py").touch()
    assert crowded(tmp_path) == [f"{tmp_path.name}: 13 files"]


def circles(imports):
    """Modules that import themselves through others; imports, by module."""
    found, done = [], set()

    def walk(module, path):
        if module in path:
            found.append(path[path.index(module) :])
        elif module not in done:
            for other in imports.get(module, ()):
                walk(other, [*path, module])
            done.add(module)

    for module in imports:
        walk(module, [])
    return found


def modules_loaded(source, modules):
    """Those of the modules that a file imports, whole or in part, when it is loaded."""
    paths = list(paths_imported(ast.parse(source).body))
    return [path for full in paths for path in (full.rpartition(".")[0], full) if path in modules]


def test_what_is_loaded_is_what_stands_at_the_top():
    source = "from dnnising.a import b\nfrom dnnising import c\ndef later():\n    from dnnising import d"
    assert modules_loaded(source, {f"dnnising.{name}" for name in "abcd"}) == ["dnnising.a", "dnnising.c"]


def test_no_module_imports_itself_through_others():
    root = PACKAGE.parent
    names = {".".join(path.relative_to(root).with_suffix("").parts): path for path in files()}
    imports = {name: modules_loaded(path.read_text(encoding="utf-8"), names) for name, path in names.items()}
    assert circles(imports) == []


def test_a_circle_is_seen():
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"]}) == [["b", "c"]]
    assert circles({"a": ["b", "c"], "b": ["c"], "c": []}) == []
