"""What the package offers: its rooms, and every public name at the one place where it is documented.

A room is a package below `dnnising`, or a module that stands beside those. It offers what its `__all__`
lists. A name that several rooms list is documented in the innermost of them; the others, and `dnnising`,
point there. Nothing of it is typed here, so rooms may be renamed, split and merged.
"""

import ast
import importlib
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import dnnising
from dnnising.lazy import imported

SHORT = "di"  # what chapters import the package as


@dataclass(frozen=True, order=True)
class Name:
    """A public name, ordered by its path.

    Args:
        path: where it is documented: "dnnising.sampling.wang_landau".
        module: the file that defines it: "dnnising.sampling.flat_histogram.wang_landau".
        paths: all that lead to it, the shortest first: "dnnising.wang_landau", ….
    """

    path: str
    module: str
    paths: tuple[str, ...]

    @property
    def last(self) -> str:
        """Without the room: "wang_landau"."""
        return self.path.rpartition(".")[2]

    @property
    def value(self) -> Any:
        """What it names."""
        return getattr(importlib.import_module(self.path.rpartition(".")[0]), self.last)

    @property
    def called(self) -> str:
        """How to get there from `import dnnising as di`; in full where it is not imported along."""
        rooms = self.paths[0].split(".")[1:-1]
        return f"{SHORT}{self.paths[0].removeprefix('dnnising')}" if _reached(rooms) else self.paths[0]


def _reached(rooms: list[str]) -> bool:
    """Whether each of these is listed by the one before, and the first by `dnnising`."""
    module: Any = dnnising
    for room in rooms:
        if room not in module.__all__:
            return False
        module = getattr(module, room)
    return True


@cache
def rooms() -> tuple[str, ...]:
    """Every room by its full name, in alphabetical order, an inner room after the one around it.

    An inner package that lists no names only sorts the files of its room.
    """
    found = list(pkgutil.walk_packages(dnnising.__path__, "dnnising."))
    outer = [room.name for room in found if room.name.count(".") == 1]
    inner = [room.name for room in found if room.ispkg and room.name not in outer]
    listing = [name for name in inner if hasattr(importlib.import_module(name), "__all__")]
    return tuple(sorted([*outer, *listing]))


@cache
def names() -> tuple[Name, ...]:
    """Every public name, in the order of the paths.

    Raises:
        ValueError: two rooms list one name, and neither holds the other.
    """
    listed = defaultdict(list)
    for place in ("dnnising", *rooms()):
        module = importlib.import_module(place)
        for name in vars(module)["__all__"]:
            value = getattr(module, name)
            if not isinstance(value, ModuleType):
                listed[name, id(value)].append(f"{place}.{name}")
    return tuple(sorted((_name(paths) for paths in listed.values()), key=lambda name: name.path))


@cache
def _paths() -> dict[int, str]:
    return {id(name.value): name.path for name in names()}


def path_of(value: Any) -> str | None:
    """Where a value is documented that has a public name."""
    return _paths().get(id(value))


def _name(paths: list[str]) -> Name:
    paths = sorted(paths, key=lambda path: path.count("."))
    around = [path.rpartition(".")[0] for path in paths]
    for outer, inner in pairwise(around):
        if not inner.startswith(f"{outer}."):
            raise ValueError(f"{paths} are one thing in rooms that do not hold each other: list it in one")
    return Name(paths[-1], defined_in(paths[-1]), tuple(paths))


def defined_in(path: str) -> str:
    """The module at the end of the imports by which a room has a name."""
    place, _, name = path.rpartition(".")
    source = _imports(place).get(name)
    return defined_in(source) if source else place


@cache
def _imports(module: str) -> dict[str, str]:
    """The path of each name of the package that a module imports."""
    found = imported(_statements(module), module)
    return {name: f"{source}.{there}" for name, source, there in found if _is_ours(source)}


def _is_ours(module: str) -> bool:
    return f"{module}.".startswith("dnnising.")


@cache
def _statements(module: str) -> list[ast.stmt]:
    """Of the stub, where a room has one: it says where the names are that come when they are asked for."""
    source = importlib.import_module(module)
    stub = Path(str(source.__file__)).with_suffix(".pyi")
    return ast.parse(stub.read_text(encoding="utf-8") if stub.is_file() else inspect.getsource(source)).body


def declaration(module: str, name: str) -> tuple[ast.expr, str]:
    """What a module assigns to a name, and the docstring below that.

    Raises:
        LookupError: nothing, as where the name is a function.
    """
    statements: list[Any] = [*_statements(module), None]
    for node, after in pairwise(statements):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            return node.value, after.value.value if documented else ""
    raise LookupError(f"{module} assigns nothing to {name}")


@cache
def spellings() -> dict[str, str]:
    """Where each way of writing a public name leads: any end of any of its paths, and `di.` for `dnnising.`.

    Where several things may be meant, the one with the shortest path is; if there is no such, none.
    What may be a plain word, such as `load`, needs a path, and so do rooms; names at the top level, such as
    `quench`, do not.
    """
    meant = defaultdict(set)
    for name in names():
        depth = name.paths[0].count(".")
        for path in name.paths:
            for spelling in _ends(path):
                if depth == 1 or not (spelling.isalpha() and spelling.islower()):
                    meant[spelling].add((depth, name.path))
    for room in rooms():
        for spelling in _ends(room)[:-1]:
            meant[spelling].add((0, room))
    found = {}
    for spelling, targets in meant.items():
        least = min(depth for depth, _ in targets)
        nearest = [target for depth, target in targets if depth == least]
        if len(nearest) == 1:
            found[spelling] = nearest[0]
    return found


def _ends(path: str) -> list[str]:
    """From the full path to the name alone."""
    parts = path.split(".")
    return [path, f"{SHORT}.{'.'.join(parts[1:])}", *(".".join(parts[k:]) for k in range(1, len(parts)))]


def used(pieces: Iterable[str]) -> set[str]:
    """The paths of the public names that pieces of code use, one after the other; `di` is the package."""
    bound: dict[str, Any] = {"dnnising": dnnising, SHORT: dnnising}
    found = set()
    for piece in pieces:
        try:
            tree = ast.parse(piece)
        except SyntaxError:  # a command of Jupyter, or no Python
            continue
        bound |= _bound(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute):
                value = value_of(node, bound)
                last = node.attr if isinstance(node, ast.Attribute) else node.id
                path = path_of(value) or ""
                found |= {path} if path.endswith(f".{last}") else set()
    return found


def _bound(tree: ast.AST) -> dict[str, Any]:
    """What the imports of a piece of code bind, as far as it is of the package."""
    paths = {
        name: f"{module}.{there}".strip(".") for name, module, there in imported(ast.walk(tree), "dnnising")
    }
    return {name: pkgutil.resolve_name(path) for name, path in paths.items() if _is_ours(path)}


def value_of(node: ast.AST, bound: dict[str, Any]) -> Any:
    """What a dotted name stands for, or None; attributes of anything but modules are not looked up."""
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = value_of(node.value, bound)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None
