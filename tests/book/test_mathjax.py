"""Pages get the MathJax that they were checked with, or none."""

import shutil
from pathlib import Path

import pytest

from book._extensions import offline


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A copy of the installed files in the place of a distribution."""
    source = Path(offline.distribution("django-static-mathjax").locate_file("mathjax/static/mathjax"))
    folder = tmp_path / "mathjax" / "static" / "mathjax"
    for part in offline.MATHJAX:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (source / part).is_dir() else shutil.copyfile
        copy(source / part, folder / part)

    class Distribution:
        def locate_file(self, name):
            return tmp_path / name

    monkeypatch.setattr(offline, "distribution", lambda name: Distribution())
    return folder


def test_what_a_page_loads_is_copied(installed, tmp_path):
    offline.place_mathjax(tmp_path / "page")
    assert (tmp_path / "page" / "tex-mml-chtml.js").is_file()
    assert len(list((tmp_path / "page" / "output" / "chtml" / "fonts" / "woff-v2").iterdir())) > 20


@pytest.mark.parametrize("name", ["es5/tex-mml-chtml.js", "es5/output/chtml/fonts/woff-v2/MathJax_Zero.woff"])
def test_other_files_are_refused(name, installed, tmp_path):
    (installed / name).write_bytes((installed / name).read_bytes() + b" ")
    with pytest.raises(RuntimeError, match="pip install --force-reinstall"):
        offline.place_mathjax(tmp_path / "page")
    assert not (tmp_path / "page").exists()
