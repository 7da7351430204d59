"""Sphinx extension: the first use of a glossary term in a chapter leads to the glossary.

Only terms of several words are found by themselves, such as "density of states". A single word, such as
"load" or "index", may mean something else, so that authors refer to it where they mean it. A term to which a
chapter refers anyway is left alone.
"""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

CHAPTERS = "notebooks/"


class FirstUses(SphinxPostTransform):
    """Runs before references are resolved, when all pages have been read."""

    default_priority = 5

    def run(self, **kwargs: Any) -> None:
        if self.env.docname.startswith(CHAPTERS):
            left = self.terms() - self.referred()
            for text in list(self.document.findall(nodes.Text)):
                if isinstance(text.parent, nodes.paragraph):
                    refer(text, left, self.env.docname)

    def terms(self) -> set[str]:
        """Those of several words, as the glossary writes them."""
        every = {name for name, _, kind, *_ in self.env.get_domain("std").get_objects() if kind == "term"}
        return {term for term in every if re.search(r"[ -]", term) and "," not in term}

    def referred(self) -> set[str]:
        return {
            term
            for node in self.document.findall(addnodes.pending_xref)
            if node.get("reftype") == "term"
            for term in self.terms()
            if term.lower() == node["reftarget"].lower()
        }


def refer(text: nodes.Text, left: set[str], page: str) -> None:
    """Turn the terms that a piece of text uses into references, and take them off those that are left."""
    pieces: list[nodes.Node] = []
    rest = text.astext()
    while found := first_use(rest, left):
        term, start, end = found
        left.remove(term)
        reference = addnodes.pending_xref(
            "", refdomain="std", reftype="term", reftarget=term, refexplicit=True, refwarn=True, refdoc=page
        )
        reference += nodes.inline("", rest[start:end], classes=["std", "std-term"])
        pieces += [nodes.Text(rest[:start]), reference]
        rest = rest[end:]
    if pieces:
        text.parent.replace(text, [*pieces, nodes.Text(rest)])


def first_use(text: str, terms: set[str]) -> tuple[str, int, int] | None:
    """The term that is used first, the longest if several begin there, and where it starts and ends.

    In the singular or with an s, across the end of a line, whatever the case of its first letter.
    """
    found = []
    for term in terms:
        words = r"\s+".join(re.escape(word) for word in term.split())
        pattern = rf"(?<![\w-])(?i:{words[0]}){words[1:]}s?(?![\w-])"
        if match := re.search(pattern, text):
            found.append((match.start(), -match.end(), term))
    if not found:
        return None
    start, end, term = min(found)
    return term, start, -end


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_post_transform(FirstUses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
