"""Students' notebooks run and give nothing away; instructors' have every solution, and those run."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from book.tools import handouts
from book.tools.chapters import EXERCISE, SOLUTION, chapters

BOOK = Path(__file__).parents[2] / "book"


@pytest.fixture(params=chapters(), ids=lambda path: path.stem)
def chapter(request):
    return request.param


def parts(notebook):
    """All that a reader of a notebook can see, and all that is in the file besides."""
    return "\n".join([*(cell.source for cell in notebook.cells), nbformat.writes(notebook)])


def leaks(notebook, chapter):
    """Lines of the chapter's solutions that the notebook has and the chapter's own cells do not."""
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    secret = {line.strip() for found in SOLUTION.finditer(text) for line in found["text"].splitlines()}
    public = SOLUTION.sub("", text) + "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    seen = parts(notebook)
    return {line for line in secret if len(line) > 12 and line not in public and line in seen}


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_students_see_no_solution_and_instructors_all(chapter):
    student, instructor = (handouts.handout(chapter, solutions=given) for given in (False, True))
    assert leaks(student, chapter) == set()
    assert len(leaks(instructor, chapter)) > 30  # the same look finds them where they are
    assert not re.search(r"\*\*Solution|dropdown|\"solution\"", parts(student))


def test_every_exercise_has_an_empty_cell_or_its_solution(chapter):
    text = "\n".join(cell.source for cell in nbformat.read(chapter, as_version=4).cells)
    titles = [found["title"] for found in EXERCISE.finditer(text)]
    for given in (False, True):
        cells = handouts.handout(chapter, solutions=given).cells
        for cell, following in pairwise(cells):
            if cell.source.startswith("### Exercise: "):
                assert cell.source.splitlines()[0] == f"### Exercise: {titles.pop(0)}"
                assert following.source.startswith("**Solution.** ") if given else not following.source
        assert not titles
        titles = [found["title"] for found in EXERCISE.finditer(text)]


def test_outputs_are_those_of_the_chapter(chapter):
    of_chapter = [
        cell.get("outputs", [])
        for cell in nbformat.read(chapter, as_version=4).cells
        if cell.cell_type == "code"
    ]
    for given in (False, True):
        shown = [
            cell.outputs for cell in handouts.handout(chapter, solutions=given).cells if cell.get("outputs")
        ]
        assert shown == [outputs for outputs in of_chapter if outputs]


def test_markdown_is_plain(chapter):
    for cell in handouts.handout(chapter, solutions=True).cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\{[a-z:]+\}`|^:label:|^[:`]{3,}\{", cell.source, re.MULTILINE), cell.source


def test_paths_lead_from_the_handout_to_the_book(chapter):
    folder = handouts.COURSE / "students"
    for source in code(handouts.handout(chapter, solutions=True)):
        for path in re.findall(r"""["']((?:\.\./)*book[^"'{]*)["']""", source):
            assert (folder / path).resolve().is_relative_to(BOOK), path


# Walks of 10^8 flips are the chapter's business, which runs them itself; here the names and paths count.
# Walks that go on from a file are left alone, as they wait for what the next step brings.
SHORT_WALKS = """import functools, dnnising
LONGEST = 2 * 10**6
def short(*args, walk=dnnising.wang_landau, max_flips=LONGEST, **kwargs):
    return walk(*args, max_flips=max_flips if "path" in kwargs else min(max_flips, LONGEST), **kwargs)
dnnising.wang_landau = functools.wraps(dnnising.wang_landau)(short)"""


@pytest.mark.slow
def test_the_first_chapter_runs_with_its_solutions(tmp_path):
    first = chapters()[0]
    student, instructor = (handouts.handout(first, solutions=given) for given in (False, True))
    run = [source for source in code(student) if source]  # up to the exercises: what instructors have, too
    assert run == code(instructor)[: len(run)]
    folder = tmp_path / "_build" / "course" / "instructors"
    folder.mkdir(parents=True)
    (tmp_path / "book").symlink_to(BOOK)
    instructor.cells.insert(0, nbformat.v4.new_code_cell(SHORT_WALKS))
    NotebookClient(
        instructor, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()  # raises where a cell does
    assert instructor.cells[-1].execution_count == len(code(instructor))
