"""Every heading, figure, equation and exercise is in a chapter's deck, and nothing that needs a network."""

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from book.tools import slides
from book.tools.chapters import EXERCISE, SOLUTION, chapters
from book.tools.plain import EQUATION, figure

BOOK = Path(__file__).parents[2] / "book"


class Seen(HTMLParser):
    """The texts of headings, the names of figures with their images, all text, and what is loaded."""

    def __init__(self, page):
        super().__init__()
        self.inside, self.headings, self.figures, self.text, self.loaded = "", [], {}, "", []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("h1", "h2"):
            self.headings.append("")
        if tag in ("h1", "h2", "style"):
            self.inside = tag
        if tag == "figure":
            self.figures[given["id"]] = None
        if tag == "img":
            self.figures[list(self.figures)[-1]] = given
        self.loaded += [given[name] for name in ("src", "href") if name in given]

    def handle_endtag(self, tag):
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data):
        self.text += data
        if self.inside in ("h1", "h2"):
            self.headings[-1] += data


@pytest.fixture(params=chapters(), ids=lambda path: path.stem)
def chapter(request):
    return request.param


@pytest.fixture
def cells(chapter):
    return nbformat.read(chapter, as_version=4).cells


@pytest.fixture
def seen(chapter):
    return Seen(slides.deck(chapter))


def prose(cells):
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_every_heading_and_then_every_exercise(cells, seen):
    text = prose(cells)
    wanted = [title for _, title in slides.HEADING.findall(EXERCISE.sub("", SOLUTION.sub("", text)))]
    titles = [found["title"] for found in EXERCISE.finditer(text)]
    assert len(wanted) > 4
    assert len(titles) >= 6
    typeset = [re.sub(r"\\[()]", "$", title) for title in seen.headings]
    assert [title for title in typeset if title in wanted] == wanted
    assert typeset[-len(titles) :] == titles


def test_every_figure_with_its_alternative_text(cells, seen):
    wanted = {drawn["name"]: drawn["alt"] for cell in cells if (drawn := figure(cell))["name"]}
    assert wanted
    assert {name: image["alt"] for name, image in seen.figures.items()} == wanted
    assert all(len(image["src"]) > 5000 for image in seen.figures.values())


def test_every_numbered_equation_and_no_solution(cells, seen):
    text = prose(cells)
    for found in EQUATION.finditer(text):
        assert found["tex"] in seen.text
    for found in SOLUTION.finditer(text):
        assert found["text"].splitlines()[0] not in seen.text


def test_nothing_is_loaded_but_figures_and_the_mathjax_beside_it(seen):
    scripts = {source for source in seen.loaded if not source.startswith("data:image/png;base64,")}
    assert scripts == {"mathjax/tex-mml-chtml.js"}


def test_metadata_override_the_rules():
    cell = nbformat.v4.new_markdown_cell("## A\n\nOne. Two. Three.")
    assert "Three" not in "".join(slides.cell_slides(cell))
    cell.metadata["slideshow"] = {"slide_type": "slide"}
    assert "Three" in "".join(slides.cell_slides(cell))
    cell.metadata["slideshow"] = {"slide_type": "skip"}
    assert slides.cell_slides(cell) == []


def test_sentences_end_outside_mathematics():
    assert slides.first_sentences("At $x=1. Y$ it ends. Then not. More.") == "At $x=1. Y$ it ends. Then not."
    assert slides.first_sentences("One 2.5 of e.g. this\n\nAnother.") == "One 2.5 of e.g. this"
