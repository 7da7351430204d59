"""Sphinx extension: markup that screen readers understand, where Sphinx and its themes write other."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def mend(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Correct the page before it is written."""
    # The theme's script asks for a mode before the reader has chosen one, and logs an error without.
    context["default_mode"] = "auto"
    if "body" in context:
        # docutils calls citations a list without items; their own role is deprecated.
        context["body"] = (
            context["body"].replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        ).replace(' role="doc-biblioentry"', "")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
