"""The ledger can be filtered by keyboard, says how many rows it shows, and works without JavaScript."""

import pytest

from book.tools import browser

from .opened import open_file

LEDGER = browser.HTML / "book" / "ledger.html"
ROWS = ".ledger tbody tr"


@pytest.fixture(scope="module")
def ledger(context):
    opened = open_file(context, LEDGER)
    yield opened
    opened.page.close()


def shown(page):
    return page.locator(f"{ROWS}:visible").count()


def verdicts(page):
    return {cell.strip() for cell in page.locator(f"{ROWS}:visible td:nth-child(5)").all_inner_texts()}


def test_all_rows_are_shown_at_first_and_announced(ledger):
    page = ledger.look()
    total = page.locator(ROWS).count()
    assert shown(page) == total > 100
    assert page.get_by_role("status").inner_text() == f"{total} of {total} claims"


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_the_keyboard_chooses_a_verdict_and_a_source(ledger, width):
    page = ledger.look(width=width)
    total = page.locator(ROWS).count()
    page.get_by_label("Verdict", exact=True).press("r")  # jumps to the first choice with that letter
    (verdict,) = verdicts(page)
    assert verdict in {"refuted", "reproduced"}
    some = shown(page)
    assert 0 < some < total
    page.get_by_label("Source", exact=True).press("ArrowDown")
    assert 0 < shown(page) < some
    assert page.get_by_role("status").inner_text() == f"{shown(page)} of {total} claims"
    assert page.locator("section:has(> .ledger):visible").count() == 1
    for choice in ("Verdict", "Source"):
        page.get_by_label(choice, exact=True).select_option("all")
    assert shown(page) == total


def test_on_a_phone_each_row_is_a_card_of_labelled_lines(ledger):
    page = ledger.look(width="phone")
    first = page.locator(ROWS).first
    assert first.evaluate("row => getComputedStyle(row).display") == "block"
    label = "cell => getComputedStyle(cell, '::before').content"
    assert [cell.evaluate(label) for cell in first.locator("td").all()[2:]] == [
        '"theirs: "',
        '"ours: "',
        '"verdict: "',
        '"shown by: "',
    ]


def test_links_lead_to_figures(ledger):
    links = ledger.page.locator(f"{ROWS} a[href*='#fig-']")
    assert links.count() > 90
    for target in set(links.evaluate_all("links => links.map((link) => link.getAttribute('href'))")):
        page, _, anchor = target.partition("#")
        assert f'id="{anchor}"' in (LEDGER.parent / page).read_text(encoding="utf-8"), target


def test_without_javascript_all_rows_are_there(chromium, ledger):
    plain = chromium.new_context(offline=True, java_script_enabled=False).new_page()
    plain.goto(LEDGER.as_uri())
    assert shown(plain) == ledger.page.locator(ROWS).count()
    assert plain.locator(".ledger-filter").count() == 0
    plain.context.close()
