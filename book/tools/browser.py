"""Headless Chromium without a network, for all that looks at the built book: tests, the PDF, screenshots.

Chromium is the system's own (Debian: `apt-get install chromium`); Playwright drives it and downloads nothing.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {"desktop": 1400, "tablet": 820, "phone": 390}  # CSS pixels
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def executable() -> str | None:
    """Where Chromium is installed, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser that resolves no host name.

    Raises:
        FileNotFoundError: no Chromium is installed.
    """
    path = executable()
    if path is None:
        raise FileNotFoundError(f"none of {', '.join(NAMES)} is on the PATH: install Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            chromium_sandbox=os.geteuid() != 0,  # its sandbox does not start as root, as in containers
            args=["--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"],
        )
        try:
            yield browser
        finally:
            browser.close()


def documents() -> list[str]:
    """The book's documents in reading order, as the table of contents has them: "notebooks/00-welcome", …

    Those that the table names by a pattern are written by the build of the book.
    """
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    entries = [entry for part in toc["parts"] for entry in part["chapters"]]
    return [toc["root"], *(name for entry in entries for name in _documents(entry))]


def _documents(entry: dict[str, str]) -> list[str]:
    """Those of one entry of the table of contents."""
    if "file" in entry:
        return [entry["file"]]
    return sorted(
        path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob(f"{entry['glob']}.rst")
    )


def open_page(page: Page, path: Path) -> None:
    """Load a file and wait until its mathematics is typeset."""
    page.goto(path.resolve().as_uri())
    page.evaluate("() => window.MathJax?.startup?.promise?.then(() => null)")
