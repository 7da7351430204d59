"""A tab of the browser, with all that its page asked for and complained about."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from book.tools import browser

LOCAL = {"file", "data", "blob"}
TALL = 900  # CSS pixels


@dataclass(frozen=True, eq=False)
class Opened:
    """A tab, and the page that is loaded in it.

    Args:
        page: the page, its mathematics typeset.
        requests: addresses that it asked for.
        errors: errors on its console, exceptions in its scripts, and files that could not be loaded.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def remote(self) -> list[str]:
        """Requests that need a network."""
        return [url for url in self.requests if urlsplit(url).scheme not in LOCAL]

    def go(self, path: Path) -> "Opened":
        """Load a file, and forget what the page before it has asked for and complained about.

        Half of the cost of a first page is that of its tab.
        """
        self.page.goto("about:blank")
        self.requests.clear()
        self.errors.clear()
        browser.open_page(self.page, path)
        return self

    def look(self, *, width: str = "desktop", scheme: str = "light") -> Page:
        """The page at one width and in one colour scheme, as soon as the theme has followed."""
        self.page.emulate_media(color_scheme=scheme, media="screen")
        self.page.set_viewport_size({"width": browser.WIDTHS[width], "height": TALL})
        self.page.wait_for_function(
            "scheme => [undefined, scheme].includes(document.documentElement.dataset.theme)", arg=scheme
        )
        return self.page


def offline_context(chromium: Browser) -> BrowserContext:
    """A reader without a network."""
    return chromium.new_context(offline=True, reduced_motion="reduce")  # colours change at once


def tab(context: BrowserContext) -> Opened:
    """An empty one, which notes what happens."""
    opened = Opened(context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("requestfailed", lambda request: opened.errors.append(f"failed: {request.url}"))
    opened.page.on("pageerror", lambda error: opened.errors.append(f"exception: {error}"))
    opened.page.on(
        "console", lambda entry: entry.type == "error" and opened.errors.append(f"console: {entry.text}")
    )
    return opened


def open_file(context: BrowserContext, path: Path) -> Opened:
    """Load a file in a tab of its own."""
    return tab(context).go(path)
