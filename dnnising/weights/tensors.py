"""Reading the tensors of a checkpoint folder: safetensors, and nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from dnnising.errors import DataFormatError

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"


def read_tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    """Every tensor of ``model.safetensors``, or of the shards that its index names, one at a time.

    A safetensors file is a header of names, types and shapes followed by numbers: reading one runs no code.
    Pickles (``pytorch_model.bin`` and the like) are never opened.

    Returns:
        each with its name.

    Raises:
        DataFormatError: no safetensors in the folder, an index that is not one or names anything but
            safetensors beside it, a missing shard, or a damaged file.
    """
    for file in _files(folder):
        try:
            with safe_open(file, framework="pt") as stored:
                names = stored.keys()
                yield from ((name, stored.get_tensor(name)) for name in names)
        except SafetensorError as error:
            raise DataFormatError(
                f"{file} is not a whole safetensors file ({error}): cut short or damaged, fetch it again"
            ) from error


def _files(folder: Path) -> list[Path]:
    if (folder / SINGLE).is_file():
        return [folder / SINGLE]
    if (folder / INDEX).is_file():
        return [_shard(folder, name) for name in _shard_names(folder / INDEX)]
    raise DataFormatError(
        f"{folder} holds no {SINGLE} (found: {', '.join(sorted(path.name for path in folder.iterdir()))}). "
        "Pickles such as pytorch_model.bin are never read, because unpickling runs code. If you trust the "
        "checkpoint, call model = AutoModel.from_pretrained(source) on a machine that may run it and "
        "model.save_pretrained(folder, safe_serialization=True), then pass that folder"
    )


def _shard_names(index: Path) -> list[str]:
    try:
        weight_map = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        return sorted({str(name) for name in weight_map.values()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataFormatError(f"{index} is not an index of shards ({error!r}); fetch it again") from error


def _shard(folder: Path, name: str) -> Path:
    file = folder / name
    if file.parent != folder or file.suffix != ".safetensors":
        raise DataFormatError(f"{folder / INDEX} names {name!r}; only safetensors files beside it are read")
    if not file.is_file():
        raise DataFormatError(f"{folder / INDEX} names {name}, which is not in the folder; fetch it again")
    return file
