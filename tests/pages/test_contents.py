"""What a page should show is there: mathematics is typeset, pictures have pixels, no widget is blank."""

import pytest

# Each of these gives the offending pieces of a page.
UNTYPESET = r"""() => {
  const raw = [...document.querySelectorAll(".math")].filter((node) => !node.querySelector("mjx-container"));
  const failed = [...document.querySelectorAll("mjx-merror, [data-mjx-error]")];
  const text = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const left = [];
  while (text.nextNode()) {
    const {parentElement, data} = text.currentNode;
    const quoted = parentElement.closest("script, style, pre, code, mjx-container");
    if (!quoted && /\\\(|\\\[|\$\$/.test(data)) left.push(parentElement);
  }
  return [...raw, ...failed, ...left].map((node) => node.outerHTML.slice(0, 200));
}"""
EMPTY = """() => [
  ...[...document.images].filter((image) => image.complete && image.naturalWidth === 0),
  ...document.querySelectorAll("figure:not(:has(img, svg, table, pre))"),
].map((node) => node.outerHTML.slice(0, 200))"""
BLANK = """() => [
  ...document.querySelectorAll(
    ".widget-subarea, .jupyter-widgets, script[type='application/vnd.jupyter.widget-view+json']"),
  ...[...document.querySelectorAll(".cell_output")].filter((output) =>
    !output.innerText.trim() && !output.querySelector("img, svg, table, details, .toggle")),
].map((node) => node.outerHTML.slice(0, 200))"""
# Widgets that need a kernel show nothing here; the sentence before their code has to say so.
UNANNOUNCED = """() => [...document.querySelectorAll(".cell_input")]
  .filter((input) => /^interact\\(/m.test(input.innerText))
  .filter((input) => !/kernel/.test(input.closest(".cell").previousElementSibling?.innerText ?? ""))
  .map((node) => node.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("find", [UNTYPESET, EMPTY, BLANK, UNANNOUNCED])
def test_nothing_is_missing(opened, find):
    assert opened.page.evaluate(find) == []


@pytest.mark.parametrize(
    ("find", "body"),
    [
        (UNTYPESET, r'<p>So <span class="math">\(E\)</span></p>'),
        (UNTYPESET, "<p>$$E = mc^2$$</p>"),
        (EMPTY, '<figure><img src="missing.png" alt="a curve"></figure>'),
        (EMPTY, "<figure><figcaption>Nothing</figcaption></figure>"),
        (BLANK, '<script type="application/vnd.jupyter.widget-view+json">{"model_id": "1"}</script>'),
        (BLANK, '<div class="cell_output"><div class="output"></div></div>'),
        (UNANNOUNCED, '<p>Move it:</p><div class="cell"><pre class="cell_input">interact(f)</pre></div>'),
    ],
)
def test_what_is_missing_is_found(open_broken, find, body):
    assert open_broken(body).page.evaluate(find)
