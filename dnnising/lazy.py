"""Names that come when they are asked for, so that nothing heavy is loaded before it is needed.

A room lists its names in its stub, `__init__.pyi`, which type checkers read; here it is read once more, when
the room is imported.
"""

import ast
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dnnising.errors import MissingExtraError

__all__ = ["imported", "names_of_stub", "naming_the_extra"]

EXTRAS = {  # what each of pyproject.toml's optional dependencies is needed through
    "torch": "torch",
    "safetensors": "torch",
    "transformers": "transformers",
    "huggingface_hub": "transformers",
    "matplotlib": "plot",
    "seaborn": "plot",
}


@contextmanager
def naming_the_extra(name: str) -> Iterator[None]:
    """Within, a package that is not there is an error that says which extra brings it.

    Args:
        name: what needs the package, as the user calls it.

    Raises:
        MissingExtraError: an import within needs a package of an extra.

    >>> with naming_the_extra("dnnising.figures"):
    ...     raise ModuleNotFoundError("No module named 'seaborn'", name="seaborn")
    Traceback (most recent call last):
        ...
    dnnising.errors.MissingExtraError: dnnising.figures needs seaborn: pip install 'dnnising[plot]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS or isinstance(error, MissingExtraError):
            raise
        raise MissingExtraError(
            f"{name} needs {package}: pip install 'dnnising[{EXTRAS[package]}]'", name=package
        ) from error


def imported(nodes: Iterable[ast.AST], package: str) -> Iterator[tuple[str, str, str]]:
    """What the imports among the nodes of a syntax tree bind.

    Args:
        nodes: all of a tree, by `ast.walk`, or the body of a module, for what is imported when it is loaded.
        package: from which relative imports start.

    Returns:
        each name, as the code writes it, and where it comes from, which is a module and the name there; the
        module is empty for what is at the top.

    >>> code = "from .beale import beale_dos as count; import numpy as np; import scipy.stats"
    >>> for one in imported(ast.parse(code).body, "dnnising.exact"):
    ...     print(one)
    ('count', 'dnnising.exact.beale', 'beale_dos')
    ('np', '', 'numpy')
    ('scipy.stats', 'scipy', 'stats')
    """
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            module = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield from ((alias.asname or alias.name, module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                module, _, name = alias.name.rpartition(".")
                yield alias.asname or alias.name, module, name


def names_of_stub(room: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """The `__getattr__`, `__dir__` and `__all__` of a room, from the stub beside its `__init__.py`.

    Args:
        room: its full name, `__name__` there.
        file: of its `__init__.py`, `__file__` there.

    Returns:
        the three of them. `__getattr__` imports what defines a name and keeps it; of a name that the stub
        does not list it raises AttributeError, and MissingExtraError where an extra is not installed.

    >>> import dnnising.exact
    >>> get, listed, names = names_of_stub("dnnising.exact", dnnising.exact.__file__)
    >>> get("beale_dos") is dnnising.exact.beale_dos
    True
    >>> listed() == names
    True
    """
    stub = ast.parse(Path(file).with_suffix(".pyi").read_text(encoding="utf-8"))
    sources = {name: (module, there) for name, module, there in imported(stub.body, room)}

    def __getattr__(name: str) -> Any:
        if name not in sources:
            raise AttributeError(f"{room} has no attribute {name!r}")
        module, there = sources[name]
        with naming_the_extra(f"{room}.{name}"):
            is_room = module == room  # and the name is that of a module within
            found = importlib.import_module(f"{room}.{there}" if is_room else module)
        value = found if is_room else getattr(found, there)
        setattr(sys.modules[room], name, value)
        return value

    names = sorted(sources)
    return __getattr__, lambda: names, names
