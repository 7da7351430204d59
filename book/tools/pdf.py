"""Print the built book into one PDF, _build/book.pdf: `make pdf`.

Chromium prints every page in the order of the table of contents; bookmarks name the chapters and their
sections, and links between pages lead to pages of the PDF.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, PdfMargins
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, Destination, DictionaryObject, NameObject

from book.tools import browser

OUTPUT = browser.ROOT / "_build" / "book.pdf"
MARGIN: PdfMargins = {"top": "18mm", "right": "18mm", "bottom": "18mm", "left": "18mm"}
HEADINGS = ".bd-article :is(h1, h2, h3, h4, h5, h6)"
# Text, without the link to itself, and level of each.
READ = """headings => headings.map((heading) => {
  const copy = heading.cloneNode(true);
  copy.querySelector(".headerlink")?.remove();
  return [copy.textContent.trim().replace(/\\s+/g, " "), Number(heading.tagName[1])];
})"""


@dataclass(frozen=True)
class Heading:
    """A line of the outline.

    Args:
        title: as the page has it.
        level: 1 for a page of the book, 2 for its sections.
        sheet: that it stands on, counted from 0.
    """

    title: str
    level: int
    sheet: int


@dataclass(frozen=True, eq=False)
class Part:
    """A printed page of the book: its headings, in order, and its sheets."""

    headings: list[Heading]
    pages: PdfReader

    @property
    def sections(self) -> list[Heading]:
        return [heading for heading in self.headings if heading.level == 2]


def printed(page: Page) -> Part:
    """What an open page of the book gives on paper.

    Chromium lists the headings in their order, each with its sheet; of a title that fills several lines it
    loses spaces and repeats words, so titles are those of the page.
    """
    read: list[tuple[str, int]] = page.locator(HEADINGS).evaluate_all(READ)
    pages = PdfReader(io.BytesIO(page.pdf(format="A4", margin=MARGIN, outline=True, tagged=True)))
    sheets = map(pages.get_destination_page_number, bookmarks(pages.outline))
    found = [Heading(title, level, sheet or 0) for (title, level), sheet in zip(read, sheets, strict=True)]
    return Part(found, pages)


def filled(pages: PdfReader) -> int:
    """How many sheets remain without the empty ones that Chromium leaves at the end."""
    count = len(pages.pages)
    while count > 1 and not (pages.pages[count - 1].extract_text().strip() or pages.pages[count - 1].images):
        count -= 1
    return count


def bookmarks(outline: list) -> Iterator[Destination]:
    for item in outline:
        yield from bookmarks(item) if isinstance(item, list) else [item]


def merge(parts: dict[Path, Part]) -> PdfWriter:
    """One document of all parts, each by the file that it was printed from."""
    writer, starts = PdfWriter(), {}
    for path, part in parts.items():
        starts[path] = len(writer.pages)
        writer.append(part.pages, pages=(0, filled(part.pages)), import_outline=False)
        chapter = writer.add_outline_item(title=part.headings[0].title, page_number=starts[path])
        for section in part.sections:
            at = starts[path] + section.sheet
            writer.add_outline_item(title=section.title, page_number=at, parent=chapter)
    for page in writer.pages:
        for annotation in page.get("/Annots", []):
            lead_inside(annotation.get_object(), {path: writer.pages[at] for path, at in starts.items()})
    return writer


def lead_inside(link: DictionaryObject, pages: dict[Path, PageObject]) -> None:
    """Let a link to a printed file lead to its first page."""
    address = urlsplit(str(link.get("/A", {}).get("/URI", "")))
    target = pages.get(Path(unquote(address.path))) if address.scheme == "file" else None
    if target is not None:
        link[NameObject("/A")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/GoTo"),
                NameObject("/D"): ArrayObject([target.indirect_reference, NameObject("/Fit")]),
            }
        )


def write(chromium: Browser, names: list[str], output: Path) -> None:
    """Print documents of the book, in this order, into one file."""
    page, parts = chromium.new_page(offline=True), {}
    for path in ((browser.HTML / f"{name}.html").resolve() for name in names):
        browser.open_page(page, path)
        parts[path] = printed(page)
    merge(parts).write(output)
    page.close()


if __name__ == "__main__":
    with browser.chromium() as chromium:
        write(chromium, browser.documents(), OUTPUT)
    print(f"wrote {OUTPUT}")
