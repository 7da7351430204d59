"""What a page says about computing it again is what its code reads, and what the records hold."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document

from book._extensions import rerun
from book.tools import refresh
from book.tools.chapters import chapters
from book.tools.plain import figure
from dnnising.results import stored, stored_file

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=chapters(), ids=lambda path: path.stem)
def chapter(request):
    return request.param


@pytest.mark.slow
def test_what_a_cell_reads_is_noted_while_it_runs(tmp_path):
    cells = [
        "from dnnising.results import stored\nlevy = stored('levy')",
        "energy = levy.select(n=8)['energy']\nfor name in ('gpt', 'dyson', 'gpt'):\n    stored(name)",
        "part = levy.select(n=8)",
        "print(energy.shape)",
    ]
    path = tmp_path / "toy.ipynb"
    made = [nbformat.v4.new_code_cell(cell, metadata={"reads": ["of an earlier run"]}) for cell in cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    notebook, _ = refresh.run(path)
    nbformat.write(notebook, path)
    assert [read for _, read in rerun.reads(path)] == [["levy"], ["dyson", "gpt", "levy"], [], []]


def test_figures_use_what_their_captions_say(chapter):
    drawn = [(figure(cell)["caption"], used) for cell, used in rerun.reads(chapter) if figure(cell)["name"]]
    assert drawn
    for caption, used in drawn:
        assert bool(used) == ("stored" in caption.lower()), caption
        assert set(re.findall(r"experiments/(\w+)\.py", caption)) <= set(used), caption


def test_what_a_cell_asks_for_was_noted_when_it_last_ran(chapter):
    asked = [
        (set(re.findall(r'stored\("(\w+)"\)', cell.source)), set(used)) for cell, used in rerun.reads(chapter)
    ]
    assert all(names <= used for names, used in asked), asked


def test_what_is_used_is_there_with_its_script(chapter):
    for _, used in rerun.reads(chapter):
        for result in used:
            assert (ROOT / "book" / "experiments" / f"{result}.py").is_file()
            assert stored_file(result).is_file()


def test_every_chapter_has_been_measured(chapter):
    cost = json.loads((ROOT / "book" / "runtimes.json").read_text(encoding="utf-8"))[chapter.stem]
    assert cost["processor_seconds"] > 1
    assert cost["memory_mb"] > 100
    assert any(f"{cost['memory_mb']} MB" in line for line in rerun.costs(chapter.stem))


def test_seeds_are_those_of_the_code():
    seeds = next(line for line in rerun.costs("01-ising-validation") if line.startswith("Seeds"))
    assert seeds == "Seeds of its random generators: 0, 2, 7."


def test_a_page_gets_its_lines_and_its_box(tmp_path):
    page = new_document("page")
    page += nodes.section("", nodes.title("", "Heading"))
    for name in ("fig-walk", "fig-schedules"):
        page[0] += nodes.figure("", nodes.image(), nodes.caption("", "Caption"), names=[name])
    app = SimpleNamespace(
        env=SimpleNamespace(docname="notebooks/01-ising-validation", note_dependency=lambda path: None),
        config=SimpleNamespace(
            root_doc="notebooks/00-welcome", html_theme_options={"repository_url": "https://example.org/a/b"}
        ),
    )
    rerun.add(app, page)
    live, kept = page.findall(nodes.figure)
    assert "Reproduce" not in live.astext()
    assert "python book/experiments/schedules.py --scale full" in kept.astext()
    record = stored("schedules").record
    box = page[0][-1].astext()
    assert record["provenance"]["commit"][:10] in box
    assert "git clone --depth 1 https://example.org/a/b" in box
    assert rerun.duration(sum(record["seconds"].values())) in box


@pytest.mark.parametrize(("seconds", "said"), [(34.2, "34 s"), (480, "8 min"), (7853, "2.2 h")])
def test_durations_are_said_in_fitting_units(seconds, said):
    assert rerun.duration(seconds) == said


def test_the_repository_has_one_address():
    """It stands in the book's settings and in the package's, neither of which can take it from the other."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    address = config["repository"]["url"]
    texts = [
        path
        for pattern in ("*.*", "book/**/*.*", "dnnising/**/*.py", "notebooks/*.ipynb", "tests/**/*.py")
        for path in ROOT.glob(pattern)
        if path.is_file() and path.suffix in {".cff", ".ipynb", ".md", ".py", ".toml", ".yml"}
    ]
    holding = {path.name for path in texts if address in path.read_text(encoding="utf-8")}
    assert holding == {"_config.yml", "pyproject.toml"}


def test_buttons_lead_to_files_that_are_there(chapter):
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    folder = ROOT / config["repository"]["path_to_book"]
    assert (folder / chapter.relative_to(ROOT)).is_file()
    assert (ROOT / "environment.yml").is_file()  # what Binder installs
    assert set(config["launch_buttons"]) >= {"binderhub_url", "colab_url"}
