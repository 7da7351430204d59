"""Sphinx extension: markup that screen readers understand, where Sphinx and its themes write other."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# The arguments of a long signature, which Sphinx writes as definitions of nothing.
ARGUMENTS = re.compile(r"<dl>\n((?:<dd><em class=\"sig-param\">.*</dd>\n)+)</dl>")


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
        context["body"] = ARGUMENTS.sub(_as_list, context["body"])


def _as_list(found: re.Match[str]) -> str:
    return f"<ul>\n{found[1].replace('<dd>', '<li>').replace('</dd>', '</li>')}</ul>"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
