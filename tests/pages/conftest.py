"""One browser for all tests of pages; each page of the book is loaded once."""

import browser
import pytest

from .opened import offline_context, open_file

NO_PAGES = {"_static", "index.html"}  # the theme's templates; the redirection to the first page


def names() -> list[str]:
    """The chapters of the table of contents, and whatever else was built: the index, the search page."""
    built = [path.relative_to(browser.HTML) for path in browser.HTML.rglob("*.html")]
    others = {path.with_suffix("").as_posix() for path in built if path.parts[0] not in NO_PAGES}
    return [*browser.chapters(), *sorted(others - set(browser.chapters()))]


# Of the package, not of the session: Playwright keeps an event loop, which other tests must not meet.
@pytest.fixture(scope="package")
def chromium():
    if browser.executable() is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with browser.chromium() as running:
        yield running


@pytest.fixture(scope="package")
def context(chromium):
    reader = offline_context(chromium)
    yield reader
    reader.close()


@pytest.fixture(scope="package", params=names())
def name(request):
    return request.param


@pytest.fixture(scope="package")
def opened(context, name):
    """A page of the book."""
    path = browser.HTML / f"{name}.html"
    assert path.is_file(), f"{path} is not there: `make book` builds it"
    loaded = open_file(context, path)
    yield loaded
    loaded.page.close()


@pytest.fixture
def open_broken(context, tmp_path):
    """Opens a page of our own making, which the test must reject."""
    opened_here = []

    def open_html(body, head=""):
        path = tmp_path / "broken.html"
        path.write_text(
            f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Broken</title>{head}</head>"
            f"<body><main><h1>Broken</h1>{body}</main></body></html>",
            encoding="utf-8",
        )
        opened_here.append(open_file(context, path))
        return opened_here[-1]

    yield open_html
    for loaded in opened_here:
        loaded.page.close()
