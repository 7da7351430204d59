"""Notebooks are committed as they ran: with outputs, in order, without errors, small, with alt text."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import dnnising as di

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LARGEST = 1_500_000  # bytes
NOT_CHAPTERS = {"00-welcome", "90-benchmarks"}  # the landing page and the appendix, which set no exercises


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_cell_has_run_once_and_in_order(notebook):
    assert [cell.execution_count for cell in code_cells(notebook)] == [
        *range(1, len(code_cells(notebook)) + 1)
    ]


def test_outputs_are_there_and_hold_no_errors(notebook):
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    for cell in code_cells(notebook):
        if "print(" in cell.source or "mystnb" in cell.metadata:
            assert cell.outputs, cell.source


def test_size_and_metadata(path, notebook):
    assert path.stat().st_size < LARGEST
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_every_figure_has_name_caption_and_alt_text(notebook):
    for cell in code_cells(notebook):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            meta = cell.metadata["mystnb"]
            assert re.fullmatch(r"fig-[a-z-]+", meta["figure"]["name"])
            assert len(meta["figure"]["caption"]) > 40
            alt = meta["image"]["alt"]
            assert len(alt) > 40, alt
            assert ".png" not in alt


def test_cells_are_short_and_define_nothing(notebook):
    for cell in code_cells(notebook):
        assert cell.source.count("\n") < 18, cell.source
        assert not re.search(r"^\s*(def|class) ", cell.source, re.MULTILINE), cell.source


@pytest.mark.slow
def test_the_code_in_solutions_runs(path, notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    solutions = re.findall(r"````\{solution\}.*?````\n?", text + "\n", re.DOTALL)
    blocks = [
        block for solution in solutions for block in re.findall(r"```python\n(.*?)```", solution, re.DOTALL)
    ]
    for block in blocks:
        exec(block, {"np": np, "di": di})
    if path.stem not in NOT_CHAPTERS:
        assert len(re.findall(r"```\{exercise\}", text)) == len(solutions) >= 3
        assert blocks
