"""Write the chapters for a course: `make course`. Students' notebooks have an empty cell for a solution.

Everything is plain Markdown and code, so that Jupyter shows it without plugins. The notebooks look for the
book's results and claims from where they are written, _build/course/students and _build/course/instructors.
"""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from book.tools.chapters import CODE, EXERCISE, ROOT, SOLUTION, chapters
from book.tools.plain import figure, figure_number, plain

COURSE = ROOT / "_build" / "course"
PIECES = re.compile(f"({EXERCISE.pattern.replace('?P<', '?P<ex_')}|{SOLUTION.pattern})", re.DOTALL)
SETUP = "import numpy as np\n\nimport dnnising as di"  # what every solution may use, whatever the chapter has
BOOK = re.compile(r"""(?<=["'])(?:\.\./book(?=["'/])|book/)""")


def handout(chapter: Path, *, solutions: bool) -> nbformat.NotebookNode:
    """A chapter as it is given to students, or with the solutions to instructors."""
    notebook = nbformat.read(chapter, as_version=4)
    cells = [piece for cell in notebook.cells for piece in _pieces(cell, solutions)]
    first = next(k for k, cell in enumerate(cells) if cell.source.startswith("### Exercise: "))
    cells.insert(first, new_code_cell(SETUP))
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"  # the same in every build
    notebook.cells = cells
    nbformat.validate(notebook)
    return notebook


def _pieces(cell: nbformat.NotebookNode, solutions: bool) -> list[nbformat.NotebookNode]:
    """What becomes of one cell."""
    if cell.cell_type == "code":
        cell.source = _from_the_course(cell.source)
        drawn = figure(cell)
        if not drawn["name"]:
            return [cell]
        return [cell, new_markdown_cell(f"*{figure_number(drawn['name'])}.* {plain(drawn['caption'])}")]
    pieces, end = [], 0
    for found in PIECES.finditer(cell.source):
        pieces.append(_prose(cell.source[end : found.start()]))
        end = found.end()
        if found["ex_title"]:
            pieces.append(
                [new_markdown_cell(f"### Exercise: {found['ex_title']}\n\n{plain(found['ex_text'])}")]
            )
            if not solutions:
                pieces.append([new_code_cell(metadata={"tags": ["answer"]})])
        elif solutions:
            pieces.append(_solution(found["text"]))
    pieces.append(_prose(cell.source[end:]))
    return [one for piece in pieces for one in piece]


def _prose(text: str) -> list[nbformat.NotebookNode]:
    return [new_markdown_cell(plain(text.strip()))] if text.strip() else []


def _solution(text: str) -> list[nbformat.NotebookNode]:
    """Text and code in turns."""
    cells = []
    for index, part in enumerate(CODE.split(text)):
        if index % 2:
            cells.append(new_code_cell(_from_the_course(part.strip()), metadata={"tags": ["solution"]}))
        else:
            cells += _prose(part)
    cells[0].source = f"**Solution.** {cells[0].source}"
    return cells


def _from_the_course(code: str) -> str:
    """Code that finds the book from _build/course/students."""
    return BOOK.sub(lambda found: "../../../" + found[0].removeprefix("../"), code)


def main() -> None:
    for folder, solutions in (("students", False), ("instructors", True)):
        for chapter in chapters():
            target = COURSE / folder / chapter.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(handout(chapter, solutions=solutions), target)
    print(f"wrote {COURSE}")


if __name__ == "__main__":
    main()
