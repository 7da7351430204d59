"""List the stored results that are older than the code that makes them: `python -m book.tools.stale`.

A result names the commit that it was made at. What makes it are the functions, classes and constants that the
cells of its script use, all that these use, and so on, in book/experiments and in the package. It is older if
one of them is not, word for word, among those of that commit: comments, docstrings, layout, and the file that
holds it say nothing, nor does what only keeps, compares or prints results. It is older, too, if its script
now lists other cells, or other parameters of them.
"""

import argparse
import ast
import importlib
import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dnnising.lazy import imported
from dnnising.results import FOLDER, Cells, read

ROOT = Path(__file__).parents[2]
MOST = 6  # of what has changed, that is named
CODE = ("dnnising", "book/experiments")
EXPERIMENTS = "book.experiments"
SILENT = {
    *(f"{EXPERIMENTS}.{one}" for one in ("agreement", "experiment")),
    *(f"dnnising.{one}" for one in ("errors", "printing", "results", "store")),
}


def made_by(script: str) -> set[tuple[str, str]]:
    """The definitions, by module and name, that decide what a script of book/experiments computes.

    Raises:
        LookupError: a name is used, and no file that can be read without running it defines it.
    """
    found: set[tuple[str, str]] = set()
    waiting = [one for one in _used(f"{EXPERIMENTS}.{script}", "cells") if not _by_scale(*one)]
    while waiting:
        one = waiting.pop()
        if one not in found and one[0] not in SILENT:
            found.add(one)
            waiting += _used(*one)
    return found


def changed(commit: str, definitions: set[tuple[str, str]], root: Path = ROOT) -> list[str]:
    """Which of the definitions say something else than at a commit, or were not there then.

    Raises:
        LookupError: the history does not hold the commit.
    """
    then = _meanings_at(commit, root)
    return sorted(
        f"{module}.{name}"
        for module, name in definitions
        if (name, _meaning(_text(module), name)) not in then
    )


def _by_scale(module: str, name: str) -> bool:
    """Whether a definition holds the parameters of each scale: those that were taken are in the record."""
    nodes = (node for statement in _definitions(_text(module))[name] for node in ast.walk(statement))
    keys = ({ast.unparse(key) for key in node.keys if key} for node in nodes if isinstance(node, ast.Dict))
    return any({"'quick'", "'full'"} <= found for found in keys)


@cache
def _meanings_at(commit: str, root: Path) -> set[tuple[str, str]]:
    """Every definition at a commit: its name, and what it says."""
    command = ["git", "archive", commit, *CODE]
    try:
        packed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except subprocess.CalledProcessError as error:
        raise LookupError(f"{commit} is not in this history: {error.stderr.decode().strip()}") from error
    found: set[tuple[str, str]] = set()
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        for member in files:
            if member.name.endswith(".py") and (file := files.extractfile(member)):
                text = file.read().decode("utf-8")
                found |= {(name, _meaning(text, name)) for name in _definitions(text)}
    return found


def _used(module: str, name: str) -> Iterator[tuple[str, str]]:
    """The definitions that a definition names."""
    for statement in _definitions(_text(module))[name]:
        inner = {id(node.value) for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
        for node in ast.walk(statement):
            if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner:
                first, *rest = _dotted(node)
                if first in _definitions(_text(module)):
                    yield module, first
                elif first in _bound(module):
                    yield from _defined(*_bound(module)[first], rest)


def _dotted(node: ast.expr) -> list[str]:
    """a, b and c of a.b.c; the first is empty where that is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(parts)]


def _defined(module: str, name: str, rest: list[str]) -> Iterator[tuple[str, str]]:
    """Where a name of a module is defined; if it is a module itself, the name that follows, or all of it."""
    if name in _definitions(_text(module)):
        yield module, name
    elif _bound(module).get(name, (module, name)) != (module, name):
        yield from _defined(*_bound(module)[name], rest)
    elif _file(inner := f"{module}.{name}".strip(".")) is None:
        raise LookupError(f"{module} does not say where {name} comes from")
    elif rest:
        yield from _defined(inner, rest[0], rest[1:])
    else:
        yield from ((inner, one) for one in _definitions(_text(inner)))


@cache
def _bound(module: str) -> dict[str, tuple[str, str]]:
    """What the imports of a module bind, as far as it is found here: its module and its name there."""
    found = imported(ast.walk(ast.parse(_text(module))), module)
    return {name: (source, there) for name, source, there in found if _file(source or there)}


@cache
def _definitions(text: str) -> dict[str, list[ast.stmt]]:
    """The statements that a module defines its names by, at its top level, without docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    found: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
        elif not isinstance(node, ast.Import | ast.ImportFrom) and "__name__" not in ast.unparse(node):
            for name in _assigned(node) - {"__all__"}:
                found.setdefault(name, []).append(node)
    return found


def _assigned(node: ast.AST) -> set[str]:
    """The names that a statement binds; those within a comprehension are its own."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store) else set()
    inside = () if isinstance(node, ast.comprehension) else ast.iter_child_nodes(node)
    return set().union(*map(_assigned, inside))


@cache
def _meaning(text: str, name: str) -> str:
    """What a definition of a module says, whatever its layout."""
    return "\n".join(map(ast.dump, _definitions(text)[name]))


@cache
def _text(module: str) -> str:
    file = _file(module)
    return file.read_text(encoding="utf-8") if file else ""


@cache
def _file(module: str) -> Path | None:
    """Of a module of the package or of book/experiments; None for all others.

    Of a room it is the stub, which says where the names are that come when they are asked for.
    """
    if not f"{module}.".startswith(("dnnising.", f"{EXPERIMENTS}.")):
        return None
    path = ROOT.joinpath(*module.split("."))
    files = (path.with_suffix(".py"), path / "__init__.pyi", path / "__init__.py")
    return next((one for one in files if one.is_file()), None)


def relisted(result: Cells) -> bool:
    """Whether its script now lists other cells, or other parameters; no, where it cannot be imported."""
    try:
        script = importlib.import_module(f"{EXPERIMENTS}.{result.experiment}")
    except ImportError:
        return False
    now = {name: dict(cell.parameters) for name, cell in script.cells(result.scale).items()}
    return bool(now != result.record["cells"])


def state(path: Path) -> tuple[bool | None, str]:
    """Whether a stored result is older than its code, None where that is not known, and what to say of it."""
    result = read(path)
    commit = re.match(r"[0-9a-f]{40}", result.record["provenance"]["commit"])
    if not commit:
        return None, "made outside a checkout"
    try:
        since = changed(commit[0], made_by(result.experiment)) + ["the list of its cells"] * relisted(result)
    except LookupError as error:
        return None, str(error)
    told = ", ".join(since[:MOST]) + f" and {len(since) - MOST} more" * (len(since) > MOST)
    return bool(since), f"made at {commit[0][:10]}; changed since: {told or 'nothing'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="*", type=Path, help="files; default: all that are stored")
    parser.add_argument("--all", action="store_true", help="list those that are as new as their code, too")
    options = parser.parse_args()
    paths = options.results or sorted(FOLDER.glob("*-*.npz"))
    older = 0
    for path in paths:
        stale, said = state(path)
        older += bool(stale)
        if stale is not False or options.all:
            print(f"{path.stem}: {said}", flush=True)
    print(f"{older} of {len(paths)} stored results are older than the code that makes them.")


if __name__ == "__main__":
    main()
