"""Accessibility of a page by axe-core, which judges what a browser has drawn."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
ALSO = {"heading-order", "empty-heading", "page-has-heading-one"}  # which axe calls moderate

# `preload` reads style sheets anew, which files may not; the glyphs of MathJax are hidden from screen readers,
# who are given the formula's own text.
RUN = """async ([include, options]) => {
  const context = {exclude: ["mjx-container"], ...(include && {include: [include]})};
  const {violations} = await axe.run(context, {preload: false, resultTypes: ["violations"], ...options});
  return violations.map(({id, impact, nodes}) => [id, impact, nodes.map((node) => node.html.slice(0, 160))]);
}"""
# Contrast is the slow rule, and it depends on style alone: look at one text of each style.
SAMPLE = """() => {
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return colour !== "rgba(0, 0, 0, 0)" || !node.parentElement ? colour : ground(node.parentElement);
  };
  const seen = new Set();
  for (const node of document.body.querySelectorAll("*:not(mjx-container *, script, style, noscript)")) {
    const text = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    if (!text || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(node);
    const style = [color, fontSize, fontWeight, ground(node)].join();
    node.toggleAttribute("data-sample", !seen.has(style));
    seen.add(style);
  }
  return seen.size;
}"""


def violations(page: Page) -> list:
    """Grave ones, in structure: names, roles, labels, order."""
    return _grave(page, None, {"rules": {"color-contrast": {"enabled": False}}})


def contrast(page: Page) -> list:
    """Text that does not stand out from its ground, in the colours that the page has now."""
    page.evaluate(SAMPLE)
    return _grave(page, "[data-sample]", {"runOnly": ["color-contrast"]})


def unreachable(page: Page) -> list:
    """Frames that scroll, but not by keyboard, at the width that the page has now."""
    return _grave(page, None, {"runOnly": ["scrollable-region-focusable"]})


def _grave(page: Page, include: str | None, options: dict) -> list:
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return [entry for entry in page.evaluate(RUN, [include, options]) if entry[1] in GRAVE or entry[0] in ALSO]
