"""A file in pieces reads as the whole file does."""

import io

import pytest
from hypothesis import given, strategies as st

from dnnising.weights.installed.pieces import Pieces

WHOLE = bytes(range(200))


def cut(folder, cuts):
    """Files that hold WHOLE between neighbouring cuts."""
    ends = [0, *sorted(cuts), len(WHOLE)]
    paths = [folder / f"whole.{k:03}" for k in range(1, len(ends))]
    for path, start, end in zip(paths, ends, ends[1:], strict=False):
        path.write_bytes(WHOLE[start:end])
    return paths


@given(
    cuts=st.lists(st.integers(0, len(WHOLE)), max_size=5),
    reads=st.lists(st.tuples(st.integers(0, 220), st.integers(0, 220)), max_size=5),
)
def test_pieces_read_as_the_whole(tmp_path_factory, cuts, reads):
    """Wherever the cuts are, empty pieces and a last read beyond the end included."""
    with io.BufferedReader(Pieces(cut(tmp_path_factory.mktemp("pieces"), cuts)), 16) as joined:
        assert joined.read() == WHOLE
        for start, count in reads:
            assert joined.seek(start) == start
            assert joined.read(count) == WHOLE[start : start + count]


def test_seeks_count_from_the_start_from_here_and_from_the_end(tmp_path):
    with Pieces(cut(tmp_path, [70, 120])) as joined:
        assert joined.seek(100) == 100
        assert joined.seek(30, io.SEEK_CUR) == 130 == joined.tell()
        assert joined.seek(-5, io.SEEK_END) == 195
        assert joined.read(50) == WHOLE[195:]
        with pytest.raises(ValueError, match="3 bytes before the start"):
            joined.seek(-3)
        assert not joined.writable()


def test_a_raw_read_ends_where_a_piece_does(tmp_path):
    with Pieces(cut(tmp_path, [70])) as joined:
        assert [len(joined.read(100)) for _ in range(4)] == [70, 100, 30, 0]


def test_closing_closes_every_piece(tmp_path):
    joined = Pieces(cut(tmp_path, [70]))
    joined.close()
    assert all(file.closed for file in joined._files)


def test_a_piece_that_is_not_there_leaves_none_open(tmp_path):
    """An open file that nobody closes is a ResourceWarning, and so an error."""
    paths = cut(tmp_path, [70])
    paths[1].unlink()
    with pytest.raises(FileNotFoundError):
        Pieces(paths)
