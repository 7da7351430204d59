"""What a definition says, from the text of its module alone.

Two definitions say the same if they do the same, word for word but for what does nothing: comments,
docstrings, annotations, imports, the messages of errors, how they print, and the names of variables. The
names that are free in one leave slots, which `book.tools.source` fills with what they stand for.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain

from dnnising.lazy import imported

_PRINTING = {"__repr__", "__str__", "_repr_html_", "_told"}  # methods that say nothing
_Scoped = ast.FunctionDef | ast.Lambda
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

Names = dict[str, tuple[str, str]]  # what imports bind: a module and the name there


@dataclass(frozen=True)
class Said:
    """A definition with slots ‹0›, ‹1›, … for the names that are free in it, and these, dotted names."""

    text: str
    names: tuple[tuple[str, ...], ...]


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
