"""What is built to be installed, without a network.

A source distribution holds the whole checkout, and the tests in it pass; a wheel holds the package alone.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import dnnising

ROOT = Path(__file__).parents[1]
NAME = f"dnnising-{dnnising.__version__}"
ADDED = re.compile(r"PKG-INFO|setup\.cfg|dnnising\.egg-info/.+")  # by whoever builds
JUNK = (  # lies about in a checkout, and belongs in no distribution
    "book/reference/rooms/page.md",
    "book/results/nulls-full.partial/cell.npz",
    "dnnising/__pycache__/lazy.cpython-311.pyc",
    "notebooks/.ipynb_checkpoints/01.ipynb",
    "_build/html/index.html",
    ".venv/bin/python",
)
FAST = "not slow and not soak"
LOOKING = (  # tests that look at the files around them
    *("test_architecture", "test_environment", "test_imports", "test_readme", "test_store"),
    *("book/test_notebooks", "book/test_rerun", "book/test_stale", "pages/test_contents"),
)


def run(*words, cwd, **environment):
    ran = subprocess.run(words, cwd=cwd, env=os.environ | environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def tracked():
    """The files that git keeps."""
    words = ["git", "-C", str(ROOT), "ls-files", "-z", "--full-name"]
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("git says which files belong to the checkout: this is none, or git is not installed")
    found = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split("\0")
    return {name for name in found if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def built(tracked, tmp_path_factory):
    """The folder of both, built in a copy of the checkout, so that nothing of earlier builds gets in."""
    folder = tmp_path_factory.mktemp("built")
    for name in tracked:
        (folder / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "checkout" / name)
    for name in JUNK:
        (folder / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "checkout" / name).touch()
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist", "checkout"]
    run(*command, cwd=folder)
    return folder / "dist"


@pytest.fixture(scope="module")
def unpacked(built):
    """The source distribution, in an empty folder."""
    folder = built.parent / "unpacked"
    with tarfile.open(built / f"{NAME}.tar.gz") as file:
        file.extractall(folder, filter="data")
    return folder / NAME


@pytest.mark.slow
def test_the_source_distribution_is_the_checkout(tracked, unpacked):
    found = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert {name for name in found if not ADDED.fullmatch(name)} == tracked
    assert all((unpacked / name).read_bytes() == (ROOT / name).read_bytes() for name in tracked)


@pytest.mark.slow
def test_the_wheel_is_the_package_and_nothing_else(tracked, built):
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        found = set(wheel.namelist())
        metadata = Parser().parsestr(wheel.read(f"{NAME}.dist-info/METADATA").decode())
    package = {name for name in tracked if name.startswith("dnnising/")}
    assert {"dnnising/py.typed", "dnnising/__init__.pyi"} <= package
    assert {name for name in found if not name.startswith(f"{NAME}.dist-info/")} == package
    assert f"{NAME}.dist-info/licenses/LICENSE" in found
    assert metadata["Requires-Python"] == ">=3.11"
    assert {"torch", "all", "test"} <= set(metadata.get_all("Provides-Extra"))


@pytest.mark.slow
def test_an_index_would_take_both(built):
    files = [str(path) for path in sorted(built.iterdir())]
    assert len(files) == 2
    run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *files, cwd=built)


@pytest.mark.slow
def test_the_wheel_works_by_itself(built, tmp_path):
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        wheel.extractall(tmp_path / "installed")
    code = "import dnnising as di; print(di.__file__, sum(di.exact.beale_counts(8).values()), di.wang_landau)"
    said = run(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(tmp_path / "installed"))
    assert said.startswith(
        f"{tmp_path / 'installed' / 'dnnising' / '__init__.py'} {2**64} <function wang_landau"
    )


def pytest_of(unpacked, *words):
    """What pytest says in the source distribution, with the package that it holds."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", *words]
    return run(*command, cwd=unpacked, PYTHONPATH=str(unpacked))


@pytest.mark.slow
def test_tests_that_look_about_pass_in_the_source_distribution(unpacked):
    said = pytest_of(unpacked, "-m", FAST, *(f"tests/{name}.py" for name in LOOKING))
    assert re.search(r"\d{2,} passed", said)
    here = pytest_of(unpacked, "tests/test_distribution.py")  # but for those that build what is unpacked here
    assert "git says which files belong to the checkout" in here


@pytest.mark.slow
def test_every_test_is_found_in_the_source_distribution(unpacked):
    assert re.search(
        r"\d{4} tests collected|\d{4}/\d{4} tests collected", pytest_of(unpacked, "--collect-only")
    )


@pytest.mark.soak
def test_all_fast_tests_pass_in_the_source_distribution(unpacked):
    assert re.search(r"\d{4} passed", pytest_of(unpacked, "-m", FAST))
