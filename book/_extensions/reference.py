"""Sphinx extension: the pages of the reference, written into book/reference before the sources are read.

`sphinx.ext.autodoc` and `sphinx.ext.napoleon` do the work; they are told here how the package writes its
docstrings and annotations.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext import autodoc

from book.tools.reference.docstrings import marked_up
from book.tools.reference.pages import pages
from book.tools.reference.signatures import returned, signature

BOOK = Path(__file__).parents[1]
FOLDER = BOOK / "reference"


def write(app: Sphinx) -> None:
    """The pages as they are now, and no others; those that have not changed stay untouched."""
    wanted = {FOLDER / f"{name}.rst": text for name, text in pages().items()}
    for stale in set(FOLDER.rglob("*.rst")) - set(wanted):
        stale.unlink()
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def mark_up(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Before napoleon reads the docstring's sections."""
    lines[:] = marked_up(lines)


def sign(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, arguments: str | None, answer: str | None
) -> tuple[str, str | None] | None:
    """The signature of whatever can be called; properties have their own line."""
    return signature(obj) if what in ("function", "method", "class", "exception") else None


def skip(app: Sphinx, what: str, name: str, obj: Any, skipped: bool, options: Any) -> bool | None:
    """The fields of a named tuple, which its docstring explains."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def find_alias(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.Element
) -> nodes.reference | None:
    """An annotation may name an alias of a type, which is documented as data."""
    if (node.get("refdomain"), node.get("reftype")) == ("py", "class"):
        where = (node["refdoc"], app.builder, "data", node["reftarget"])
        return env.get_domain("py").resolve_xref(env, *where, node, content)
    return None


class PropertyDocumenter(autodoc.PropertyDocumenter):
    """Properties with their type as the source has it."""

    def add_directive_header(self, sig: str) -> None:
        super().add_directive_header(sig)
        if kind := returned(self._get_property_getter()):
            self.add_line(f"   :type: {kind}", self.get_sourcename())


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_autodocumenter(PropertyDocumenter, override=True)
    app.connect("builder-inited", write)
    app.connect("autodoc-process-docstring", mark_up, priority=400)
    app.connect("autodoc-process-signature", sign)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", find_alias)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
