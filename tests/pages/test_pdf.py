"""The printed book: a bookmark for every chapter and section, text of every page, solutions unfolded."""

import browser
import pdf
import pytest
from pypdf import PdfReader, PdfWriter

NAMES = browser.chapters()


@pytest.fixture(scope="module")
def book(chromium, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.write(chromium, NAMES, path)
    return PdfReader(path)


@pytest.fixture(scope="module")
def chapters(book):
    """Title and page of each chapter's bookmark."""
    return [
        (item.title, book.get_destination_page_number(item)) for item in book.outline if not is_list(item)
    ]


def is_list(item):
    return isinstance(item, list)


def words(text):
    return "".join(text.split())


def test_every_chapter_has_a_bookmark_at_its_heading(book, chapters):
    assert len(chapters) == len(NAMES)
    for title, at in chapters:
        assert words(title) in words(book.pages[at].extract_text()), title
    assert [at for _, at in chapters] == sorted({at for _, at in chapters})


def test_sections_have_bookmarks_within_their_chapter(book, chapters):
    starts = [at for _, at in chapters] + [len(book.pages)]
    nested = [item for item in book.outline if is_list(item)]
    assert len(nested) >= len(NAMES) - 3  # the glossary and the like have no sections
    for first, end, (title, _) in zip(starts, starts[1:], chapters):
        after = (
            next(i for i, item in enumerate(book.outline) if not is_list(item) and item.title == title) + 1
        )
        if after < len(book.outline) and is_list(book.outline[after]):
            for section in book.outline[after]:
                assert first <= book.get_destination_page_number(section) < end, section.title


def test_every_page_has_content_and_solutions_are_unfolded(book):
    text = [page.extract_text() for page in book.pages]
    assert all(words(page) or book.pages[at].images for at, page in enumerate(text))
    assert "Nearthetopln" in words("".join(text))  # from the solution of exercise 1.2
    assert "Show code cell" not in "".join(text)


def test_no_link_leads_to_a_file(book):
    annotations = [note.get_object() for page in book.pages for note in page.get("/Annots", [])]
    actions = [note.get("/A", {}) for note in annotations]
    chapters = [f"{name}.html" for name in NAMES]
    assert not [a for a in actions if str(a.get("/URI", "")).split("#")[0].endswith(tuple(chapters))]
    assert sum(action.get("/S") == "/GoTo" for action in actions) > len(NAMES)


def test_a_lost_section_is_noticed(chromium, tmp_path):
    page = chromium.new_page()
    path = tmp_path / "page.html"
    path.write_text("<main class='bd-article'><h1>One</h1><p>a</p><h2>Two <i>words</i></h2><p>b</p></main>")
    part = pdf.printed(page, path)
    page.close()
    assert list(pdf.sections(part)) == [("Two words", 0)]
    writer = pdf.merge({path: part})
    assert isinstance(writer, PdfWriter)
    assert [item if is_list(item) else item.title for item in writer.outline][0] == "One"
