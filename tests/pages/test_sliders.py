"""Sliders answer in the static page, to the keyboard and to a mouse or finger, and say what they are."""

import numpy as np
import pytest

from book.tools import browser
from dnnising import figures


def sliders(opened):
    return opened.look().locator(".static-slider").all()


def picture(slider):
    return slider.locator(".curve").get_attribute("d"), slider.locator("output").inner_text()


def by_keyboard(slider):
    slider.locator("input").press("ArrowRight")


def by_mouse(slider):
    control = slider.locator("input")
    control.scroll_into_view_if_needed()
    box, mouse = control.bounding_box(), slider.page.mouse
    middle = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] / 2, middle)
    mouse.down()
    mouse.move(box["x"] + 0.9 * box["width"], middle, steps=3)
    mouse.up()


@pytest.mark.parametrize("move", [by_keyboard, by_mouse])
def test_the_picture_follows(opened, move):
    for slider in sliders(opened):
        before = picture(slider)
        move(slider)
        after = picture(slider)
        assert before[0] != after[0], "the curve stayed"
        assert before[1] != after[1], "the number stayed"
        assert slider.locator("input").get_attribute("aria-valuetext") == after[1]


def test_a_screen_reader_hears_what_it_is(opened):
    for slider in sliders(opened):
        assert slider.get_by_role("img").get_attribute("aria-label")
        assert slider.get_by_role("slider", name=slider.locator("label").inner_text()).count() == 1


GROUND = "node => getComputedStyle(node.closest('.text_html')).backgroundColor"


def test_in_dark_mode_it_stands_on_the_dark_page(opened):
    """The theme would put it on a light ground, on which its curve is pale."""
    page = opened.look(scheme="dark")
    for slider in page.locator(".cell_output .static-slider").all():
        assert slider.evaluate(GROUND) == "rgba(0, 0, 0, 0)"


def test_every_chapter_has_one(opened, name):
    numbered = name.startswith("notebooks/0") and name != browser.documents()[0]
    if numbered:
        assert sliders(opened)


def test_it_draws_what_it_was_written_with(open_broken):
    """The first picture is written with the page, the others are drawn from the steps."""
    x = np.linspace(0, 1, 50)
    curves = [np.sin(k * x) for k in range(3)]
    html = figures.svg_slider(
        x, curves, range(3), parameter="k", xlabel="x", ylabel="y", description="Waves."
    )
    (slider,) = sliders(open_broken(html))
    written = picture(slider)
    for key in ("ArrowRight", "ArrowLeft"):
        slider.locator("input").press(key)
    assert picture(slider) == written


@pytest.mark.parametrize("move", [by_keyboard, by_mouse])
def test_a_dead_slider_is_seen(open_broken, move):
    html = figures.svg_slider(
        [0, 1],
        [[0, 1], [1, 0], [1, 1]],
        [0, 1, 2],
        parameter="T",
        xlabel="E",
        ylabel="p",
        description="A line.",
    )
    alive, dead = html, html.replace("<script>", "<script type='text/plain'>")
    for body, moves in ((alive, True), (dead, False)):
        (slider,) = sliders(open_broken(body))
        before = picture(slider)
        move(slider)
        assert (picture(slider) != before) is moves
