"""Sphinx extension: a link to the glossary or to the reference carries the first sentence that stands there.

It is the link's title, which a browser shows by itself; preview.js shows it better. It is written into the
page, as pages that are opened as files cannot fetch anything.
"""

from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from book.tools.reference.docstrings import first_sentence
from book.tools.reference.tex import readable

BOOK = Path(__file__).parents[1]


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """The first sentence under each anchor of a page, if it is of the glossary or of the reference."""
    found: dict[str, str] = {}
    for item in doctree.findall(nodes.definition_list_item):
        ids = [name for term in item.findall(nodes.term) for name in term["ids"]]
        found |= dict.fromkeys(ids, sentence(item[-1]))
    for entry in doctree.findall(addnodes.desc):
        ids = [name for signature in entry.findall(addnodes.desc_signature) for name in signature["ids"]]
        found = dict.fromkeys(ids, sentence(entry[-1])) | found
    for module in doctree.findall(nodes.target):
        found |= {name: sentence(doctree) for name in module["ids"] if name.startswith("module-")}
    previews(app.env)[app.env.docname] = {anchor: text for anchor, text in found.items() if text}


def sentence(node: nodes.Element) -> str:
    """The first of the first paragraph, its formulas as plain text; empty where there is none."""
    for paragraph in node.findall(nodes.paragraph):
        parts = [
            readable(part.astext()) if _formula(part.parent) else part.astext() for part in _texts(paragraph)
        ]
        return first_sentence("".join(parts))
    return ""


def _texts(paragraph: nodes.paragraph) -> list[nodes.Text]:
    return list(paragraph.findall(nodes.Text))


def _formula(node: nodes.Node) -> bool:
    return isinstance(node, nodes.math)


def previews(env: BuildEnvironment) -> dict[str, dict[str, str]]:
    """The sentences by page and anchor."""
    return vars(env).setdefault("previews", {})


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    previews(env).pop(page, None)


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    """What another process has read."""
    previews(env).update({page: found for page, found in previews(other).items() if page in pages})


def attach(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Give the links of a page their sentences."""
    here = app.builder.get_target_uri(page)
    sentences = {
        f"{app.builder.get_target_uri(other)}#{anchor}": text
        for other, found in previews(app.env).items()
        for anchor, text in found.items()
    }
    for link in doctree.findall(nodes.reference):
        address = f"{here}#{link['refid']}" if "refid" in link else link.get("refuri", "")
        if address.startswith("#"):
            address = here + address
        elif "refid" not in link:
            address = normpath(join(dirname(here), address))
        if link.get("internal") and address in sentences:
            link["reftitle"] = sentences[address]
            link["classes"].append("preview")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", gather)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", attach)
    app.add_js_file("preview.js", loading_method="defer")
    app.add_css_file("reference.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
