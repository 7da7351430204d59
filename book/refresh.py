"""Execute every notebook, or those named, and store its outputs: `make notebooks`.

What changes from run to run without meaning anything is left out (timings, the kernel's version, widget
state), so that a diff shows what changed.
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.output_widget import OutputWidget

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class SilentOutput(OutputWidget):
    """Takes what a slider's function draws, and does not tell the kernel, where nobody asks for it.

    To send while waiting for the cell's reply can swallow the wake-up of that reply: the run then hangs
    (github.com/jupyter/nbclient/issues/312).
    """

    def sync_state(self) -> None:
        pass


def refresh(path: Path) -> None:
    """Run one notebook from its own folder and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=1200,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.widget_registry["@jupyter-widgets/output"]["OutputModel"] = SilentOutput
    client.execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        clock = time.perf_counter()
        refresh(path)
        print(f"{path.name}: {time.perf_counter() - clock:.0f} s", flush=True)
