"""MyST as plain Markdown, for readers that know no roles and directives: Jupyter without plugins, and slides.

Numbers are those of chapter and order: Figure 3.2 is the second of chapter 3, (3.2) its second equation.
"""

import re
from functools import cache

import nbformat

from book.tools.chapters import chapter_number, chapters

EQUATION = re.compile(r"^\$\$\n(?P<tex>.*?)\n?\$\$ \((?P<label>eq-[\w-]+)\)", re.DOTALL | re.MULTILINE)
_THEOREM = re.compile(
    r"```\{prf:theorem\} (?P<title>[^\n]+)\n:label: (?P<label>\S+)\n(?P<text>.*?)\n```", re.DOTALL
)
_PROOF = re.compile(r"```\{prf:proof\}\n(?P<text>.*?)\n```", re.DOTALL)
ADMONITION = re.compile(
    r":::\{admonition\} (?P<title>[^\n]+)\n(?::class: \w+\n)?(?P<text>.*?)\n:::", re.DOTALL
)
_ROLE = re.compile(r"\{(?P<role>[a-z:]+)\}`(?:(?P<shown>[^`<]+) <(?P<to>[^`>]+)>|(?P<target>[^`]+))`")


def plain(text: str) -> str:
    """Without roles and directives, but for exercises and solutions, which are not its business.

    Raises:
        KeyError: a reference to what no chapter has.
        ValueError: a role or a directive that is not known here.
    """
    text = EQUATION.sub(lambda m: f"$$\n{m['tex']} \\tag{{{_labels()[m['label']].strip('()')}}}\n$$", text)
    text = _THEOREM.sub(lambda m: f"**{_labels()[m['label']]}** ({m['title']}). {m['text']}", text)
    text = _PROOF.sub(lambda m: f"*Proof.* {m['text']}", text)
    text = ADMONITION.sub(_quoted, text)
    text = _ROLE.sub(_role, text)
    if left := re.search(r"^[:`]{3,}\{(?!exercise|solution)[a-z:-]+\}", text, re.MULTILINE):
        raise ValueError(f"no plain form of the directive {left[0]}")
    return text


def _quoted(found: re.Match) -> str:
    lines = [f"**{found['title']}**", "", *found["text"].splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _role(found: re.Match) -> str:
    role, target = found["role"], found["to"] or found["target"]
    if found["shown"]:
        return found["shown"]
    if role == "cite:t":
        return _cited(target, "{} ({})")
    if role == "cite:p":
        return f"({'; '.join(_cited(key, '{} {}') for key in target.split(','))})"
    if role == "doc":
        return _title(target.rsplit("/", 1)[-1])
    if role in ("eq", "numref", "prf:ref"):
        return _labels()[target]
    if role == "term":
        return target
    if role.startswith("py:"):
        return f"`{target}`"
    raise ValueError(f"no plain form of the role {role}")


def _cited(key: str, form: str) -> str:
    """Keys are made of first author, year and a word: beale1996exact."""
    found = re.match(r"([a-z]+)(\d{4})", key.strip())
    if not found:
        raise ValueError(f"{key} does not start with an author and a year")
    return form.format(found[1].capitalize(), found[2])


def _title(page: str) -> str:
    if page[:2].isdigit() and int(page[:2]) < 90:
        return f"chapter {int(page[:2])}"
    return f"the page “{page.replace('-', ' ')}” of the book"


@cache
def _labels() -> dict[str, str]:
    """What every equation, figure and theorem of the chapters is called."""
    found: dict[str, str] = {}
    for chapter in chapters():
        cells = nbformat.read(chapter, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        kinds = {
            "({})": [match["label"] for match in EQUATION.finditer(text)],
            "Theorem {}": [match["label"] for match in _THEOREM.finditer(text)],
            "Figure {}": [name for cell in cells if (name := figure(cell)["name"])],
        }
        for form, labels in kinds.items():
            found |= {
                label: form.format(f"{chapter_number(chapter)}.{k}") for k, label in enumerate(labels, 1)
            }
    return found


def figure(cell: nbformat.NotebookNode) -> dict[str, str]:
    """Name, caption and alternative text of the figure that a cell draws; empty where it draws none."""
    meta = cell.metadata.get("mystnb", {})
    drawn, image = meta.get("figure", {}), meta.get("image", {})
    return {"name": drawn.get("name", ""), "caption": drawn.get("caption", ""), "alt": image.get("alt", "")}


def figure_number(name: str) -> str:
    """Figure 3.2, say."""
    return _labels()[name]
