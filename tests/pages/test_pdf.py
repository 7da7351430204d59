"""The printed book: a bookmark for every chapter and section, text of every page, solutions unfolded."""

import browser
import pdf
import pytest
from pypdf import PdfReader

NAMES = browser.chapters()


@pytest.fixture(scope="module")
def book(chromium, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.write(chromium, NAMES, path)
    return PdfReader(path)


def bookmarks(document):
    """(title, page) of each chapter, and those of its sections."""
    found, page_of = [], document.get_destination_page_number
    for item in document.outline:
        if isinstance(item, list):
            found[-1][1].extend((section.title, page_of(section)) for section in item)
        else:
            found.append(((item.title, page_of(item)), []))
    return found


def words(text):
    return "".join(text.split())


def test_every_chapter_has_a_bookmark_at_its_heading(book):
    chapters = [chapter for chapter, _ in bookmarks(book)]
    assert len(chapters) == len(NAMES)
    for title, at in chapters:
        assert words(title) in words(book.pages[at].extract_text()), title
    assert [at for _, at in chapters] == sorted({at for _, at in chapters})


def test_sections_have_bookmarks_within_their_chapter(book):
    found = bookmarks(book)
    starts = [at for (_, at), _ in found] + [len(book.pages)]
    for first, end, (_, sections) in zip(starts, starts[1:], found):
        assert all(first <= at < end for _, at in sections), sections
    assert sum(len(sections) for _, sections in found) > 3 * len(NAMES)


def test_every_page_has_content_and_solutions_are_unfolded(book):
    text = [page.extract_text() for page in book.pages]
    assert not [at for at, page in enumerate(text) if not (words(page) or book.pages[at].images)]
    assert "Witheveryconfigurationequallylikely" in words("".join(text))  # from the solution of exercise 1.2
    assert "Show code cell" not in "".join(text)


def test_no_link_leads_to_a_file(book):
    annotations = [note.get_object() for page in book.pages for note in page.get("/Annots", [])]
    actions = [note.get("/A", {}) for note in annotations]
    chapters = [f"{name}.html" for name in NAMES]
    assert not [a for a in actions if str(a.get("/URI", "")).split("#")[0].endswith(tuple(chapters))]
    assert sum(action.get("/S") == "/GoTo" for action in actions) > len(NAMES)


def test_titles_are_those_of_the_page(chromium, tmp_path):
    page = chromium.new_page()
    path = tmp_path / "page.html"
    path.write_text("<main class='bd-article'><h1>One</h1><p>a</p><h2>Two <i>words</i></h2><p>b</p></main>")
    part = pdf.printed(page, path)
    page.close()
    assert list(pdf.sections(part)) == [("Two words", 0)]
    writer = pdf.merge({path: part})
    bound = tmp_path / "bound.pdf"
    writer.write(bound)
    assert bookmarks(PdfReader(bound)) == [(("One", 0), [("Two words", 0)])]
