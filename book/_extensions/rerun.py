"""Sphinx extension: what it takes to compute a page again, at its foot and under each of its stored figures.

Nothing of it is typed. Which stored results a cell reads was noted while it ran, in its metadata, and what
the notebook costs in book/runtimes.json: `make notebooks` writes both. How the results were made is in their
own records.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.application import Sphinx

from book.tools.plain import figure
from dnnising.results import read, stored_file

BOOK = Path(__file__).parents[1]
SEED = re.compile(r"default_rng\((\d+)\)")
COLUMNS = ("NAME", "time", "seed", "processor", "commit", "of")


# Colab opens the notebook alone; it needs the package, and the stored results beside it.
ON_COLAB = """\
!git clone --depth 1 {address} checkout && pip install --quiet --editable 'checkout[all,data]'
%cd checkout/notebooks"""


def command(result: str) -> str:
    """Computes a stored result again."""
    return f"python book/experiments/{result}.py --scale full"


def duration(seconds: float) -> str:
    """As one says it: "34 s", "8 min", "2.2 h"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@cache
def made(result: str) -> tuple[str, ...]:
    """What a stored result's record says, by COLUMNS."""
    record = read(stored_file(result)).record
    commit, machine = record["provenance"]["commit"], record["provenance"]["machine"]
    spent = duration(sum(record["seconds"].values())) + " (quick)" * (record["scale"] == "quick")
    return (result, spent, str(record["seed"]), machine, commit[:10], _date(commit))


def _date(commit: str) -> str:
    """Of a commit; empty where its history is not at hand, as in a shallow clone or an archive."""
    found = re.match(r"[0-9a-f]{40}", commit)
    if not found:
        return ""
    asked = ["git", "show", "--no-patch", "--format=%cs", found[0]]
    try:
        return subprocess.run(asked, cwd=BOOK, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def costs(page: str) -> list[str]:
    """The lines of the box on what a notebook itself takes."""
    known = json.loads((BOOK / "runtimes.json").read_text(encoding="utf-8")).get(page)
    if known is None:
        return ["Not measured yet: make notebooks."]
    code = "\n".join(
        cell.source
        for cell in nbformat.read(BOOK.parent / "notebooks" / f"{page}.ipynb", as_version=4).cells
        if cell.cell_type == "code"
    )
    seeds = ", ".join(map(str, sorted({int(seed) for seed in SEED.findall(code)}))) or "none"
    packages = ("python", "numpy", "scipy", "numba", "torch", "transformers")
    versions = ", ".join(f"{name} {known[name]}" for name in packages)
    return [
        f"The notebook, with its quick computations: {duration(known['processor_seconds'])} of processor "
        f"time and {known['memory_mb']} MB ({known['machine']}).",
        f"Seeds of its random generators: {seeds}.",
        f"Versions: {versions}.",
    ]


def reads(notebook: Path) -> list[tuple[nbformat.NotebookNode, list[str]]]:
    """The code cells of a notebook, each with the names of the stored results that it read."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [(cell, cell.metadata.get("reads", [])) for cell in cells if cell.cell_type == "code"]


def add(app: Sphinx, doctree: nodes.document) -> None:
    """Write the lines and the box into the page of a notebook."""
    page = app.env.docname.removeprefix("notebooks/")
    notebook = BOOK.parent / "notebooks" / f"{page}.ipynb"
    if page == app.env.docname or not notebook.is_file():
        return
    app.env.note_dependency(str(BOOK / "runtimes.json"))
    found = reads(notebook)
    used = sorted({result for _, results in found for result in results})
    for result in used:
        app.env.note_dependency(str(stored_file(result)))
    of_figure = {figure(cell)["name"]: results for cell, results in found if figure(cell)["name"]}
    for drawn in doctree.findall(nodes.figure):
        for result in of_figure.get(next(iter(drawn["names"]), ""), []):
            drawn += nodes.legend("", _line("Reproduce this figure: ", command(result)))
    if page != app.config.root_doc.removeprefix("notebooks/"):
        doctree[0] += _box(page, used, app.config.html_theme_options["repository_url"])


def _line(text: str, code: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.Text(text), nodes.literal(code, code), classes=["reproduce"])


def _box(page: str, used: list[str], address: str) -> nodes.admonition:
    parts = [nodes.paragraph("", line) for line in costs(page)]
    parts.append(_line("Run it again: ", f"python -m book.tools.refresh notebooks/{page}.ipynb"))
    parts.append(nodes.paragraph("", "On Colab, put this into a cell of its own before the first:"))
    on_colab = ON_COLAB.format(address=address)
    parts.append(nodes.literal_block(on_colab, on_colab, language="ipython3"))
    if used:
        parts.append(
            nodes.paragraph("", "Its stored results, each computed again by the command of its row:")
        )
        parts.append(_table([made(result) for result in used]))
    title = nodes.title("", "Rerun this chapter")
    return nodes.admonition("", title, *parts, classes=["note", "rerun", "admonition-rerun"])


def _table(rows: list[tuple[str, ...]]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in COLUMNS), cols=len(COLUMNS))
    group += nodes.thead("", _row(COLUMNS))
    group += nodes.tbody("", *(_row(row, code=True) for row in rows))
    return nodes.table("", group)


def _row(texts: tuple[str, ...], *, code: bool = False) -> nodes.row:
    """The first cell of a row may be code."""
    cells = [
        nodes.literal(text, text) if code and k == 0 else nodes.Text(text) for k, text in enumerate(texts)
    ]
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
