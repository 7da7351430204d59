"""The forms in which installed networks keep their tensors, each read one tensor at a time.

Every reader takes files whose checksums are known to be right, and says of each wanted tensor its name and
its numbers, in the order of the file.
"""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import torch
from safetensors.torch import load
from torch import Tensor

from dnnising.weights.installed.pieces import Pieces

Tensors = Iterator[tuple[str, Tensor]]
Wanted = Callable[[str], bool]
Reader = Callable[[Sequence[Path], Wanted], Tensors]

_CHUNK = 2**16  # bytes that are unpacked at a time


def read_safetensors(paths: Sequence[Path], wanted: Wanted) -> Tensors:
    """The tensors of one safetensors file."""
    (path,) = paths
    with path.open("rb") as stream:
        yield from _streamed(stream, wanted)


def read_split_zip(paths: Sequence[Path], wanted: Wanted) -> Tensors:
    """The tensors of the one ``model.safetensors`` in a zip archive that was cut into these files.

    Nothing is written to disk: the archive is read across its pieces, and the tensors as they are unpacked.
    """
    with Pieces(paths) as pieces, zipfile.ZipFile(io.BufferedReader(pieces)) as archive:
        (member,) = (name for name in archive.namelist() if name.endswith("model.safetensors"))
        with archive.open(member) as stream:
            yield from _streamed(stream, wanted)


def read_pinned_pickle(paths: Sequence[Path], wanted: Wanted) -> Tensors:
    """The tensors of one torch checkpoint, which is a pickle.

    It is the file that its checksum says, and torch is told to let nothing but tensors come out of it. No
    other pickle is ever read.
    """
    (path,) = paths
    stored = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    yield from ((name, tensor) for name, tensor in stored.items() if wanted(name))


def _streamed(stream: IO[bytes], wanted: Wanted) -> Tensors:
    """The tensors of a safetensors stream: 8 bytes of length, a header in JSON, then number after number.

    Each is handed to safetensors as a file of its own, so that it is safetensors that knows the types.
    """
    (length,) = struct.unpack("<Q", stream.read(8))
    header = json.loads(stream.read(length))
    header.pop("__metadata__", None)
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        if wanted(name):
            start, end = entry["data_offsets"]
            alone = json.dumps({name: entry | {"data_offsets": [0, end - start]}}).encode()
            stream.seek(8 + length + start)
            chunks = (stream.read(min(_CHUNK, end - at)) for at in range(start, end, _CHUNK))
            yield name, load(b"".join([struct.pack("<Q", len(alone)), alone, *chunks]))[name]
