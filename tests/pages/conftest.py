"""One browser for all tests of pages; each page of the book is loaded once.

They need the built book and a second or more each, so all of them are slow.
"""

from filecmp import cmp
from pathlib import Path

import pytest

from book.tools import browser

from .opened import offline_context, tab

HERE = Path(__file__).parent
BOOK = browser.ROOT / "book"
NO_PAGES = {"_static", "index.html"}  # the theme's templates; the redirection to the first page

# What `make test` prints: texts, code, formulas, pictures, solutions, long tables, and one page made from
# docstrings. `make soak` prints all.
PRINTED = {
    "notebooks/00-welcome",
    "notebooks/01-ising-validation",
    "book/ledger",
    "book/glossary",
    "book/reference/rooms/density",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.slow)
            if "part" in item.fixturenames and item.callspec.params["name"] not in PRINTED:
                item.add_marker(pytest.mark.soak)


def names() -> list[str]:
    """The chapters of the table of contents, and whatever else was built: the index, the search page."""
    built = [path.relative_to(browser.HTML) for path in browser.HTML.rglob("*.html")]
    others = {path.with_suffix("").as_posix() for path in built if path.parts[0] not in NO_PAGES}
    return [*browser.documents(), *sorted(others - set(browser.documents()))]


def outdated() -> list[str]:
    """Pages of the book that are not built, or not from the sources that are here now."""
    kept = browser.HTML / "_sources"
    built = {path.relative_to(kept) for path in kept.rglob("*.*")}
    either = (
        browser.ROOT / f"{name}.{kind}" for name in browser.documents() for kind in ("ipynb", "md", "rst")
    )
    listed = {path.relative_to(browser.ROOT) for path in either if path.is_file()}
    pairs = [(kept / source, browser.ROOT / source) for source in built & listed]
    pairs += [(browser.HTML / "_static" / path.name, path) for path in (BOOK / "_static").glob("*.[cj]s*")]
    changed = [str(now) for then, now in pairs if not (then.is_file() and cmp(then, now, shallow=False))]
    return sorted([*map(str, built ^ listed), *changed])


@pytest.fixture(scope="package", autouse=True)
def built():
    """No page of yesterday passes for today's."""
    if names := outdated():
        pytest.fail(f"the built book is not made of what is here (`make book`): {', '.join(names)}")


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
def reader(context):
    """The tab for pages of the book."""
    reader = tab(context)
    yield reader
    reader.page.close()


@pytest.fixture(scope="package")
def opened(reader, name):
    """A page of the book."""
    return reader.go(browser.HTML / f"{name}.html")


@pytest.fixture(scope="package")
def spare(context):
    """A tab for pages of our own making."""
    spare = tab(context)
    yield spare
    spare.page.close()


@pytest.fixture
def open_broken(spare, tmp_path):
    """Opens a page of our own making, which the test must reject."""

    def open_html(body, head=""):
        path = tmp_path / "broken.html"
        path.write_text(
            f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Broken</title>{head}</head>"
            f"<body><main><h1>Broken</h1>{body}</main></body></html>",
            encoding="utf-8",
        )
        return spare.go(path)

    return open_html
