"""The pages of the reference, one a room, as reStructuredText that `sphinx.ext.autodoc` fills in.

The book's extension `reference` writes them at every build, from what the package lists.
"""

import ast
import enum
import importlib
import inspect
from itertools import groupby
from typing import Any

from docstrings import escaped, first_sentence, marked_up
from public import SHORT, Name, declaration, names, rooms

FRONT = "dnnising"
_LONGEST_VALUE = 60  # characters of a constant's value that is shown


def pages() -> dict[str, str]:
    """Every page by its name."""
    return {FRONT: front(), **{f"rooms/{page_name(room)}": page(room) for room in rooms()}}


def page_name(room: str) -> str:
    """ "sampling" for dnnising.sampling, "spectra-laws" for dnnising.spectra.laws."""
    return room.removeprefix("dnnising.").replace(".", "-")


def front() -> str:
    """The package, its rooms, and what can be had without entering them."""
    top = [(name.paths[0], name) for name in names() if name.paths[0].count(".") == 1]
    imported = f"import dnnising as {SHORT}"
    return "\n".join(
        [
            *_title(FRONT, "="),
            f".. py:module:: {FRONT}",
            "",
            *marked_up(_documentation(FRONT)),
            "",
            f"With ``{imported}``, each name at the top level is ``{SHORT}.name``, and each room that the package",
            f"imports along is ``{SHORT}.room``; the others are imported by their full names.",
            "",
            *_title("Rooms", "-"),
            *_table("Room", [(f":py:mod:`{room}`", _summary(_documentation(room))) for room in rooms()]),
            *_title("At the top level", "-"),
            *_table(
                "Name",
                [(_link(shown.split(".")[1], name), _summary(documentation(name))) for shown, name in top],
            ),
        ]
    )


def page(room: str) -> str:
    """A room: what it is about, and every name that it lists, file by file."""
    listed = [name for name in names() if any(_in(path, room) for path in name.paths)]
    elsewhere = [name for name in listed if not _in(name.path, room)]
    here = sorted((name for name in listed if _in(name.path, room)), key=lambda name: name.module)
    lines = [
        *_title(room.removeprefix("dnnising."), "="),
        f".. py:module:: {room}",
        "",
        *marked_up(_documentation(room)),
        "",
    ]
    if inner := [other for other in rooms() if other.startswith(f"{room}.")]:
        lines += _table("Room", [(f":py:mod:`{other}`", _summary(_documentation(other))) for other in inner])
    if elsewhere:
        rows = [(_link(name.path.split(".")[-1], name), _summary(documentation(name))) for name in elsewhere]
        lines += _table("Also here", rows)
    for module, entries in groupby(here, key=lambda name: name.module):
        if module != room:
            lines += _section(module)
        for name in entries:
            lines += _entry(name)
    return "\n".join(lines)


def documentation(name: Name) -> list[str]:
    """The docstring of a public name; that of a constant is the string below it."""
    text = inspect.getdoc(name.value) if _has_its_own(name.value) else inspect.cleandoc(_declared(name)[1])
    return (text or "").splitlines()


def _has_its_own(value: Any) -> bool:
    """Whether a value carries its docstring, as classes and functions do."""
    return inspect.isclass(value) or inspect.isfunction(inspect.unwrap(value))


def _in(path: str, room: str) -> bool:
    return path.rpartition(".")[0] == room


def _documentation(module: str) -> list[str]:
    return (inspect.getdoc(importlib.import_module(module)) or "").splitlines()


def _summary(lines: list[str]) -> str:
    return escaped(first_sentence("\n".join(lines)))


def _link(shown: str, name: Name) -> str:
    return f":py:obj:`{shown} <{name.path}>`"


def _title(text: str, line: str) -> list[str]:
    return [text, line * len(text), ""]


def _section(module: str) -> list[str]:
    """What a file is about: the first sentence of its docstring is the title."""
    lines = _documentation(module)
    title = first_sentence("\n".join(lines))
    rest = "\n".join(lines).split("\n\n", 1)[0]
    rest = " ".join(rest.split())[len(title) :].strip()
    body = "\n".join(lines).partition("\n\n")[2].splitlines()
    return [*_title(escaped(title.removesuffix(".")), "-"), escaped(rest), "", *marked_up(body), ""]


def _table(head: str, rows: list[tuple[str, str]]) -> list[str]:
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 30 70", "   :class: names", ""]
    for first, second in [(head, "What it is"), *rows]:
        lines += [f"   * - {first}", f"     - {second}"]
    return [*lines, ""]


def _entry(name: Name) -> list[str]:
    value = name.value
    if inspect.isclass(value):
        options = ["   :members:"]
        if issubclass(value, enum.Enum):
            options.append("   :undoc-members:")
        if issubclass(value, BaseException):
            options.append("   :show-inheritance:")
        return [f".. autoclass:: {name.path}", *options, ""]
    if _has_its_own(value):
        return [f".. autofunction:: {name.path}", ""]
    shown, _ = _declared(name)
    lines = [f".. py:data:: {name.path.rpartition('.')[2]}", *([f"   :value: {shown}"] if shown else []), ""]
    return [*lines, *(f"   {line}".rstrip() for line in marked_up(documentation(name))), ""]


def _declared(name: Name) -> tuple[str, str]:
    """The value of a constant, if it is short, and its docstring."""
    value, documentation = declaration(name.module, name.path.rpartition(".")[2])
    return _shown(name.value, ast.unparse(value)), documentation


def _shown(value: Any, source: str) -> str:
    text = repr(value) if isinstance(value, str | int | float) else source
    return text if len(text) <= _LONGEST_VALUE else ""
