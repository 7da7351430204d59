"""Files that are one file cut into pieces, read as that one file."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Pieces(io.RawIOBase):
    """The pieces one after another, read-only and without a copy.

    Args:
        paths: of the pieces, in order.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._opened = ExitStack()
        self._files = [self._opened.enter_context(path.open("rb")) for path in paths]
        self._ends = list(accumulate(file.seek(0, io.SEEK_END) for file in self._files))
        self._position = 0

    def close(self) -> None:
        self._opened.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._ends[-1]}[whence]
        if start + offset < 0:
            raise ValueError(f"there is nothing {-start - offset} bytes before the start")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read up to the end of a piece at most, as a raw stream may; io.BufferedReader reads on."""
        piece = bisect_right(self._ends, self._position)
        if piece == len(self._files):
            return 0
        self._files[piece].seek(self._position - self._ends[piece], io.SEEK_END)
        count = self._files[piece].readinto(buffer)
        self._position += count
        return count
