"""Write the ledger, book/ledger.md: every claim of the sources that can be checked, and what became of it.

Rows come from the modules in book/claims, which compute them from the stored results. Run it again when a
result or a claim has changed; a test compares the page with what this writes.
"""

from collections import Counter
from pathlib import Path

from book.claims import (
    coulomb_gas,
    funnels,
    generalisation,
    heavy_tails,
    ising_models,
    landscapes,
    phases_of_learning,
)
from book.claims.claim import Claim

PAGE = Path(__file__).parents[1] / "ledger.md"
SOURCES = (ising_models, landscapes, coulomb_gas, phases_of_learning, heavy_tails, generalisation, funnels)

HEAD = """\
# The ledger

Every claim of the sources that can be checked, with the number that stands there, ours, and what follows.
The page is written by `book/tools/ledger.py` from the stored results: verdicts are computed, not typed.
*Reproduced* means that the number or the statement holds; *differs*, that another one does; *refuted*, that
the opposite was shown; *untestable here*, that something needed cannot be had on the machine that built
this book, with the command that settles it elsewhere. A lowest energy or a width is the best that was found,
so a bound, written ≤ or ≥; beside it stands its spread, the largest less the smallest, over the searches in
one system, or over systems, shuffles or trainings say, with one search each. A number such as −2.70263(31)
has a standard error of 0.00031: the digits in parentheses are in units of its last digits.
"""

# The filter needs no library; without JavaScript all rows are there.
FILTER = """
<link rel="stylesheet" href="../_static/ledger.css">
<script defer src="../_static/ledger.js"></script>
"""


def page() -> str:
    parts = [HEAD, f"```{{raw}} html{FILTER}```\n"]
    for source in SOURCES:
        rows = list(source.rows())
        counts = Counter(row.verdict.value for row in rows)
        parts.append(f"## {source.TITLE}\n")
        parts.append(f"{len(rows)} claims: {', '.join(f'{n} {name}' for name, n in counts.most_common())}.\n")
        parts.append(":::{container} ledger\n")
        parts.append(
            "| where | claim | theirs | ours | verdict | shown by |\n| --- | --- | --- | --- | --- | --- |"
        )
        parts += [line(row) for row in rows]
        parts.append(":::\n")
    return "\n".join(parts)


def line(row: Claim) -> str:
    made = ", ".join(f"`{result}.py`" for result in row.results) or row.made
    seen = f"{{numref}}`{row.figure}` in " if row.figure else ""
    shown = f"{seen}[chapter {int(row.page[:2])}](../notebooks/{row.page}.ipynb), {made}"
    cells = (row.where, row.claim, row.theirs, row.ours, f"**{row.verdict.value}**", shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
