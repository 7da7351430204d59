"""A file of an installed package: located without an import, and checked before it is read."""

import hashlib
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

from dnnising.errors import DataFormatError


class PinnedFile(NamedTuple):
    """One file of one version of a package.

    Args:
        package: its name on PyPI.
        version: the one that carries the file.
        path: of the file, from the folder that the package is installed in.
        sha256: of the file, in hexadecimal digits.
    """

    package: str
    version: str
    path: str
    sha256: str

    @property
    def requirement(self) -> str:
        """The package as pip is asked for it."""
        return f"{self.package}=={self.version}"


def checked_path(file: PinnedFile) -> Path:
    """Where a pinned file is, once its checksum has been found to be right.

    The package is found by its metadata and never imported.

    Raises:
        PackageNotFoundError: the package is not installed.
        DataFormatError: the file is missing or is another one.
    """
    path = Path(str(distribution(file.package).locate_file(file.path)))
    found = _sha256(path) if path.is_file() else "of no file"
    if found != file.sha256:
        raise DataFormatError(
            f"{path}: found SHA-256 {found}, expected {file.sha256}; restore it with "
            f"pip install --force-reinstall --no-deps {file.requirement}"
        )
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
