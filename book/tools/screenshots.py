"""Pictures of every page, three widths by two colour schemes, in _build/screenshots: `make screenshots`."""

from pathlib import Path

from playwright.sync_api import Browser

from book.tools import browser

FOLDER = browser.ROOT / "_build" / "screenshots"
LONGEST = 6000  # CSS pixels of a page; what lies below looks like what lies above


def take(chromium: Browser, name: str, folder: Path) -> list[Path]:
    """All pictures of one page of the book."""
    page, taken = chromium.new_page(reduced_motion="reduce"), []
    browser.open_page(page, browser.HTML / f"{name}.html")
    for view, width in browser.WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        length = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": width, "height": length})
        for scheme in browser.SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
            taken.append(folder / f"{Path(name).name}-{view}-{scheme}.png")
            page.screenshot(path=taken[-1])
    page.close()
    return taken


if __name__ == "__main__":
    with browser.chromium() as chromium:
        for name in browser.documents():
            print(*take(chromium, name, FOLDER), sep="\n", flush=True)
