"""Write one deck of slides a chapter: `make slides`. A deck is one HTML file with its figures inside.

The rules, for every chapter alike:

1. The title, the first two sentences of the chapter, and what one will be able to do.
2. Every heading begins a slide, with the first two sentences of its section. A section is the Markdown up to
   the next heading; its numbered equations follow, two a slide.
3. A boxed remark (an admonition) makes a slide of its own, except the one on what the chapter needs.
4. Every figure makes a slide, with its number and caption, and so does every slider, which works.
5. The exercises come last, one a slide, without solutions.

A cell whose metadata say `"slideshow": {"slide_type": "skip"}` is left out. With "slide" a Markdown cell is
shown whole, and a code cell with its tables. Arrow keys, space or a swipe go from slide to slide; printing
gives one a page.
"""

import html
import json
import re
from pathlib import Path
from string import Template

import nbformat
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from book._extensions.offline import place_mathjax
from book.tools.chapters import EXERCISE, ROOT, SOLUTION, chapter_number, chapters
from book.tools.plain import ADMONITION, figure, figure_number, plain

SLIDES = ROOT / "_build" / "slides"
HEADING = re.compile(r"^(#{1,3}) (.+)$", re.MULTILINE)
DISPLAYED = re.compile(r"^\$\$\n.*?^\$\$(?: \(eq-[\w-]+\))?$", re.DOTALL | re.MULTILINE)
GOALS = re.compile(r"^\*\*What you will be able to do:\*\* .+?(?=\n\n)", re.DOTALL | re.MULTILINE)
NEEDED = "What you need, and what it costs"


def deck(chapter: Path) -> str:
    """The HTML of a chapter's slides."""
    cells = nbformat.read(chapter, as_version=4).cells
    slides = [slide for cell in cells for slide in cell_slides(cell)]
    exercises = [slide for slide in slides if 'class="exercise"' in slide]
    others = [slide for slide in slides if 'class="exercise"' not in slide]
    heading = HEADING.search(cells[0].source)
    if not heading:
        raise ValueError(f"{chapter} does not start with a heading")
    return PAGE.substitute(
        title=f"{chapter_number(chapter)}. {html.escape(heading[2])}",
        mathjax=mathjax_settings(),
        slides="\n".join([*others, *exercises]),
    )


def cell_slides(cell: nbformat.NotebookNode) -> list[str]:
    """The slides that one cell makes, often none."""
    kind = cell.metadata.get("slideshow", {}).get("slide_type")
    if kind == "skip":
        return []
    if cell.cell_type == "code":
        return code_slides(cell)
    text = SOLUTION.sub("", cell.source)
    exercises = [
        section(f"## {one['title']}\n\n{one['text']}", "exercise") for one in EXERCISE.finditer(text)
    ]
    text = EXERCISE.sub("", text)
    if kind == "slide":
        return [section(text), *exercises]
    remarks = [one for one in ADMONITION.finditer(text) if one["title"] != NEEDED]
    boxes = [section(f"## {one['title']}\n\n{one['text']}") for one in remarks]
    text = ADMONITION.sub("", text)
    starts = [found.start() for found in HEADING.finditer(text)] or [len(text)]
    parts = [text[: starts[0]], *(text[a:b] for a, b in zip(starts, [*starts[1:], len(text)]))]
    return [*(slide for part in parts for slide in prose_slides(part)), *boxes, *exercises]


def prose_slides(text: str) -> list[str]:
    """Of Markdown with one heading, at its beginning, or with none."""
    equations = [found[0] for found in DISPLAYED.finditer(text)]
    heading = HEADING.match(text)
    slides = []
    if heading:
        body = DISPLAYED.sub("", text[heading.end() :])
        goals = GOALS.search(body)
        parts = [
            heading[0].replace("###", "##"),
            first_sentences(body),
            goals[0] if goals else "",
            *equations[:2],
        ]
        slides.append(section("\n\n".join(parts), "title" if heading[1] == "#" else ""))
        equations = equations[2:]
    return slides + [section("\n\n".join(equations[k : k + 2])) for k in range(0, len(equations), 2)]


def first_sentences(text: str, count: int = 2) -> str:
    """Of the first paragraph; an end inside mathematics or code is none."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    ends = [
        found.end()
        for found in re.finditer(r"[.?!:](?=\s+[^a-z\s]|$)", paragraph)
        if paragraph[: found.end()].count("$") % 2 == 0 and paragraph[: found.end()].count("`") % 2 == 0
    ]
    return paragraph[: ends[:count][-1]] if ends else paragraph


def code_slides(cell: nbformat.NotebookNode) -> list[str]:
    """A cell's figure, its sliders, and, where its metadata ask for it, its tables."""
    drawn, slides = figure(cell), []
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data and drawn["name"]:
            source = f"data:image/png;base64,{data['image/png'].strip()}"
            image = f'<img alt="{html.escape(drawn["alt"])}" src="{source}"/>'
            caption = MARKDOWN.render(f"**{figure_number(drawn['name'])}.** {plain(drawn['caption'])}")
            drawing = f'<figure id="{drawn["name"]}">{image}<figcaption>{caption}</figcaption></figure>'
            slides.append(f"<section>{drawing}</section>")
        elif "static-slider" in (shown := data.get("text/html", "")):
            slides.append(f"<section>{shown}</section>")
        elif shown and cell.metadata.get("slideshow", {}).get("slide_type") == "slide":
            slides.append(f'<section class="table">{shown}</section>')
    return slides


def section(markdown: str, kind: str = "") -> str:
    """A slide of some Markdown."""
    opening = f'<section class="{kind}">' if kind else "<section>"
    return f"{opening}{MARKDOWN.render(plain(markdown))}</section>"


def typeset(tex: str, options: dict) -> str:
    """TeX between the delimiters for which MathJax looks."""
    opening, closing = (r"\[", r"\]") if options["display_mode"] else (r"\(", r"\)")
    return opening + html.escape(tex) + closing


MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").use(dollarmath_plugin, renderer=typeset)

PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>$title</title>
<style>
html { scroll-snap-type: x mandatory; scrollbar-width: none; overflow-y: hidden; }
body { margin: 0; display: flex; background: #fff; color: #222; font: 1.3rem/1.5 system-ui, sans-serif; }
section { box-sizing: border-box; flex: none; width: 100vw; height: 100vh; padding: 5vh 8vw; overflow: auto;
  scroll-snap-align: start; scroll-snap-stop: always; display: flex; flex-direction: column; }
section::before, section::after { content: ""; margin: auto; } /* centred, and scrollable where too tall */
section > * { margin: 0.5em 0; }
h1, h2 { color: #005a8e; line-height: 1.2; }
figure { margin: 0; text-align: center; }
figure img { max-width: 100%; max-height: 68vh; object-fit: contain; }
figcaption { font-size: 0.8em; text-align: left; }
table { border-collapse: collapse; font-size: 0.65em; }
th, td { padding: 0.2em 0.6em; border-bottom: 1px solid #ccc; text-align: left; }
mjx-container[display="true"] { font-size: 0.95em; overflow-x: auto; overflow-y: hidden; max-width: 100%; }
.static-slider { width: 100%; max-width: 60rem; margin: auto; }
@media (max-width: 40rem) { body { font-size: 1rem; } section { padding: 3vh 5vw; } }
@media print {
  html { scroll-snap-type: none; overflow: visible; }
  body { display: block; font-size: 1rem; }
  @page { size: landscape; margin: 1cm; }
  section { width: auto; height: auto; min-height: 85vh; padding: 0; overflow: visible;
    break-after: page; break-inside: avoid; }
}
</style>
<script>window.MathJax = $mathjax;</script>
<script src="mathjax/tex-mml-chtml.js" async="async"></script>
</head>
<body>
$slides
<script>
const keys = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
  Home: -1e6, End: 1e6 };
addEventListener("keydown", (event) => {
  const step = keys[event.key];
  if (!step || event.target.matches("input") || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const slides = document.querySelectorAll("section");
  const now = Math.round(scrollX / innerWidth);
  slides[Math.min(Math.max(now + step, 0), slides.length - 1)].scrollIntoView();
});
</script>
</body>
</html>
""")


def mathjax_settings() -> str:
    """Those of the book, as JSON."""
    configured = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return json.dumps(configured["sphinx"]["config"]["mathjax3_config"])


def main() -> None:
    SLIDES.mkdir(parents=True, exist_ok=True)
    place_mathjax(SLIDES / "mathjax")
    for chapter in chapters():
        (SLIDES / f"{chapter.stem}.html").write_text(deck(chapter), encoding="utf-8")
    print(f"wrote {SLIDES}")


if __name__ == "__main__":
    main()
