"""Sphinx extension: a public name of the package, where a sentence has it as code, leads to the reference.

`di.wang_landau`, `wang_landau()` and `sampling.wang_landau` all do, in chapters and in docstrings. Each entry
of the reference in turn says which pages use the name, in their sentences or in their code.
"""

import inspect
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from book.tools.reference.public import names, spellings, used

BOOK = Path(__file__).parents[1]
REFERENCE = "book/reference/"
MEMBERS = (FunctionType, classmethod, staticmethod, property, cached_property)
_ELSEWHERE = (nodes.title, nodes.reference, addnodes.pending_xref, addnodes.desc_signature)


def link(app: Sphinx, doctree: nodes.document) -> None:
    """Wrap the names of a page into references, and remember which there are."""
    page = app.env.docname
    found = set()
    for literal in list(doctree.findall(nodes.literal)):
        target = None if _within(literal, _ELSEWHERE) else _target(literal)
        if target:
            reference = addnodes.pending_xref(
                "",
                refdomain="py",
                reftype="obj",
                reftarget=target,
                refexplicit=True,
                refwarn=True,
                refdoc=page,
            )
            literal.replace_self(reference)
            reference += literal
            found.add(target)
    if not page.startswith(REFERENCE):
        found |= used(block.astext() for block in doctree.findall(nodes.literal_block))
        uses(app.env)[page] = found


def _target(literal: nodes.literal) -> str | None:
    """What a literal refers to; in an entry of the reference, its own words mean nothing else."""
    text = literal.astext().removesuffix("()")
    entry = _enclosing(literal, (addnodes.desc,))
    if entry is not None:
        if text in re.findall(r"\w+", entry[0].astext()):
            return None
        return meaning(f"{entry[0]['module']}.{text}") or meaning(text)
    return meaning(text)


def meaning(text: str) -> str | None:
    """The path of what a piece of code names, or None.

    A member of a public class is found through the class: `WangLandauRun.dos`.
    """
    owner, _, member = text.rpartition(".")
    if text in spellings() or owner not in spellings():
        return spellings().get(text)
    path = spellings()[owner]
    classes = (name.value for name in names() if name.path == path and inspect.isclass(name.value))
    of: Mapping[str, Any] = next(map(vars, classes), {})
    return f"{path}.{member}" if isinstance(of.get(member), MEMBERS) and not member.startswith("_") else None


def _within(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    return _enclosing(node, kinds) is not None


def _enclosing(node: nodes.Node, kinds: tuple[type, ...]) -> nodes.Node | None:
    while node is not None and not isinstance(node, kinds):
        node = node.parent
    return node


def uses(env: BuildEnvironment) -> dict[str, set[str]]:
    """The public names that each page uses."""
    return vars(env).setdefault("public_names", {})


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    uses(env).pop(page, None)


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    """What another process has read."""
    uses(env).update({page: found for page, found in uses(other).items() if page in pages})


def again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """What the reference says depends on all other pages."""
    return [page for page in env.all_docs if page.startswith(REFERENCE)]


def say_where(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Under each entry: how the name is called, and the pages that use it, in reading order."""
    if not page.startswith(REFERENCE):
        return
    called = {name.path: name.called for name in names()}
    order = list(app.env.collect_relations())
    for entry in doctree.findall(addnodes.desc):
        path = entry[0].get("fullname") and f"{entry[0]['module']}.{entry[0]['fullname']}"
        if path in called:
            where = [other for other in order if path in uses(app.env).get(other, ())]
            entry[-1] += _line(app, page, called[path], where)


def _line(app: Sphinx, page: str, called: str, where: list[str]) -> nodes.paragraph:
    line = nodes.paragraph("", "", nodes.literal(called, called), classes=["used-in"])
    for k, other in enumerate(where):
        line += nodes.Text(", " if k else " · Used in: ")
        address = app.builder.get_relative_uri(page, other)
        line += nodes.reference("", shown(app.env, other), internal=True, refuri=address)
    return line


def shown(env: BuildEnvironment, page: str) -> str:
    """ "chapter 3", or the title of a page that has no number."""
    number = env.toc_secnumbers.get(page, {}).get("")
    return f"chapter {number[0]}" if number else env.titles[page].astext()


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", link)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", again)
    app.connect("doctree-resolved", say_where)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
