"""No two things of one name: what a reader meets in one place means the same in another."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("dnnising", "book")
KINDS = (".py", ".pyi")
PROTOCOLS = {"cells", "Scale", "rows", "setup"}


def sources(root=ROOT):
    """Every module's and every stub's text, by its path below the root."""
    paths = sorted(path for room in ROOMS for path in (root / room).rglob("*.py*") if path.suffix in KINDS)
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def defined(tree):
    """Public functions, classes and aliases of types that a module defines; no constants."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            names = [name for name in names if name != name.lower() and name != name.upper()]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def imported(tree):
    """(path, name) of what a module takes out of others, by `from` or as an attribute of one."""
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ROOMS:
            folder = (node.module or "").replace(".", "/")
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{folder}/{alias.name}.py"
                yield f"{folder}.py", alias.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr


def double(texts):
    """Names of more than one meaning, each with the files that give it one.

    A name means something where it is defined for others: in the package, as a class, as a function of the
    book that another file uses, or in the book wherever the package lists the same name. A file's own name
    means what the file defines by it. What answers to a protocol says nothing: experiments are called as
    their stored results and offer `cells` at each `Scale`, claims offer `rows`, extensions offer `setup`.
    """
    trees = {path: ast.parse(text) for path, text in texts.items()}
    used = {found for tree in trees.values() for found in imported(tree)}
    listed = {
        alias.asname
        for path, tree in trees.items()
        for node in tree.body
        if path.endswith(".pyi") and isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    meanings = defaultdict(set)
    for path, tree in trees.items():
        for name in defined(tree):
            shared = path.startswith("dnnising/") or name in listed or name[0].isupper()
            if (shared or (path, name) in used) and name not in PROTOCOLS:
                meanings[name].add(path)
    for path, text in texts.items():
        if (name := Path(path).stem) in meanings and "experiment.run(" not in text:
            meanings[name].add(path)
    return {name: sorted(paths) for name, paths in meanings.items() if len(paths) > 1}


def test_no_name_means_two_things():
    assert double(sources()) == {}


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("dnnising/students/phases.py", "class Phase: ...", "Phase"),
        ("dnnising/landscapes/functions.py", "Phase = Callable[[Tensor], Tensor]", "Phase"),
        ("book/readings/plane.py", "class Phase: ...", "Phase"),
        ("book/claims/plane.py", "def classify(): ...", "classify"),
        ("book/experiments/classify.py", "def initial(): ...", "classify"),
        ("book/tools/pages.py", "def chapters(): ...", "chapters"),
    ],
)
def test_a_second_meaning_is_seen(path, text, name):
    texts = {
        "dnnising/spectra/__init__.pyi": "from .phases import Phase as Phase, classify as classify",
        "dnnising/spectra/phases.py": "class Phase: ...\ndef classify(): ...\ndef _decide(): ...",
        "book/tools/chapters.py": "def chapters(): ...",
        "book/tools/slides.py": "from book.tools import pages\npages.chapters()\n"
        "from book.tools.chapters import chapters",
    }
    assert double(texts) == {}
    assert list(double(texts | {path: text})) == [name]
    assert path in double(texts | {path: text})[name]


def test_the_same_word_in_two_corners_is_no_second_meaning():
    corners = {
        "book/experiments/one.py": "SIZES = 1\ndef trained(): ...",
        "book/experiments/two.py": "SIZES = 2\ndef trained(): ...",
    }
    assert double(corners) == {}
