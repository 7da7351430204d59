"""No grave finding of axe-core on any page, in light and dark; no rule is switched off."""

import pytest

from book.tools import browser

from .axe import indistinct, misbuilt

# Frames that scroll sideways and hold nothing that the keyboard can reach.
UNREACHABLE = """() => [...document.body.querySelectorAll("*:not(mjx-container *)")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1)
  .filter((node) => /auto|scroll/.test(getComputedStyle(node).overflowX) && node.checkVisibility())
  .filter((node) => node.tabIndex < 0 && !node.querySelector("a[href], button, input, [tabindex='0']"))
  .map((node) => node.outerHTML.slice(0, 160))"""
NOTHING_UNREACHABLE = f"() => ({UNREACHABLE})().length === 0"
# The index that Sphinx makes is laid out by a table, which is no table of data.
WITHOUT_HEADERS = """() => [...document.querySelectorAll("table:not(.indextable)")]
  .filter((table) => !table.querySelector("th")).map((table) => table.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="package")
def judged():
    """Styles of texts and links that were found good on some page; most pages share most of them."""
    return set()


def test_markup(opened):
    assert misbuilt(opened.look()) == []


@pytest.mark.parametrize("scheme", browser.SCHEMES)
def test_texts_and_links_stand_out(opened, scheme, judged):
    assert indistinct(opened.look(scheme=scheme), judged) == []


def test_what_scrolls_on_a_phone_is_reached_by_keyboard(opened):
    page = opened.look(width="phone")
    page.wait_for_function(NOTHING_UNREACHABLE)  # the theme follows a resized window after a while
    assert page.evaluate(UNREACHABLE) == []


def test_tables_have_header_cells(opened):
    assert opened.page.evaluate(WITHOUT_HEADERS) == []


@pytest.mark.parametrize(
    "body",
    [
        '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">',
        '<input type="range">',
        "<h4>Too deep</h4>",
        '<div role="list"><p>No item</p></div>',
    ],
)
def test_wrong_structure_is_found(open_broken, body):
    assert misbuilt(open_broken(body).look())


PALE = "<p>black</p><p>black</p><pre><code>x = <span style='color: #999'>1.5</span></code></pre>"


def test_pale_text_is_found(open_broken):
    ((rule, _, where),) = indistinct(open_broken(PALE).look(), set())
    assert rule == "color-contrast"
    assert len(where) == 1
    assert "#999" in where[0]


def test_only_what_was_judged_good_is_not_looked_at_again(open_broken):
    judged = set()
    assert not indistinct(open_broken("<p>black</p>").look(), judged)
    assert len(judged) == 2  # the heading and the text
    for body in (PALE, PALE, "<p style='opacity: 0.4'>black</p>", "<p style='background: #333'>black</p>"):
        assert indistinct(open_broken(body).look(), judged)
    assert len(judged) == 2


LINK = "<a href='#' style='text-decoration: none; color: {}'>where it says so</a>"


def test_a_link_that_only_colour_tells_from_text_is_found(open_broken):
    """Even after links of that style were good where no text is around them."""
    judged = set()
    link = LINK.format("#333")
    assert not indistinct(open_broken(f"<nav><ul><li>{link}</li></ul></nav>").look(), judged)
    ((rule, _, where),) = indistinct(open_broken(f"<p>This is a text with a link {link}.</p>").look(), judged)
    assert rule == "link-in-text-block"
    assert len(where) == 1
    underlined = link.replace("none", "underline")
    assert not indistinct(open_broken(f"<p>This is a text with a link {underlined}.</p>").look(), judged)


def test_dark_text_in_dark_mode_is_found(open_broken):
    style = "<style>@media (prefers-color-scheme: dark) { body { background: #121212; color: #eee } }</style>"
    opened, judged = open_broken("<p style='color: #222'>dark</p>", head=style), set()
    assert indistinct(opened.look(), judged) == []
    assert indistinct(opened.look(scheme="dark"), judged)


@pytest.mark.parametrize(("attributes", "found"), [("", 1), ('tabindex="0"', 0)])
def test_a_frame_out_of_reach_is_found(open_broken, attributes, found):
    frame = f"<div {attributes} style='width: 50px; overflow: auto'><p style='width: 500px'>wide</p></div>"
    assert len(open_broken(frame).look(width="phone").evaluate(UNREACHABLE)) == found


def test_a_table_without_headers_is_found(open_broken):
    assert open_broken("<table><tr><td>1</td></tr></table>").page.evaluate(WITHOUT_HEADERS)
