"""The printed book: a bookmark for every chapter and section, no empty sheet, solutions unfolded.

Fonts differ from machine to machine, and with them the breaks of lines and sheets and the glyphs that text is
made of (an f and an i may be one): what is asked is where things stand, and letters only after `letters`.
"""

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pypdf import PdfReader

from book.tools import browser, pdf

NAMES = browser.documents()
# A sheet shows text, or an image or drawing that is kept apart.
SHOWS = re.compile(rb"[>)\]]\s*T[jJ]\b|/\w+\s+Do\b")
LONG = "A title of so many words that it fills two lines of a sheet of paper, whatever font the machine has"
# What a reader of paper does not see of a solution, and what is there to be clicked at.
FOLDED = """() => {
  const shown = (node) => node.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const solutions = [...document.querySelectorAll(".solution :is(p, pre, li, mjx-container)")];
  const controls = [...document.querySelectorAll(".bd-article :is(summary, button)")];
  return [...solutions.filter((node) => !shown(node)), ...controls.filter(shown)]
    .map((node) => node.outerHTML.slice(0, 160));
}"""


@pytest.fixture(scope="package")
def part(opened, name):
    """A page of the book on paper."""
    if name not in NAMES:
        pytest.skip("an index or the search page, which is not printed")
    return pdf.printed(opened.look())


def bookmarks(document):
    """(title, page) of each chapter, and those of its sections."""
    found, page_of = [], document.get_destination_page_number
    for item in document.outline:
        if isinstance(item, list):
            found[-1][1].extend((section.title, page_of(section)) for section in item)
        else:
            found.append(((item.title, page_of(item)), []))
    return found


def letters(text):
    """Without spaces, hyphens and the like, letters that a font has joined taken apart."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


def empty(sheets):
    """Numbers of those that show nothing."""
    return [at for at, sheet in enumerate(sheets) if not SHOWS.search(sheet.get_contents().get_data())]


def files(document):
    """The files that links of a printed page lead to."""
    annotations = [note.get_object() for page in document.pages for note in page.get("/Annots", [])]
    addresses = [urlsplit(str(note.get("/A", {}).get("/URI", ""))) for note in annotations]
    return {Path(unquote(address.path)) for address in addresses if address.scheme == "file"}


def printed(context, path, content):
    """A page of our own making on paper."""
    path.write_text(f"<meta charset='utf-8'><main class='bd-article'>{content}</main>", encoding="utf-8")
    page = context.new_page()
    browser.open_page(page, path)
    part = pdf.printed(page)
    page.close()
    return part


def test_the_title_heads_the_first_sheet(part):
    assert [heading.title for heading in part.headings if heading.level == 1] == [part.headings[0].title]
    assert part.headings[0].sheet == 0


def test_headings_stand_on_sheets_in_their_order(part):
    sheets = [heading.sheet for heading in part.headings]
    assert sheets == sorted(sheets)
    assert all(sheet < pdf.filled(part.pages) for sheet in sheets)


def test_every_heading_has_its_bookmark(part):
    """Its first word is asked: Chromium leaves out formulas, and repeats words at the end of a line."""
    for heading, bookmark in zip(part.headings, pdf.bookmarks(part.pages.outline), strict=True):
        assert letters(heading.title.split()[0]) in letters(bookmark.title)


def test_no_sheet_is_empty(part):
    assert empty(part.pages.pages[: pdf.filled(part.pages)]) == []


def test_links_to_files_lead_to_chapters(part, name):
    if name in NAMES:
        assert files(part.pages) <= {(browser.HTML / f"{chapter}.html").resolve() for chapter in NAMES}


def test_paper_shows_solutions_and_no_controls(opened):
    page = opened.look()
    page.emulate_media(media="print")
    page.wait_for_function(f"() => ({FOLDED})().length === 0")  # what unfolds may fade in


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<div class='solution'><p>a</p></div>", 0),
        ("<div class='solution'><p style='opacity: 0'>a</p></div>", 1),
        ("<div class='solution' style='visibility: hidden'><pre>a</pre><p>b</p></div>", 2),
        ("<div class='bd-article'><details><summary>Show code cell source</summary>a</details></div>", 1),
        ("<div class='bd-article'><button>copy</button></div>", 1),
    ],
)
def test_folds_and_controls_are_found(open_broken, body, found):
    assert len(open_broken(body).page.evaluate(FOLDED)) == found


def test_an_empty_sheet_is_found(context, tmp_path):
    turn = "<div style='break-after: page'></div>"
    part = printed(context, tmp_path / "page.html", f"<h1>One</h1>{turn}{turn}<p>a</p>{turn}")
    assert pdf.filled(part.pages) == 3
    assert empty(part.pages.pages[:3]) == [1]


def test_letters_are_the_same_in_every_font():
    assert letters("Speci\ufb01c heat: a co\xadef\ufb01cient") == letters("Specific heat – a coef-\nficient")
    assert letters("Specific heat") != letters("Specific beat")


def test_parts_are_bound_with_their_bookmarks_and_links(context, tmp_path):
    """The second page leads to the first and the third, to a file outside, and to an address."""
    paths = [tmp_path / f"{name}.html" for name in ("one", "two", "three")]
    turn = "<div style='break-after: page'></div>"
    addresses = ("one.html#there", "three.html", "other.html", "https://example.org/one.html")
    links = "".join(f"<p><a href='{address}'>x</a></p>" for address in addresses)
    contents = (
        f"<h1>One</h1><p>a</p>{turn}<h2>Two <i>words</i></h2><p>b</p>{turn}",  # ends with an empty sheet
        f"<h1>Difficult office</h1>{links}<h2>{LONG}</h2>{turn}<h2>B</h2><h3>below</h3>",
        "<h1>Last</h1><p>c</p>",
    )
    parts = {path: printed(context, path, content) for path, content in zip(paths, contents)}
    bound = tmp_path / "bound.pdf"
    pdf.merge(parts).write(bound)
    document = PdfReader(bound)
    assert bookmarks(document) == [
        (("One", 0), [("Two words", 1)]),
        (("Difficult office", 2), [(LONG, 2), ("B", 3)]),
        (("Last", 4), []),
    ]
    assert len(document.pages) == 5
    actions = [note.get_object()["/A"] for note in document.pages[2]["/Annots"]]
    goto = [action["/D"][0].get_object() for action in actions if action["/S"] == "/GoTo"]
    assert [document.get_page_number(page) for page in goto] == [0, 4]
    assert files(document) == {tmp_path / "other.html"}
    assert [action["/URI"] for action in actions if action["/S"] == "/URI"][1:] == [addresses[-1]]


@pytest.mark.soak
def test_the_whole_book_is_bound(chromium, tmp_path):
    bound = tmp_path / "book.pdf"
    pdf.write(chromium, NAMES, bound)
    document = PdfReader(bound)
    chapters = [chapter for chapter, _ in bookmarks(document)]
    assert len(chapters) == len(NAMES)
    for title, at in chapters:
        assert letters(title) in letters(document.pages[at].extract_text()), title
    assert files(document) == set()
