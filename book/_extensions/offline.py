"""Sphinx extension: pages that need no network. MathJax comes from the installed wheel, not from a CDN."""

import hashlib
import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

MATHJAX = ("es5/tex-mml-chtml.js", "es5/output/chtml/fonts/woff-v2", "LICENSE")
# Of these files in django-static-mathjax 3.2.2.1.
CHECKSUM = "b14ff6318f81f440e9a7eecbd25ddbed82269810de12eda72c78f4a99a6c9cbd"


def place_mathjax(target: Path) -> None:
    """Copy what a page loads (1.6 MB of the wheel's 33 MB) into a folder.

    Raises:
        RuntimeError: other files are installed than those that the book was checked with.
    """
    installed = Path(str(distribution("django-static-mathjax").locate_file("mathjax/static/mathjax")))
    if (found := checksum(installed)) != CHECKSUM:
        raise RuntimeError(
            f"MathJax in {installed} has the checksum {found} and not {CHECKSUM}: "
            "pip install --force-reinstall --constraint constraints.txt django-static-mathjax"
        )
    for part in MATHJAX:
        source, destination = installed / part, target / part.removeprefix("es5/")
        destination.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, destination, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, destination)


def checksum(folder: Path) -> str:
    """SHA-256 over the names and contents of `MATHJAX` in a folder."""
    digest = hashlib.sha256()
    for part in (folder / name for name in MATHJAX):
        for path in sorted(part.iterdir()) if part.is_dir() else [part]:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    """Beside the pages of the built book."""
    if not error and app.builder.format == "html":
        place_mathjax(Path(app.outdir) / "_static" / "mathjax")


def drop_thebe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave out the scripts of live cells, which are off: they name a CDN, and twice, which is an error."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if "thebe" not in f"{script.filename} {script.attributes.get('body')}".lower()
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", copy_mathjax)
    app.connect("html-page-context", drop_thebe, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
