"""The ledger says what the stored results say, has a row for every table and figure, and can say no."""

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from book.claims import coulomb_gas, published_widths, specific_heat, stosic_tables
from book.claims.claim import Verdict, agree, mean_bound, number, spread_over
from book.tools import ledger
from dnnising import results

BOOK = Path(__file__).parents[2] / "book"

pytestmark = pytest.mark.slow  # all stored results are read


@pytest.fixture(scope="module")
def rows():
    return [row for source in ledger.SOURCES for row in source.rows()]


def test_the_page_is_what_the_stored_results_give():
    assert ledger.PAGE.read_text(encoding="utf-8") == ledger.page()


def test_every_row_of_the_tables_and_every_figure_is_there(rows):
    places = [row.where for row in rows]
    for name in stosic_tables.TABLE_1:
        assert f"Table I, {name}" in places
        assert f"Table III, {name}" in places
        assert sum(place.startswith("Figure") and place.endswith(name) for place in places) >= 2
    assert {f"Table II, {name}, W/N" for name in stosic_tables.TABLE_2_WIDTHS} <= set(places)
    assert {f"Table II, {name}" for name in stosic_tables.TABLE_2_ERRORS} <= set(places)
    assert {"Figure 2", "Figure 3", "Figure 4"} <= set(places)


def test_what_cannot_be_run_here_says_so_and_names_the_command(rows):
    for row in rows:
        if row.verdict is Verdict.UNTESTABLE:
            assert re.search(
                r"not reachable here; `networks.py|can be had here|is released|on this machine", row.ours
            ), row


def test_results_scripts_and_pages_exist(rows):
    for row in rows:
        assert (BOOK.parent / "notebooks" / f"{row.page}.ipynb").is_file()
        for result in row.results:
            assert (BOOK / "experiments" / f"{result}.py").is_file()


def test_rows_name_the_figure_that_shows_them(rows):
    for page in {row.page for row in rows}:
        notebook = nbformat.read(BOOK.parent / "notebooks" / f"{page}.ipynb", as_version=4)
        figures = {cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in notebook.cells}
        assert {row.figure for row in rows if row.page == page} <= figures | {None}
    assert sum(row.figure is not None for row in rows) > 0.9 * len(rows)


@pytest.mark.parametrize(
    "check", [one for source in ledger.SOURCES for one in source.CHECKS], ids=lambda one: one.find.__name__
)
def test_a_check_reads_what_it_receives_and_nothing_else(check, tmp_path, monkeypatch):
    received = [replace(results.stored(name)) for name in check.results]  # of which nothing is computed yet
    log = tmp_path / "reads"
    monkeypatch.setenv(results.READS, str(log))
    assert check(*received)
    assert set(log.read_text().split() if log.exists() else ()) == set(check.results)


def verdict(check, where):
    return next(row.verdict for row in check() if row.where == where)


def test_another_number_gets_another_verdict(monkeypatch):
    peaks, widths, errors = specific_heat.heat_peaks, published_widths.widths, published_widths.task_errors
    assert verdict(peaks, "Table III, bert-base") is Verdict.REPRODUCED
    monkeypatch.setitem(stosic_tables.TABLE_3, "bert-base", (0.12, 0.027))
    assert verdict(peaks, "Table III, bert-base") is Verdict.DIFFERS
    assert verdict(widths, "Table I, bert-base") is Verdict.REFUTED
    monkeypatch.setitem(stosic_tables.TABLE_1, "bert-base", (-4.0, 8.0, -2.0, 4.0))
    assert verdict(widths, "Table I, bert-base") is Verdict.UNTESTABLE
    assert verdict(errors, "Table II, gpt2-lambada") is Verdict.REPRODUCED
    monkeypatch.setitem(stosic_tables.TABLE_2_ERRORS, "gpt2-lambada", (0, 0.03, 1.3, 5.2, 50.0, 4817))
    assert verdict(errors, "Table II, gpt2-lambada") is Verdict.DIFFERS


def test_levels_of_complex_matrices_do_not_pass_for_real_ones():
    cumulant = "two levels have the density of the slides, with U₄ = −4/27"
    verdicts = {row.claim: row.verdict for row in coulomb_gas.two_levels()}
    assert verdicts[cumulant] is Verdict.REPRODUCED
    walks = results.stored("dyson")
    swapped = {cell: walks.fields[cell.replace("/2/1", "/2/2")] for cell in walks.fields}
    verdicts = {row.claim: row.verdict for row in coulomb_gas.two_levels(replace(walks, fields=swapped))}
    assert verdicts[cumulant] is Verdict.DIFFERS


def test_numbers_are_written_as_in_print():
    assert number(-0.125, 1) == "−0.1"
    assert agree(0.1099, 0.110, 3)
    assert not agree(0.112, 0.110, 3)


def test_a_mean_over_systems_is_written_with_its_spread():
    assert mean_bound([-1.591, -1.589], "≤") == "≤ −1.5900 (mean of 2 shuffles; spread 0.0020)"
    assert spread_over([1.4, 1.6, 1.8], "trainings") == "1.60 (mean of 3 trainings; spread 0.40)"


def test_no_lowest_energy_or_width_carries_the_error_of_a_mean(rows):
    averaged = re.compile(
        r"(W/N|Δ/N|E_min/N|W changes by|W has gone|W grows by a factor of)[ =≤≥]*[−\d.]+\(\d"
    )
    assert averaged.search("embedded model: W/N 5.39708(11) trained")
    assert not [row for row in rows if averaged.search(row.ours)]
