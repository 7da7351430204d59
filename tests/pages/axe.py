"""Accessibility of a page by axe-core, which judges what a browser has drawn."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
ALSO = {"heading-order", "empty-heading", "page-has-heading-one"}  # which axe calls moderate

# `preload` reads style sheets anew, which files may not; the glyphs of MathJax are hidden from screen
# readers, which are given the formula as MathML.
RUN = """async (options) => {
  const {violations} = await axe.run({exclude: ["mjx-container"]},
    {preload: false, resultTypes: ["violations"], ...options});
  return violations.map(({id, impact, nodes}) => [id, impact, nodes.map((node) => node.html.slice(0, 160))]);
}"""
# Contrast is the slow rule, and it depends on style alone: let it look at one text of each style. Of single
# characters it says nothing.
SAMPLE = """() => {
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return colour !== "rgba(0, 0, 0, 0)" || !node.parentElement ? colour : ground(node.parentElement);
  };
  const seen = new Set();
  for (const node of document.body.querySelectorAll("*:not(mjx-container *, script, style, noscript)")) {
    const text = [...node.childNodes].some(({data}) => /\\S\\S/.test(data));
    if (!text || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(node);
    const style = [color, fontSize, fontWeight, ground(node)].join();
    node.toggleAttribute("data-sample", !seen.has(style));
    seen.add(style);
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-sample]"}]});
}"""


def violations(page: Page, *, only: tuple[str, ...] = ()) -> list:
    """Grave findings as (rule, impact, pieces of the page), of all rules or of some only."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    page.evaluate(SAMPLE)
    found = page.evaluate(RUN, {"runOnly": list(only)} if only else {})
    return [entry for entry in found if entry[1] in GRAVE or entry[0] in ALSO]
