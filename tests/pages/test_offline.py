"""A reader without a network misses nothing: no page asks for anything but files, and nothing fails."""

import pytest

from book.tools import browser


def test_no_page_asks_for_a_network(opened):
    assert not opened.remote


def test_no_page_complains(opened):
    assert not opened.errors


def test_the_index_leads_to_the_first_page(context):
    page = context.new_page()
    page.goto((browser.HTML / "index.html").as_uri())
    page.wait_for_url(f"**/{browser.documents()[0]}.html")
    page.close()


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://cdn.example/require.js"></script>',
        '<img src="http://example.org/figure.png" alt="">',
        "<script>fetch('https://example.org/data.json').catch(() => {})</script>",
    ],
)
def test_a_request_is_seen(open_broken, body):
    assert len(open_broken(body).remote) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<script>undefined.property</script>",
        "<script>console.error('no kernel')</script>",
        '<script src="missing.js"></script>',
        '<img src="missing.png" alt="">',
    ],
)
def test_an_error_is_seen(open_broken, body):
    assert open_broken(body).errors
