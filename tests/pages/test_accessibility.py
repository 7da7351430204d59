"""No grave finding of axe-core on any page, in light and dark; no rule is switched off."""

import pytest

from . import axe
from .opened import browser


def test_structure(opened):
    assert axe.violations(opened.look()) == []


@pytest.mark.parametrize("scheme", browser.SCHEMES)
def test_contrast(opened, scheme):
    assert axe.contrast(opened.look(scheme=scheme)) == []


def test_what_scrolls_on_a_phone_is_reached_by_keyboard(opened):
    assert axe.unreachable(opened.look(width="phone")) == []


def test_tables_have_header_cells(opened):
    headless = "[...document.querySelectorAll('table')].filter((table) => !table.querySelector('th')).length"
    assert opened.page.evaluate(headless) == 0


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
    assert axe.violations(open_broken(body).look())


def test_pale_text_is_found(open_broken):
    body = "<p>black</p><p>black</p><pre><code>x = <span style='color: #999'>1</span></code></pre>"
    ((_, _, where),) = axe.contrast(open_broken(body).look())
    assert len(where) == 1
    assert "#999" in where[0]


def test_dark_text_in_dark_mode_is_found(open_broken):
    style = "<style>@media (prefers-color-scheme: dark) { body { background: #121212 } }</style>"
    opened = open_broken("<p style='color: #222'>dark</p>", head=style)
    assert not axe.contrast(opened.look(scheme="light"))
    assert axe.contrast(opened.look(scheme="dark"))


def test_a_frame_out_of_reach_is_found(open_broken):
    frame = "<div style='width: 50px; height: 20px; overflow: auto'><p style='width: 500px'>wide</p></div>"
    assert axe.unreachable(open_broken(frame).look(width="phone"))
