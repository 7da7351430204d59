"""Chapters say what they teach and grade their exercises; the course and the glossary are all used."""

import re
from pathlib import Path

import nbformat
import pytest

from book.tools.chapters import EXERCISE, chapters

BOOK = Path(__file__).parents[2] / "book"
GRADE = re.compile(r"(?P<title>.+) · (?P<kind>by hand|by code|open), level [123]")


def prose(chapter):
    cells = nbformat.read(chapter, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def page(name):
    return (BOOK / "course" / f"{name}.md").read_text(encoding="utf-8")


@pytest.fixture(params=chapters(), ids=lambda path: path.stem)
def chapter(request):
    return request.param


def test_the_goals_stand_at_the_head(chapter):
    head = nbformat.read(chapter, as_version=4).cells[0].source
    assert len(re.findall(r"^\*\*What you will be able to do:\*\* \w", head, re.MULTILINE)) == 1


def test_the_head_leads_to_the_notation(chapter):
    assert "{doc}`/book/notation`" in nbformat.read(chapter, as_version=4).cells[0].source


def test_six_exercises_of_three_kinds(chapter):
    grades = [GRADE.fullmatch(found["title"]) for found in EXERCISE.finditer(prose(chapter))]
    assert all(grades)
    assert len(grades) >= 6
    assert {grade["kind"] for grade in grades} == {"by hand", "by code", "open"}


@pytest.mark.parametrize("name", ["syllabus", "goals"])
def test_every_exercise_has_one_place_in_the_course(chapter, name):
    """By its label where the page can link to it, or else by its title."""
    for found in EXERCISE.finditer(prose(chapter)):
        title = GRADE.fullmatch(found["title"])["title"]
        places = page(name).count(f"`{found['label']}`") + len(
            re.findall(rf"{re.escape(title)}(?=[;*| ])", page(name))
        )
        assert places == 1, found["label"]


def test_ten_weeks_and_the_sum_of_their_hours():
    rows = re.findall(r"^\| (\d+) \| .* \| (\d+) h \|$", page("syllabus"), re.MULTILINE)
    assert [int(week) for week, _ in rows] == list(range(1, 11))
    at_home = [int(hours) for _, hours in rows]
    assert set(at_home) == {4, 5}  # "four to five at home"
    assert f"{sum(at_home) + 10 * (2 + 2)} hours in all" in page(
        "syllabus"
    )  # with two of lecture, two of lab


def test_every_term_of_the_glossary_is_linked_from_a_chapter():
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(\S.*)\n  \S", text, re.MULTILINE)
    assert len(terms) > 30
    used = re.findall(r"\{term\}`(?:[^`<]+ <([^`>]+)>|([^`]+))`", "\n".join(map(prose, chapters())))
    assert set(terms) - {one or other for one, other in used} == set()
