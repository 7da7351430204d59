"""What released.py stored of the files that the first source released, as they stand and by g(E) = g(−E)."""

from dnnising.results import Cells


def released_width(file: Cells) -> float:
    """W/N of a released file, from end to end."""
    return float(file.one["highest"] - file.one["lowest"])


def symmetric_width(file: Cells) -> float:
    """What W/N of a released file is at least, as every energy that was met has its mirror image."""
    return 2 * max(abs(float(file.one[end])) for end in ("lowest", "highest"))


def released_pair(released: Cells, network: str, **part: str | int) -> list[Cells]:
    """A network's two files, or those of a part of it, trained and shuffled."""
    files = released.select(network=network, **part)
    return [files.select(kind=kind) for kind in ("trained", "shuffled")]


def released_gap(released: Cells, network: str, blocks: int) -> float:
    """W/N of the first blocks of a network, as released, less that of their shuffled weights."""
    trained, shuffled = map(released_width, released_pair(released, network, part="blocks", blocks=blocks))
    return trained - shuffled


def released_peaks(released: Cells, network: str, by: str) -> list[float]:
    """The source's T_c, trained and shuffled, by the range of "trained" energies or by each one's "own"."""
    return [float(file.one[f"peak_{by}"]) for file in released_pair(released, network, part="whole")]
