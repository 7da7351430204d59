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
# Contrast is the slow rule, and it depends on style alone: let it look at one text of each style that was not
# judged before, on this page or another. Of single characters it says nothing.
SAMPLE = """(known) => {
  const transparent = "rgba(0, 0, 0, 0)", grounds = new Map([[null, [transparent, 1]]]);
  const ground = (node) => {  // the colour behind a node, and how opaque the node is
    if (!grounds.has(node)) {
      const [behind, opaque] = ground(node.parentElement);
      const {backgroundColor, opacity} = getComputedStyle(node);
      grounds.set(node, [backgroundColor === transparent ? behind : backgroundColor, opaque * opacity]);
    }
    return grounds.get(node);
  };
  const seen = new Set(known), found = [];
  for (const node of document.body.querySelectorAll("*:not(mjx-container *, script, style, noscript)")) {
    const text = [...node.childNodes].some(({data}) => /\\S\\S/.test(data));
    if (!text || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const {color, fontSize, fontWeight} = getComputedStyle(node);
    const style = [color, fontSize, fontWeight, ...ground(node)].join();
    node.toggleAttribute("data-sample", !seen.has(style));
    if (!seen.has(style)) found.push(style);
    seen.add(style);
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-sample]"}]});
  return found;
}"""
CONTRAST = "color-contrast"


def prepare(page: Page) -> None:
    """Bring axe into a page that does not have it."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)


def grave(found: list) -> list:
    return [entry for entry in found if entry[1] in GRAVE or entry[0] in ALSO]


def misbuilt(page: Page) -> list:
    """Grave findings of all rules but contrast, as (rule, impact, pieces of the page)."""
    prepare(page)
    return grave(page.evaluate(RUN, {"rules": {CONTRAST: {"enabled": False}}}))


def pale(page: Page, judged: set[str]) -> list:
    """Texts of too little contrast, likewise, in styles that are not among those judged good.

    Styles in which nothing is found are added to them.
    """
    prepare(page)
    styles = page.evaluate(SAMPLE, sorted(judged))
    found = grave(page.evaluate(RUN, {"runOnly": [CONTRAST]})) if styles else []
    if not found:
        judged.update(styles)
    return found
