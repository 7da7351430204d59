"""Docstrings of the package as reStructuredText.

They are written to be read in an editor: mathematics is plain text with Greek letters, formulas and tables
stand indented, `backticks` are code, and sections are Google's. No other character means anything, so all
others that reStructuredText would act upon are escaped.
"""

import re
from itertools import groupby
from textwrap import dedent, indent

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Warns|Yields):$")
_CODE = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)
_ACTIVE = re.compile(r"([\\*|_])")
# What may end a sentence; not an abbreviation, which stands before a small letter, a number or a parenthesis.
_END = re.compile(r"[.?](?=\s+[^\sa-z0-9(]|$)|:$")


def marked_up(lines: list[str]) -> list[str]:
    """A docstring as reStructuredText, but for its sections, which `sphinx.ext.napoleon` reads."""
    found: list[str] = []
    in_section = False
    for empty, block in groupby(lines, key=lambda line: not line.strip()):
        text = "\n".join(block)
        if empty:
            found.append("")
        elif text.startswith(">>>"):
            found += text.split("\n")
        elif text.startswith(" ") and not in_section:
            found += [
                ".. code-block:: text",
                "   :class: formula",
                "",
                *indent(dedent(text), "   ").split("\n"),
            ]
        else:
            in_section = text.startswith(" ") or bool(_SECTION.match(text.split("\n", 1)[0]))
            found += escaped(text).split("\n")
    return found


def escaped(text: str) -> str:
    """Plain text with `code` in it as reStructuredText."""
    parts = _CODE.split(text)
    parts[::2] = [_ACTIVE.sub(r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [f"``{part.strip('`')}``" for part in parts[1::2]]
    return "".join(parts)


def first_sentence(text: str) -> str:
    """Of a text, on one line and without a formula that follows it."""
    line = " ".join(text.split("\n\n", 1)[0].split())
    for end in _END.finditer(line):
        sentence = line[: end.end()]
        if sentence.count("(") == sentence.count(")"):
            return sentence.removesuffix(":").removesuffix(".") + "." * (sentence[-1] != "?")
    return line
