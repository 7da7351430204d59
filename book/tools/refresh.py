"""Execute every notebook, or those named, and store its outputs and what it cost: `make notebooks`.

What changes from run to run without meaning anything is left out of the notebook (timings, the kernel's
version, widget state), so that a diff shows what changed. Which stored results a cell reads is noted in its
metadata, for the line under its figure. Costs go to book/runtimes.json, from which the foot of each page
takes them. With `--cost` only they are measured, and the notebooks stay as they are.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.output_widget import OutputWidget

from dnnising.results import READS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RUNTIMES = Path(__file__).parents[1] / "runtimes.json"
# Whatever the shell says: with another backend figures are not kept.
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

# Run by the notebook's own kernel when all else is done. Processor time and not the clock's: it depends
# little on what else the machine does. The memory is the largest of the kernel's and of what it started.
COST = """\
import json, resource
from dnnising import store
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({
    "processor_seconds": round(sum(one.ru_utime + one.ru_stime for one in used)),
    "memory_mb": round(max(one.ru_maxrss for one in used) / 1024),
    **{name: value for name, value in store.provenance().items() if name not in ("commit", "dnnising")},
}))
"""


class SilentOutput(OutputWidget):
    """Takes what a slider's function draws, and does not tell the kernel, where nobody asks for it.

    To send while waiting for the cell's reply can swallow the wake-up of that reply: the run then hangs
    (github.com/jupyter/nbclient/issues/312).
    """

    def sync_state(self) -> None:
        pass


class Reads:
    """Notes in the metadata of each cell, as `reads`, which stored results were read while it ran."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def __call__(self, cell: nbformat.NotebookNode, **_: Any) -> None:
        """To be called as soon as a cell is done."""
        cell.metadata.pop("reads", None)
        if self.log.exists():
            cell.metadata["reads"] = sorted(set(self.log.read_text(encoding="utf-8").split()))
            self.log.unlink()


def run(path: Path) -> tuple[nbformat.NotebookNode, dict]:
    """The notebook with the outputs of a run from its own folder and what its cells read, and the cost."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(COST))
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "reads"
        _client(notebook, path.parent, Reads(log)).execute(env=os.environ | INLINE | {READS: str(log)})
    cost = json.loads(notebook.cells.pop().outputs[0].text)
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    nbformat.validate(notebook)
    return notebook, cost


def _client(notebook: nbformat.NotebookNode, folder: Path, reads: Reads) -> NotebookClient:
    client = NotebookClient(
        notebook,
        timeout=1200,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        on_cell_executed=reads,
        resources={"metadata": {"path": str(folder)}},
    )
    client.widget_registry["@jupyter-widgets/output"]["OutputModel"] = SilentOutput
    return client


def note(name: str, cost: dict) -> None:
    """Put one notebook's cost among the others, in the order of the chapters."""
    known = json.loads(RUNTIMES.read_text(encoding="utf-8")) if RUNTIMES.exists() else {}
    known[name] = cost
    RUNTIMES.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of them")
    parser.add_argument("--cost", action="store_true", help="measure only, and leave the notebooks alone")
    options = parser.parse_args()
    for path in options.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook, cost = run(path)
        note(path.stem, cost)
        if not options.cost:
            nbformat.write(notebook, path)
        print(f"{path.name}: {cost['processor_seconds']} s, {cost['memory_mb']} MB", flush=True)


if __name__ == "__main__":
    main()
