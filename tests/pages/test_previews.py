"""Links to the glossary and to the reference show what stands there, to a mouse and to the keyboard."""

import re

import pytest

from book.tools import browser

from .axe import prepare
from .opened import open_file

PREVIEW = ".link-preview"
STATIC = browser.HTML / "_static"
THEME = STATIC / "scripts" / "bootstrap.js"


@pytest.fixture(scope="module")
def chapter(context):
    """A page with links of both kinds, and room to leave them."""
    loaded = open_file(context, browser.HTML / "notebooks" / "01-ising-validation.html")
    yield loaded
    loaded.page.close()


@pytest.fixture
def page(chapter):
    page = chapter.look()
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    return page


def first(page, kind):
    return page.locator(f"article a.preview[href*='{kind}']").first


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("#term-Wang-Landau-walk", "A random walk over energies"),
        ("#dnnising.", "The first source’s schedule"),
    ],
)
def test_a_mouse_sees_the_first_sentence(page, kind, says):
    first(page, kind).hover()
    shown = page.locator(PREVIEW)
    shown.wait_for()
    assert shown.inner_text().startswith(says)
    assert shown.inner_text().endswith(".")


def test_it_stays_under_the_mouse_and_goes_after_it(page):
    first(page, "#term-").hover()
    page.locator(PREVIEW).hover()
    page.wait_for_timeout(400)
    assert page.locator(PREVIEW).count() == 1
    page.mouse.move(0, 0)
    page.locator(PREVIEW).wait_for(state="detached")


def test_the_keyboard_opens_it_and_escape_closes_it(page):
    link = first(page, "#term-")
    link.evaluate(
        "link => { const before = document.createElement('button'); link.before(before); before.focus(); }"
    )
    page.keyboard.press("Tab")
    page.locator(PREVIEW).wait_for()
    assert link.get_attribute("aria-describedby") == page.locator(PREVIEW).get_attribute("id")
    page.keyboard.press("Escape")
    page.locator(PREVIEW).wait_for(state="detached")
    assert link.evaluate("link => link === document.activeElement")
    link.evaluate("link => link.previousElementSibling.remove()")


def test_a_finger_follows_the_link(chromium):
    phone = chromium.new_context(
        offline=True,
        has_touch=True,
        is_mobile=True,
        viewport={"width": browser.WIDTHS["phone"], "height": 800},
    )
    opened = open_file(phone, browser.HTML / "notebooks" / "01-ising-validation.html")
    opened.page.evaluate(
        "selector => new MutationObserver(() => document.querySelector(selector) && (window.name = 'seen'))"
        ".observe(document.body, {childList: true})",
        PREVIEW,
    )
    first(opened.page, "#term-").tap()
    opened.page.wait_for_url("**/glossary.html#term-*")
    assert opened.page.evaluate("window.name") == ""
    phone.close()


@pytest.mark.parametrize("scheme", browser.SCHEMES)
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_it_can_be_read_in_any_view(chapter, scheme, width):
    page = chapter.look(width=width, scheme=scheme)
    page.mouse.move(0, 0)
    first(page, "#term-").hover()
    shown = page.locator(PREVIEW)
    shown.wait_for()
    box = shown.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= browser.WIDTHS[width]
    prepare(page)
    judge = "(node) => axe.run(node, {runOnly: ['color-contrast', 'aria-tooltip-name'], preload: false})"
    assert page.evaluate(judge, PREVIEW)["violations"] == []


def test_without_javascript_the_browser_shows_it(chromium):
    plain = chromium.new_context(offline=True, java_script_enabled=False).new_page()
    plain.goto((browser.HTML / "notebooks" / "01-ising-validation.html").as_uri())
    assert first(plain, "#term-").get_attribute("title").startswith("A random walk over energies")
    plain.context.close()


def test_a_title_is_shown_as_text(open_broken):
    """Nothing in it is markup, and other links have none."""
    scripts = "".join(
        f"<script defer src='{path.resolve().as_uri()}'></script>" for path in (THEME, STATIC / "preview.js")
    )
    body = "<button id='pst-back-to-top'></button><div class='bd-header'></div>" + (
        "<a class='preview' href='#' title='<b onclick=x>1 &lt; 2</b>'>one</a> <a href='#' title='no'>two</a>"
    )
    page = open_broken(body, head=scripts).look()
    page.get_by_text("two").hover()
    page.wait_for_timeout(300)
    assert page.locator(PREVIEW).count() == 0
    page.get_by_text("one").hover()
    assert page.locator(PREVIEW).inner_text() == "<b onclick=x>1 < 2</b>"
    assert page.locator(f"{PREVIEW} b").count() == 0


def test_every_link_to_the_reference_leads_to_an_entry(opened, name):
    links = opened.page.locator("article a.preview").evaluate_all("links => links.map((link) => link.href)")
    for address, anchor in {tuple(link.split("#")) for link in links}:
        path = browser.HTML / address.removeprefix(f"{browser.HTML.resolve().as_uri()}/")
        assert f'id="{anchor}"' in path.read_text(encoding="utf-8"), (name, anchor)


def test_every_public_name_has_one_anchor():
    """And each entry says how the name is called."""
    pages = [
        path.read_text(encoding="utf-8") for path in (browser.HTML / "book" / "reference").rglob("*.html")
    ]
    anchors = re.findall(r'<dt class="sig[^>]* id="(dnnising\.[\w.]+)"', "".join(pages))
    assert len(anchors) == len(set(anchors)) > 200
    assert "".join(pages).count('class="used-in"') > 200
