"""What the definitions of a state of the source say, and which others they use.

Two definitions say the same if they do the same, word for word but for what does nothing: comments,
docstrings, annotations, the messages of errors, the file that holds them, and names, which are followed to
what they stand for. So a helper may get another name and still says what it said; if it says something else,
then so does all that uses it. What only loads, keeps, compares or prints results (`SILENT`) says nothing.
"""

import ast
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import chain

from dnnising.lazy import imported

EXPERIMENTS = "book.experiments"
CODE = ("dnnising", EXPERIMENTS)
SILENT = {
    *(f"{EXPERIMENTS}.{one}" for one in ("agreement", "experiment")),
    *(f"dnnising.{one}" for one in ("errors", "lazy", "printing", "results", "store")),
}
_PRINTING = {"__repr__", "__str__", "_repr_html_", "_told"}  # methods that say nothing
_SLOT = re.compile("‹([0-9]+)›")
_Scoped = ast.FunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

Definition = tuple[str, str]  # its module and its name
Names = dict[str, tuple[str, str]]  # what imports bind: a module and the name there


@dataclass(frozen=True)
class Said:
    """A definition with slots in place of the names that are free in it, and these, each a dotted name."""

    text: str
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class SourceTree:
    """A state of the source.

    Args:
        read: the text of a file, by its path in the checkout, or None.
    """

    read: Callable[[str], str | None]
    _meanings: dict[Definition, str] = field(default_factory=dict)
    _names: dict[str, Names] = field(default_factory=dict)  # that modules import

    def made_by(self, script: str) -> set[Definition]:
        """The definitions that decide what a script of book/experiments computes.

        Raises:
            LookupError: there is no such script, or a name is used, and no file that can be read without
                running it defines it.
        """
        module = f"{EXPERIMENTS}.{script}"
        if (text := self._text(module)) is None:
            raise LookupError(f"there is no {script}")
        first = self.used((module, "cells")) if "cells" in definitions(text) else self._all(module)
        found: set[Definition] = set()
        waiting = [one for one in first if not self._by_scale(one)]
        while waiting:
            if (one := waiting.pop()) not in found:
                found.add(one)
                waiting += self.used(one)
        return found

    def has(self, one: Definition) -> bool:
        return one[1] in definitions(self._text(one[0]) or "")

    def used(self, one: Definition) -> Iterator[Definition]:
        """The definitions that a definition names, but those that say nothing."""
        for names in self._said(one).names:
            found, _ = self._followed(one[0], names)
            yield from filter(_says_something, found)

    def says(self, one: Definition) -> str:
        """A digest of what a definition says, in which those that it names are followed."""
        return self._meaning(one, ())[0]

    def says_itself(self, one: Definition) -> str:
        """The same without what those say that it names."""
        return self._filled(one, lambda others: "·")

    def _meaning(self, one: Definition, above: tuple[Definition, ...]) -> tuple[str, int]:
        """What it says, and the first of those above it, which use it, that it uses in turn."""
        if one in self._meanings:
            return self._meanings[one], len(above)
        if one in above:
            return f"↑{len(above) - above.index(one)}", above.index(one)
        first = len(above)

        def meaning(others: list[Definition]) -> str:
            nonlocal first
            found = [self._meaning(other, (*above, one)) for other in others]
            first = min([first, *(index for _, index in found)])
            return " ".join(text for text, _ in found)

        text = hashlib.sha256(self._filled(one, meaning).encode()).hexdigest()
        if first == len(above):  # it says this wherever it is used
            self._meanings[one] = text
        return text, first

    def _filled(self, one: Definition, meaning: Callable[[list[Definition]], str]) -> str:
        """Its text, and in the slots what is meant there, or a path where that is not of this source."""
        said = self._said(one)
        slots = []
        for names in said.names:
            try:
                found, rest = self._followed(one[0], names)
            except LookupError:  # as in a source of long ago
                found, rest = [], ".".join(names)
            loud = [*filter(_says_something, found)]
            slots.append((meaning(loud) if loud else "") + rest)
        return _SLOT.sub(lambda slot: slots[int(slot[1])], said.text)

    def _followed(self, module: str, names: tuple[str, ...]) -> tuple[list[Definition], str]:
        """What a dotted name of a module stands for: definitions, and what is left of it behind them.

        Of a module that is not in this source, and of what is built in, all is left: its full path.

        Raises:
            LookupError: the module does not say where it has it from.
        """
        first, *rest = names
        bound = self._bound(module)
        if first in definitions(self._text(module) or ""):
            return [(module, first)], ".".join(["", *rest])
        if first not in bound:
            return [], ".".join(names)
        return self._defined(*bound[first], rest)

    def _defined(self, module: str, name: str, rest: list[str]) -> tuple[list[Definition], str]:
        inner = f"{module}.{name}".strip(".")
        if not _is_ours(inner):
            return [], ".".join([inner, *rest])
        text = self._text(module)
        if text is not None and name in definitions(text):
            return [(module, name)], ".".join(["", *rest])
        if text is not None and (there := self._bound(module).get(name, (module, name))) != (module, name):
            return self._defined(*there, rest)
        if self._text(inner) is None:
            raise LookupError(f"{module} does not say where {name} comes from")
        return self._defined(inner, rest[0], rest[1:]) if rest else (self._all(inner), "")

    def _all(self, module: str) -> list[Definition]:
        return [(module, name) for name in definitions(self._text(module) or "")]

    def _by_scale(self, one: Definition) -> bool:
        """Whether it holds the parameters of each scale: those that were taken are in the record."""
        statements = definitions(self._text(one[0]) or "")[one[1]]
        nodes = chain.from_iterable(map(ast.walk, statements))
        keys = (
            {ast.unparse(key) for key in node.keys if key} for node in nodes if isinstance(node, ast.Dict)
        )
        return any({"'quick'", "'full'"} <= found for found in keys)

    def _said(self, one: Definition) -> Said:
        module, name = one
        names = self._bound(module).items()
        silent = {here for here, (source, there) in names if {source, f"{source}.{there}"} & SILENT}
        return said(self._text(module) or "", name, frozenset(silent))

    def _bound(self, module: str) -> Names:
        """What the imports of a module bind; scripts once named their neighbours without their room."""
        if module not in self._names:
            found = bound(self._text(module) or "", module).items()
            self._names[module] = {name: (self._neighbour(*there), there[1]) for name, there in found}
        return self._names[module]

    def _neighbour(self, source: str, there: str) -> str:
        if _is_ours(source) or self._text(f"{EXPERIMENTS}.{source or there}") is None:
            return source
        return f"{EXPERIMENTS}.{source}".strip(".")

    def _text(self, module: str) -> str | None:
        """Of a module; of a room the stub, which says where names are that come when they are asked for."""
        if not _is_ours(module):
            return None
        path = module.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.pyi", f"{path}/__init__.py"):
            if (text := self.read(file)) is not None:
                return text
        return None


def _says_something(one: Definition) -> bool:
    """An error says nothing but that there is no result."""
    return one[0] not in SILENT and not one[1].endswith("Error")


def _is_ours(module: str) -> bool:
    return f"{module}.".startswith(tuple(f"{root}." for root in CODE))


@cache
def bound(text: str, module: str) -> Names:
    """What the imports of a module bind, from its text and its full name."""
    found = imported(ast.walk(ast.parse(text)), module)
    return {name: (source, there) for name, source, there in found}


@cache
def definitions(text: str) -> dict[str, list[ast.stmt]]:
    """The statements that a module defines its names by, at its top level."""
    found: dict[str, list[ast.stmt]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
        elif not isinstance(node, ast.Import | ast.ImportFrom) and "__name__" not in ast.unparse(node):
            for name in dict.fromkeys(_bound_in(node)):
                if name != "__all__":
                    found.setdefault(name, []).append(node)
    return found


@cache
def said(text: str, name: str, silent: frozenset[str]) -> Said:
    """What a definition of a module says, from the module's text and the names in it that say nothing."""
    reader = _Reader(name, silent)
    # A tree of its own, as the reader changes it.
    statements = [ast.parse(ast.unparse(statement)).body[0] for statement in definitions(text)[name]]
    dumps = [ast.dump(node) for statement in statements if (node := reader.visit(statement))]
    return Said("\n".join(dumps), tuple(reader.names))


def _bound_in(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds in the scope where it stands, or a function within itself."""
    for child in [node] if isinstance(node, ast.Name) else ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, _Comprehension):
            inner = (one for one in ast.walk(child) if isinstance(one, ast.NamedExpr))
            yield from (one.target.id for one in inner)
        elif isinstance(child, ast.Name):
            yield from [child.id] * isinstance(child.ctx, ast.Store)
        elif not isinstance(child, ast.Lambda):
            yield from [child.name] if isinstance(child, ast.ExceptHandler) and child.name else []
            yield from _bound_in(child)


class _Reader(ast.NodeTransformer):
    """Takes away what does nothing, and puts slots for free names and numbers for those of variables."""

    def __init__(self, name: str, silent: frozenset[str]) -> None:
        self.name = name
        self.silent = silent
        self.names: list[tuple[str, ...]] = []
        self.scopes: list[dict[str, str]] = []

    def _local(self, name: str) -> str | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    @contextmanager
    def _scope(self, kept: list[str], bound: Iterator[str]) -> Iterator[None]:
        """Names that are kept, as those of parameters are by which they are called, and variables."""
        variables = {name: f"{len(self.scopes)}.{k}" for k, name in enumerate(dict.fromkeys(bound))}
        self.scopes.append(variables | {name: name for name in kept})
        yield
        self.scopes.pop()

    def _is_silent(self, node: ast.expr) -> bool:
        first = node.func if isinstance(node, ast.Call) else node
        while isinstance(first, ast.Attribute):
            first = first.value
        return isinstance(first, ast.Name) and first.id in self.silent and self._local(first.id) is None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        if node.name in _PRINTING:
            return None
        node.decorator_list = [self.visit(one) for one in node.decorator_list if not self._is_silent(one)]
        node.returns = None
        node.name = self._local(node.name) or ("" if node.name == self.name else node.name)
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(self, node: _Scoped) -> ast.AST:
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        given.defaults = [self.visit(one) for one in given.defaults]
        given.kw_defaults = [one and self.visit(one) for one in given.kw_defaults]
        for one in filter(None, every):
            one.annotation = None
        with self._scope([one.arg for one in every if one], _bound_in(node)):
            if isinstance(node, ast.Lambda):
                node.body = self.visit(node.body)
            else:
                node.body = self._visited(node.body)
        return node

    def _visited(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            one = self.visit(statement)
            found += one if isinstance(one, list) else [one] if one else []
        return found

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = [one for one in node.decorator_list if not self._is_silent(one)]
        node.name = self._local(node.name) or ("" if node.name == self.name else node.name)
        return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node)

    def _comprehension(self, node: _Comprehension) -> ast.AST:
        targets = chain.from_iterable(_bound_in(ast.Expr(one.target)) for one in node.generators)
        with self._scope([], targets):
            return self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and self._local(node.name)
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None and self.scopes:
            return None
        value = self.visit(node.value) if node.value else ast.Constant(...)  # a field without a default
        return ast.Assign([self.visit(node.target)], value)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return ast.Raise(error and self.visit(error))

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        if all(self._is_silent(item.context_expr) for item in node.items):
            return self._visited(node.body)
        return self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Says nothing: the names that it binds are followed."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Says nothing: the names that it binds are followed."""

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        return ast.Nonlocal([self._local(name) or name for name in node.names])

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._named(node, [])

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        rest, first = [node.attr], node.value
        while isinstance(first, ast.Attribute):
            rest, first = [first.attr, *rest], first.value
        if isinstance(first, ast.Name) and self._local(first.id) is None and first.id != self.name:
            return self._named(first, rest)
        return self.generic_visit(node)

    def _named(self, node: ast.Name, rest: list[str]) -> ast.AST:
        if (variable := self._local(node.id)) is not None:
            return ast.Name(variable, node.ctx)
        if node.id == self.name:
            return ast.Name("", node.ctx)
        if isinstance(node.ctx, ast.Store):
            return ast.Name(node.id, node.ctx)
        self.names.append((node.id, *rest))
        return ast.Name(f"‹{len(self.names) - 1}›", node.ctx)
