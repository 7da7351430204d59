"""Signatures as the source has them: annotations and defaults in its words, names of the package in full.

Evaluated annotations would show what NDArray and ArrayLike are made of, half a page each.
"""

import ast
import copy
import dataclasses
import inspect
import sys
import textwrap
from typing import Any

from book.tools.reference.public import declaration, defined_in, path_of, value_of


def signature(value: Any) -> tuple[str, str | None]:
    """Arguments in parentheses, and what is returned, of a function, method or class; ("", None) for none.

    Classes are called with the fields that they are made of, or as their own `__init__` is.
    """
    if not inspect.isclass(value):
        return _of_function(value)
    if dataclasses.is_dataclass(value):
        return _of_fields(value, [field.name for field in dataclasses.fields(value) if field.init])
    if issubclass(value, tuple):
        return _of_fields(value, list(vars(value)["_fields"]))
    if inspect.isfunction(own := vars(value).get("__init__")) and not getattr(value, "_is_protocol", False):
        return _of_function(own)[0], None
    return "", None


def returned(function: Any) -> str | None:
    """The annotation of what a function returns."""
    return _of_function(function)[1]


def _of_function(function: Any) -> tuple[str, str | None]:
    function = inspect.unwrap(function)
    node, module = _tree(function), function.__module__
    arguments = node.args
    if arguments.args and arguments.args[0].arg in ("self", "cls"):
        del arguments.args[0]
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg) and argument.annotation:
            argument.annotation = _linked(argument.annotation, module)
    arguments.defaults = [_plain(default, module) for default in arguments.defaults]
    arguments.kw_defaults = [default and _plain(default, module) for default in arguments.kw_defaults]
    answer = ast.unparse(_linked(node.returns, module)) if node.returns else None
    return f"({ast.unparse(arguments)})", answer


def _of_fields(kind: type, fields: list[str]) -> tuple[str, None]:
    declared = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("dnnising"):
            for node in _tree(base).body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    declared[node.target.id] = _linked(node.annotation, base.__module__), node.value
    annotations, values = zip(*(declared[name] for name in fields))
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(name, annotation) for name, annotation in zip(fields, annotations)],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[value for value in values if value is not None],
    )
    return f"({ast.unparse(arguments)})", None


def _tree(thing: Any) -> Any:
    return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]


class _Linked(ast.NodeTransformer):
    """Public names of the package become their paths, behind a tilde, by which Sphinx shows the last part.

    Other names that a module of the package declares, of types or of numbers, become what they stand for;
    type variables stay.
    """

    def __init__(self, module: str) -> None:
        self.module = module

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if path := self._path(node):
            return path
        home = defined_in(f"{self.module}.{node.id}")
        try:
            declared, _ = declaration(home, node.id)
        except LookupError:
            return node
        if isinstance(declared, ast.Call):  # a type variable
            return node
        return _Linked(home).visit(copy.deepcopy(declared))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Of other packages, and rarely of ours."""
        return self._path(node) or node

    def _path(self, node: ast.AST) -> ast.AST | None:
        path = path_of(value_of(node, vars(sys.modules[self.module])))
        return ast.UnaryOp(ast.Invert(), ast.Name(path)) if path else None

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """An annotation in quotes, for a name that is known to type checkers alone."""
        return ast.parse(node.value, mode="eval").body if isinstance(node.value, str) else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """The words of a Literal stay words."""
        return node if ast.unparse(node.value) == "Literal" else self.generic_visit(node)


def _linked(annotation: ast.expr, module: str) -> ast.expr:
    return _Linked(module).visit(copy.deepcopy(annotation))


def _plain(default: ast.expr, module: str) -> ast.expr:
    """A default; the number instead of a private name for it."""
    if isinstance(default, ast.Name) and default.id.startswith("_"):
        return ast.Constant(getattr(sys.modules[module], default.id))
    return default
