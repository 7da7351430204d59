"""On a phone, only code, tables and equations scroll sideways, each within its own frame; never the page."""

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_no_page_is_wider_than_a_phone(opened):
    assert opened.look(width="phone").evaluate(OVERFLOW) == 0


def test_a_wide_page_is_seen(open_broken):
    opened = open_broken("<p style='width: 500px'>wide</p>")
    assert opened.look(width="phone").evaluate(OVERFLOW) == 110 + 8  # and the body's margin
