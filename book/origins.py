"""Which stored results a notebook draws from, found in its code.

A value comes from a result if it was read from its file, given by a function of book/claims that reads it, or
computed from such a value. The code is not run: assignments are followed through the cells in order.
"""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import nbformat
from chapters import ROOT

CLAIMS, RESULTS = ROOT / "book" / "claims", ROOT / "book" / "results"
_FILE = re.compile(r"(?:^|/)(\w+)-(?:full|\*)\.npz")  # by its name, or the largest scale that is there
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def origins(chapter: Path) -> list[tuple[nbformat.NotebookNode, set[str]]]:
    """The code cells of a notebook, each with the names of the stored results that it uses."""
    cells = [cell for cell in nbformat.read(chapter, as_version=4).cells if cell.cell_type == "code"]
    flow = _Flow()
    return [(cell, flow.run(ast.parse(cell.source))) for cell in cells]


class _Flow:
    """Names and the results that their values come from."""

    def __init__(self) -> None:
        self.values: dict[str, set[str]] = {}
        self.modules: dict[str, str] = {}  # of book/claims: by the name they have here
        self.functions: dict[str, set[str]] = {}  # of book/claims: what they read

    def run(self, tree: ast.Module) -> set[str]:
        return set().union(*(self.statement(node) for node in tree.body))

    def statement(self, node: ast.stmt) -> set[str]:
        """What a statement uses; what it assigns is noted."""
        if isinstance(node, ast.ImportFrom):
            self.imports(node)
            return set()
        if isinstance(node, ast.For):
            self.assign([node.target], self.expression(node.iter))
            body = [self.statement(one) for _ in range(2) for one in node.body]  # twice: it may feed itself
            return self.expression(node.iter).union(*body)
        if isinstance(node, (ast.With, ast.If, ast.Try)):
            return set().union(*(self.statement(one) for one in node.body))
        used = self.expression(node.value if isinstance(node, ast.Assign) else node)
        if isinstance(node, ast.Assign):
            self.assign(node.targets, used)
        elif isinstance(node, ast.AugAssign):
            self.add(node.target, used)
        elif isinstance(node, ast.Expr) and (changed := _changed(node.value)):
            self.add(changed, used)
        return used

    def assign(self, targets: Iterable[ast.expr], found: set[str]) -> None:
        for target in targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                self.assign(target.elts, found)
            elif isinstance(target, ast.Starred):
                self.assign([target.value], found)
            elif isinstance(target, ast.Name):
                self.values[target.id] = found
            else:
                self.add(target, found)

    def add(self, target: ast.expr, found: set[str]) -> None:
        """Something goes into what the target belongs to: a list, a dictionary, an array."""
        while isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
            target = target.value
        if not isinstance(target, ast.Name):
            raise ValueError(f"no name for what {ast.unparse(target)} belongs to")
        self.values[target.id] = self.values.get(target.id, set()) | found

    def expression(self, node: ast.AST) -> set[str]:
        if isinstance(node, ast.Name):
            known = self.values.get(node.id, set()) | self.functions.get(node.id, set())
            return known if isinstance(node.ctx, ast.Load) else set()
        if isinstance(node, ast.Constant):
            return set(_FILE.findall(node.value)) if isinstance(node.value, str) else set()
        if isinstance(node, _Comprehension):
            return self.comprehension(node)
        if isinstance(node, ast.Attribute) and (module := self.modules.get(_name(node.value))):
            return _reads(module, node.attr)
        found: set[str] = set().union(*(self.expression(child) for child in ast.iter_child_nodes(node)))
        if isinstance(node, ast.Call) and _name(node.func) == "stored":
            found |= _texts(node.args)
        return found

    def comprehension(self, node: _Comprehension) -> set[str]:
        """Its variables are its own."""
        outside = dict(self.values)
        for generator in node.generators:
            self.assign([generator.target], self.expression(generator.iter))
        found: set[str] = set().union(*(self.expression(child) for child in ast.iter_child_nodes(node)))
        self.values = outside
        return found

    def imports(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if node.module == "claims":
                self.modules[alias.asname or alias.name] = alias.name
            elif module := _of_claims(node):
                self.functions[alias.asname or alias.name] = _reads(module, alias.name)


def _changed(node: ast.expr) -> ast.expr | None:
    """The x of x.append(…) or the like."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in ("append", "extend", "add", "update") else None
    return None


def _name(node: ast.expr) -> str:
    """Of a variable; empty for anything else."""
    return node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: Iterable[ast.expr]) -> set[str]:
    """Those that are strings."""
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _of_claims(node: ast.ImportFrom) -> str:
    """The M of "from claims.M import …"; empty for other imports."""
    package, _, module = (node.module or "").partition(".")
    return module if package == "claims" else ""


def stored_file(result: str) -> Path:
    """At full scale, or at quick scale as long as nobody has had the hours for the full one."""
    full, quick = (RESULTS / f"{result}-{scale}.npz" for scale in ("full", "quick"))
    return full if full.is_file() else quick


@cache
def _reads(module: str, name: str) -> set[str]:
    """The results that a function, class or constant of book/claims reads, itself or through others there."""
    return _reachable(module, name, set())


def _reachable(module: str, name: str, seen: set[tuple[str, str]]) -> set[str]:
    definitions, imported, modules = _module(module)
    if (module, name) in seen:
        return set()
    seen.add((module, name))
    if name in imported:
        return _reachable(*imported[name], seen)
    found: set[str] = set()
    body = list(ast.walk(definitions.get(name, ast.Pass())))
    own = {node.id for node in body if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in body if isinstance(node, ast.arg)}
    for node in body:
        if (
            isinstance(node, ast.Name)
            and node.id not in own
            and (node.id in definitions or node.id in imported)
        ):
            found |= _reachable(module, node.id, seen)
        elif isinstance(node, ast.Attribute) and (neighbour := modules.get(_name(node.value))):
            found |= _reachable(neighbour, node.attr, seen)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(_FILE.findall(node.value))
        elif isinstance(node, ast.Call):
            # Of "stored" and of what hands its argument on to it: a name that is one of a result.
            found |= {one for one in _texts(node.args) if (RESULTS / f"{one}-full.npz").is_file()}
    return found


@cache
def _module(name: str) -> tuple[dict[str, ast.stmt], dict[str, tuple[str, str]], dict[str, str]]:
    """Of a module of book/claims: its definitions, what it imports from its neighbours, and those."""
    definitions: dict[str, ast.stmt] = {}
    imported: dict[str, tuple[str, str]] = {}
    modules: dict[str, str] = {}
    for node in ast.parse((CLAIMS / f"{name}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign):
            definitions |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if node.module == "claims":
                    modules[alias.asname or alias.name] = alias.name
                elif neighbour := _of_claims(node):
                    imported[alias.asname or alias.name] = (neighbour, alias.name)
    return definitions, imported, modules
