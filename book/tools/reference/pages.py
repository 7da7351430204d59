"""The pages of the reference, one a room, as reStructuredText that `sphinx.ext.autodoc` fills in.

The book's extension `reference` writes them at every build, from what the package lists.
"""

import ast
import enum
import importlib
import inspect
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from book.tools.reference.docstrings import escaped, first_sentence, marked_up
from book.tools.reference.public import SHORT, Name, declaration, names, rooms

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
    imported = f"import dnnising as {SHORT}"
    return "\n".join(
        [
            *_title(FRONT, "="),
            *_about(FRONT),
            f"With ``{imported}``, each name at the top level is ``{SHORT}.name``, and each room that the",
            f"package imports along is ``{SHORT}.room``; the others are imported by their full names.",
            "",
            *_title("Rooms", "-"),
            *_rooms(rooms()),
            *_title("At the top level", "-"),
            *_names(FRONT),
        ]
    )


def page(room: str) -> str:
    """A room: what it is about, a table of all that it lists, and every name of its own, file by file."""
    lines = [*_title(room.removeprefix("dnnising."), "="), *_about(room)]
    if inner := [other for other in rooms() if other.startswith(f"{room}.")]:
        lines += _rooms(inner)
    lines += _names(room)
    here = sorted((name for name in names() if _in(name.path, room)), key=lambda name: name.module)
    for module, entries in groupby(here, key=lambda name: name.module):
        lines += _section(module) if module != room else []
        for name in entries:
            lines += _entry(name)
    return "\n".join(lines)


def _about(module: str) -> list[str]:
    return [f".. py:module:: {module}", "", *marked_up(_documentation(module)), ""]


def _rooms(listed: Iterable[str]) -> list[str]:
    rows = [(f":py:mod:`{room}`", _summary(_documentation(room))) for room in listed]
    return _table("Room", rows)


def _names(room: str) -> list[str]:
    """What a room lists, wherever it is documented."""
    listed = [name for name in names() if any(_in(path, room) for path in name.paths)]
    rows = [
        (f":py:obj:`{name.last} <{name.path}>`", _summary(documentation(name)))
        for name in sorted(listed, key=lambda name: name.last.casefold())
    ]
    return _table("Name", rows)


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


def _title(text: str, line: str) -> list[str]:
    return [text, line * len(text), ""]


def _section(module: str) -> list[str]:
    """What a file is about: the first sentence of its docstring is the title."""
    first, _, rest = "\n".join(_documentation(module)).partition("\n\n")
    title = first_sentence(first)
    more = " ".join(first.split())[len(title) :].strip()
    return [
        *_title(escaped(title.removesuffix(".")), "-"),
        escaped(more),
        "",
        *marked_up(rest.splitlines()),
        "",
    ]


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
    lines = [f".. py:data:: {name.last}", *([f"   :value: {shown}"] if shown else []), ""]
    return [*lines, *(f"   {line}".rstrip() for line in marked_up(documentation(name))), ""]


def _declared(name: Name) -> tuple[str, str]:
    """The value of a constant, if it is short, and its docstring."""
    value, documentation = declaration(name.module, name.last)
    return _shown(name.value, ast.unparse(value)), documentation


def _shown(value: Any, source: str) -> str:
    text = repr(value) if isinstance(value, str | int | float) else source
    return text if len(text) <= _LONGEST_VALUE else ""
