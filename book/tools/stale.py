"""List the stored results that are older than the code that makes them: `python -m book.tools.stale`.

A result names the commit that it was made at. What makes it are the functions, classes and constants that the
cells of its script use, all that these use, and so on, in book/experiments and in the package. It is older if
one of them says something that none of those of that commit said (`book.tools.source`). It is older,
too, if its script now lists other cells, or other parameters of them.
"""

import argparse
import importlib
import io
import re
import subprocess
import tarfile
from functools import cache
from pathlib import Path

from book.tools.source import CODE, EXPERIMENTS, SourceTree
from dnnising.results import FOLDER, Cells, read

ROOT = Path(__file__).parents[2]
MOST = 6  # of what has changed, that is named


def changed(commit: str, script: str, root: Path = ROOT) -> list[str]:
    """Which definitions that a script uses say something else than those that it used at a commit.

    Those are named that say it themselves, and not through others that they use.

    Raises:
        LookupError: the history does not hold the commit, the commit not the script, or what the script uses
            cannot be followed.
    """
    now, then = here(root), at(commit, root)
    before = then.made_by(script)
    known, themselves = {then.says(one) for one in before}, {then.says_itself(one) for one in before}
    new = {one for one in now.made_by(script) if now.says(one) not in known}
    # What was there before, and is only used now, has not changed itself.
    other = {one for one in new if not (then.has(one) and then.says(one) == now.says(one))}
    origins = {
        one
        for one in other
        if now.says_itself(one) not in themselves or other.isdisjoint({*now.used(one)} - {one})
    }
    return sorted(".".join(one) for one in origins or new)


@cache
def here(root: Path = ROOT) -> SourceTree:
    """The source as it is."""

    @cache
    def text(path: str) -> str | None:
        file = root / path
        return file.read_text(encoding="utf-8") if file.is_file() else None

    return SourceTree(text)


@cache
def at(commit: str, root: Path = ROOT) -> SourceTree:
    """The source as it was at a commit.

    Raises:
        LookupError: the history does not hold it.
    """
    command = ["git", "archive", commit, *(package.replace(".", "/") for package in CODE)]
    try:
        packed = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    except subprocess.CalledProcessError as error:
        raise LookupError(f"{commit} is not in this history: {error.stderr.decode().strip()}") from error
    found = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        for member in files:
            if member.name.endswith((".py", ".pyi")) and (file := files.extractfile(member)):
                found[member.name] = file.read().decode("utf-8")
    return SourceTree(found.get)


def relisted(result: Cells) -> bool:
    """Whether its script now lists other cells, or other parameters; no, where it cannot be imported."""
    try:
        script = importlib.import_module(f"{EXPERIMENTS}.{result.experiment}")
    except ImportError:
        return False
    now = {name: dict(cell.parameters) for name, cell in script.cells(result.scale).items()}
    return bool(now != result.record["cells"])


def state(path: Path) -> tuple[bool | None, str]:
    """Whether a stored result is older than its code, None where that is not known, and what to say of it."""
    result = read(path)
    commit = re.match(r"[0-9a-f]{40}", result.record["provenance"]["commit"])
    if not commit:
        return None, "made outside a checkout"
    try:
        since = changed(commit[0], result.experiment) + ["the list of its cells"] * relisted(result)
    except LookupError as error:
        return None, str(error)
    told = ", ".join(since[:MOST]) + f" and {len(since) - MOST} more" * (len(since) > MOST)
    return bool(since), f"made at {commit[0][:10]}; changed since: {told or 'nothing'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="*", type=Path, help="files; default: all that are stored")
    parser.add_argument("--all", action="store_true", help="list those that are as new as their code, too")
    options = parser.parse_args()
    paths = options.results or sorted(FOLDER.glob("*-*.npz"))
    older = 0
    for path in paths:
        stale, said = state(path)
        older += bool(stale)
        if stale is not False or options.all:
            print(f"{path.stem}: {said}", flush=True)
    print(f"{older} of {len(paths)} stored results are older than the code that makes them.")


if __name__ == "__main__":
    main()
