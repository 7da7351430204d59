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
# Two rules are slow, and judge styles alone: the contrast of texts, and whether more than colour tells a link
# from the text around it. Let them look at one text and one link of each style that was not judged before, on
# this page or another. Of single characters they say nothing.
STYLE_RULES = ("color-contrast", "link-in-text-block")
SAMPLE = """({known, rules}) => {
  const transparent = "rgba(0, 0, 0, 0)", grounds = new Map([[null, [transparent, 1]]]);
  const ground = (node) => {  // the colour behind a node, and how opaque the node is
    if (!grounds.has(node)) {
      const [behind, opaque] = ground(node.parentElement);
      const {backgroundColor, opacity} = getComputedStyle(node);
      grounds.set(node, [backgroundColor === transparent ? behind : backgroundColor, opaque * opacity]);
    }
    return grounds.get(node);
  };
  const hasText = (node) => [...node.childNodes].some(({data}) => /\\S\\S/.test(data));
  const text = (node) => {
    const {color, fontSize, fontWeight} = getComputedStyle(node);
    return [color, fontSize, fontWeight, ...ground(node)].join();
  };
  const link = (node) => {  // with its underline, what is around it, and whether that is running text
    const {textDecorationLine, borderBottomWidth, borderBottomStyle} = getComputedStyle(node);
    let block = node.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const looks = [textDecorationLine, borderBottomWidth, borderBottomStyle, block.tagName, hasText(block)];
    return ["link", text(node), text(node.parentElement), ...looks].join();
  };
  const seen = new Set(known), found = [];
  for (const node of document.body.querySelectorAll("*:not(mjx-container *, script, style, noscript)")) {
    const styles = [...(hasText(node) ? [text] : []), ...(node.matches("a[href]") ? [link] : [])];
    if (!styles.length || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const fresh = styles.map((style) => style(node)).filter((style) => !seen.has(style));
    node.toggleAttribute("data-sample", fresh.length > 0);
    fresh.forEach((style) => { seen.add(style); found.push(style); });
  }
  const selectors = {"color-contrast": "[data-sample]", "link-in-text-block": "a[href][data-sample]"};
  axe.configure({rules: rules.map((id) => ({id, selector: selectors[id]}))});
  return found;
}"""


def prepare(page: Page) -> None:
    """Bring axe into a page that does not have it."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)


def grave(found: list) -> list:
    return [entry for entry in found if entry[1] in GRAVE or entry[0] in ALSO]


def misbuilt(page: Page) -> list:
    """Grave findings of all rules but those of style, as (rule, impact, pieces of the page)."""
    prepare(page)
    return grave(page.evaluate(RUN, {"rules": {rule: {"enabled": False} for rule in STYLE_RULES}}))


def indistinct(page: Page, judged: set[str]) -> list:
    """Texts and links that are hard to see, likewise, in styles that are not among those judged good.

    Styles in which nothing is found are added to them.
    """
    prepare(page)
    styles = page.evaluate(SAMPLE, {"known": sorted(judged), "rules": list(STYLE_RULES)})
    found = grave(page.evaluate(RUN, {"runOnly": list(STYLE_RULES)})) if styles else []
    if not found:
        judged.update(styles)
    return found
