"""Print the built book into one PDF, _build/book.pdf: `make pdf`.

Chromium prints every page in the order of the table of contents; bookmarks name the chapters and their
sections, and links between pages lead to pages of the PDF.
"""

import io
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PageObject

import browser

OUTPUT = browser.ROOT / "_build" / "book.pdf"
# The heading without the link to itself.
TITLE = """heading => {
  const copy = heading.cloneNode(true);
  copy.querySelector(".headerlink")?.remove();
  return copy.textContent.trim();
}"""
MARGIN = {side: "18mm" for side in ("top", "right", "bottom", "left")}


def printed(page: Page, path: Path) -> tuple[str, PdfReader]:
    """Title and print of one page of the book."""
    browser.open_page(page, path)
    title = page.locator("h1").first.evaluate(TITLE)
    content = page.pdf(format="A4", margin=MARGIN, outline=True, tagged=True)
    return title, PdfReader(io.BytesIO(content))


def merge(parts: dict[Path, tuple[str, PdfReader]]) -> PdfWriter:
    """One document of all parts, each by the file that it was printed from."""
    writer, starts = PdfWriter(), {}
    for path, (title, reader) in parts.items():
        starts[path] = len(writer.pages)
        writer.append(reader, outline_item=title)
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


if __name__ == "__main__":
    with browser.chromium() as chromium:
        page = chromium.new_page()
        paths = [browser.HTML / f"{name}.html" for name in browser.chapters()]
        writer = merge({path.resolve(): printed(page, path) for path in paths})
    writer.write(OUTPUT)
    print(f"wrote {OUTPUT}: {len(writer.pages)} pages")
